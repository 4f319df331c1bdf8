//! The texts of a source, for the rules about what may stand in them; and where its tests begin.

/// A source without its unit tests. Only an inline block ends it: below `mod tests;` the code goes on.
pub fn code(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

/// What stands between quotes, each with the number of its line; escapes are left as they are, comments are left out.
pub fn literals(source: &str) -> Vec<(usize, &str)> {
    let (mut out, mut rest, mut line) = (Vec::new(), source, 1);
    while let Some(c) = rest.chars().next() {
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match skipped(rest) {
            Some(length) => length,
            None if is_of_word(c) => rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len()),
            None => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        out.extend(inside(token).map(|text| (line, text)));
        line += token.matches('\n').count();
        rest = after;
    }
    out
}

/// The text of a token that is one.
fn inside(token: &str) -> Option<&str> {
    token.trim_start_matches(['b', 'r']).trim_matches('#').strip_prefix('"')?.strip_suffix('"')
}

/// How long the comment, text, character or blank is that stands at the start; nothing if none of them does.
pub fn skipped(rest: &str) -> Option<usize> {
    let to = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    match rest.as_bytes() {
        [b'/', b'/', ..] => Some(to("\n")),
        [b'/', b'*', ..] => Some(to("*/")),
        [b'"', ..] => Some(quoted(rest, '"')),
        [b'b', b'"', ..] => Some(1 + quoted(&rest[1..], '"')),
        [b'r', b'"' | b'#', ..] => raw(rest),
        [b'b', b'r', b'"' | b'#', ..] => raw(&rest[1..]).map(|length| length + 1),
        [b'\'', ..] => {
            let mut inside = rest[1..].chars();
            let is_character = inside.next() == Some('\\') || inside.next() == Some('\'');
            Some(if is_character { quoted(rest, '\'') } else { 1 })
        }
        _ => rest.starts_with(char::is_whitespace).then(|| rest.chars().next().map_or(1, char::len_utf8)),
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `r#"…"#`; nothing where it is a raw name.
fn raw(rest: &str) -> Option<usize> {
    let marks = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let text = rest[1 + marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    Some(text.find(&end).map_or(rest.len(), |at| 2 + marks + at + end.len()))
}

#[test]
fn texts_are_found_and_comments_are_not() {
    let source = "let a = \"x\"; // \"y\"\nlet b = ['\"', '/', '\\'']; f(\"a \\\" b\nc\") /* \"z\" */\nr#\"d \"e\"\"#;";
    assert_eq!(literals(source), [(1, "x"), (2, "a \\\" b\nc"), (4, "d \"e\"")]);
    let raw = "r\"one\\\"; r##\"tw\"#o\"##; b\"three\"; br\"four\"; for_r(\"five\"); r#type(&'a \"six\")";
    let found: Vec<&str> = literals(raw).into_iter().map(|(_, text)| text).collect();
    assert_eq!(found, ["one\\", "tw\"#o", "three", "four", "five", "six"]);
}

#[test]
fn code_goes_on_below_a_module_of_tests_in_another_file() {
    let source = "#[cfg(test)]\nmod tests;\nfn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
    assert!(code(source).ends_with("fn a() {}\n"));
}
