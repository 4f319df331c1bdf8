//! Pickles made by CPython 3.11, and malformed ones.
#![allow(clippy::unwrap_used)]

use django::pickle::{PickleError, dumps, loads};
use serde_json::{Value, json};

const PROTOCOL_2: &str = "80027d710028580d0000005f617574685f757365725f69647101580100000037710258010000006e71034e58010000007471 \
    048858010000006671058958010000006971065d7107284b004bff4d00014dffff4a000001004affffffff4a000000808a05 \
    00000080008a08ffffffffffffff7f8a0800000000000000808a09ffffffffffffffff00655801000000787108473ff80000 \
    0000000058010000007571095809000000c3a9e29c93f09f9880710a5803000000747570710b284b014b024b0386710c2928 \
    4b014b024b034b0474710d74710e580100000065710f7d711058010000007371115d7112285d711368086168136558030000 \
    006f6e6571145d711558010000006171166158010000006471177d711858010000006b71194b0173752e";
const PROTOCOL_5: &str = "800595d8000000000000007d94288c0d5f617574685f757365725f6964948c0137948c016e944e8c017494888c016694898c \
    0169945d94284b004bff4d00014dffff4a000001004affffffff4a000000808a0500000080008a08ffffffffffffff7f8a08 \
    00000000000000808a09ffffffffffffffff00658c017894473ff80000000000008c0175948c09c3a9e29c93f09f9880948c \
    0374757094284b014b024b03869429284b014b024b034b04749474948c0165947d948c0173945d94285d946808616813658c \
    036f6e65945d948c016194618c0164947d948c016b944b0173752e";

fn bytes(hex: &str) -> Vec<u8> {
    let hex: String = hex.split_whitespace().collect();
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn expected(shared: &str) -> Value {
    json!({
        "_auth_user_id": "7", "n": null, "t": true, "f": false,
        "i": [0, 255, 256, 65535, 65536, -1, -2147483648i64, 2147483648i64, i64::MAX, i64::MIN, u64::MAX],
        "x": 1.5, "u": "é✓\u{1f600}", "tup": [1, [2, 3], [], [1, 2, 3, 4]], "e": {},
        "s": [[shared], [shared]], "one": ["a"], "d": {"k": 1},
    })
}

#[test]
fn pickles_of_cpython_are_read() {
    assert_eq!(loads(&bytes(PROTOCOL_2)), Ok(expected("x")));
    assert_eq!(loads(&bytes(PROTOCOL_5)), Ok(expected("x")));
}

#[test]
fn what_is_written_is_read_again() {
    let mut value = expected("y");
    value["long"] = json!("é".repeat(300));
    let pickle = dumps(&value).unwrap();
    assert_eq!(loads(&pickle), Ok(value));
    assert_eq!(dumps(&json!(5)).unwrap(), bytes("80054b052e"));
    let framed = bytes("80059504000000000000008c01612e");
    assert_eq!(dumps(&json!("a")).unwrap(), framed);
}

#[test]
fn classes_are_foreign_and_never_run() {
    for (hex, opcode) in [
        ("8003636f730a73797374656d0a58020000006c7385522e", b'c'), // os.system
        ("80048c026f738c0673797374656d932e", 0x93),
        ("80024b01522e", b'R'),
        ("80034301612e", b'C'), // bytes
        ("8004 8f 2e", 0x8f),   // set
        ("28 6c 70 30 0a 2e", b'p'),
    ] {
        assert_eq!(loads(&bytes(hex)), Err(PickleError::ForeignOpcode(opcode)), "{hex}");
    }
}

#[test]
fn values_that_json_lacks_are_refused() {
    for hex in ["80027d4b014b02732e", "8002477ff8000000000000 2e"] {
        assert_eq!(loads(&bytes(hex)), Err(PickleError::NotJson), "{hex}");
    }
    assert_eq!(loads(&bytes("8002 58 01000000 ff 2e")), Err(PickleError::NotJson));
    assert_eq!(
        loads(&bytes("8002 5d 71 00 68 00 61 2e")),
        Err(PickleError::TooLarge),
        "a list within itself"
    );
}

#[test]
fn integers_of_any_size_are_read_and_written() {
    for text in
        ["340282366920938463463374607431768211456", "-12345678901234567890123", "18446744073709551616"]
    {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(loads(&dumps(&value).unwrap()), Ok(value));
    }
    let two_to_the_128 = loads(&bytes("80028a11 0000000000000000000000000000000001 2e")).unwrap();
    assert_eq!(two_to_the_128.to_string(), "340282366920938463463374607431768211456");
    let long = [&bytes("80028b 00000100")[..], &[1; 0x10000], b"."].concat();
    assert_eq!(loads(&long), Err(PickleError::TooLarge));
}

#[test]
fn every_cut_and_every_changed_byte_is_harmless() {
    let whole = bytes(PROTOCOL_5);
    for end in 0..whole.len() {
        assert!(loads(&whole[..end]).is_err());
    }
    for at in 0..whole.len() {
        for byte in [0, 0x28, 0x2e, 0x30, 0x61, 0x65, 0x75, 0x87, 0x94, 0xff] {
            let mut changed = whole.clone();
            changed[at] = byte;
            let _ = loads(&changed);
        }
    }
}

#[test]
fn growth_by_sharing_is_bounded() {
    // Each list holds the former one twice: 2^60 objects if it were written out.
    let mut pickle = bytes("80025d7100");
    for _ in 0..60 {
        pickle.extend(bytes("68005d7100286800680065"));
    }
    assert!(loads(&pickle).is_err());
    let mut doubling = bytes("80048c0161");
    for _ in 0..60 {
        doubling.extend(bytes("71006800 86"));
    }
    doubling.push(b'.');
    assert_eq!(loads(&doubling), Err(PickleError::TooLarge));
    let mut deep = bytes("8002");
    deep.extend(vec![b']'; 200_000]);
    deep.extend(vec![b'a'; 199_999]);
    deep.push(b'.');
    assert_eq!(loads(&deep), Err(PickleError::TooLarge));
}
