//! PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2) of one block of 32 bytes, right on the compression function of `sha2`: two
//! compressions a round, and nothing copied between them. The crate `pbkdf2` takes a third longer.

use hmac::{Hmac, KeyInit, Mac};
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

type State = [u32; 8];
type Block = [u8; 64];

/// FIPS 180-4, section 5.3.3.
const START: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The hash after `iterations` rounds; at least one is done.
pub(super) fn pbkdf2(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let key = padded(password);
    let (inner, outer) = (after(&key, 0x36), after(&key, 0x5c));
    let mut block = last_block(&first_round(&key, salt));
    let mut hash: [u8; 32] = block[..32].try_into().unwrap_or_default();
    for _ in 1..iterations {
        for start in [inner, outer] {
            let mut state = start;
            compress256(&mut state, std::slice::from_ref(&block));
            write(&state, &mut block);
        }
        for (sum, byte) in hash.iter_mut().zip(block) {
            *sum ^= byte;
        }
    }
    hash
}

/// RFC 2104: a key longer than a block is hashed first.
fn padded(password: &[u8]) -> Block {
    let mut key = [0; 64];
    if password.len() > key.len() {
        key[..32].copy_from_slice(&Sha256::digest(password));
    } else {
        key[..password.len()].copy_from_slice(password);
    }
    key
}

/// The state after the key's block, with `pad` over it.
fn after(key: &Block, pad: u8) -> State {
    let mut state = START;
    compress256(&mut state, &[key.map(|byte| byte ^ pad)]);
    state
}

fn first_round(key: &Block, salt: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&(*key).into());
    mac.update(salt);
    mac.update(&1u32.to_be_bytes());
    mac.finalize().into_bytes().into()
}

/// A hash as the second and last block of a message: 1 bit, zeros, and the length of both blocks' content in bits.
fn last_block(hash: &[u8; 32]) -> Block {
    let mut block = [0; 64];
    block[..32].copy_from_slice(hash);
    block[32] = 0x80;
    block[56..].copy_from_slice(&(8 * (64 + 32u64)).to_be_bytes());
    block
}

fn write(state: &State, block: &mut Block) {
    for (bytes, word) in block.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}
