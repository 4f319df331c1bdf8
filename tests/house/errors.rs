//! Failures are typed: no public function answers with a text as its error, none with a result in a result.

use super::{root, rust_files};

/// Each public function's head, from `pub` to the brace, as one line.
fn heads(text: &str) -> Vec<String> {
    let code = super::literals::code(text);
    let starts_function = |line: &str| {
        let rest = line.strip_prefix("pub").map(|rest| match rest.strip_prefix('(') {
            Some(scope) => scope.split_once(')').map_or("", |(_, rest)| rest),
            None => rest,
        });
        rest.is_some_and(|rest| {
            [" fn ", " async fn ", " const fn "].iter().any(|start| rest.starts_with(start))
        })
    };
    let mut heads = Vec::new();
    let mut lines = code.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if !starts_function(line) {
            continue;
        }
        let mut head = line.to_owned();
        while !head.contains(" {") && !head.ends_with(';') {
            let Some(more) = lines.next() else { break };
            head.push(' ');
            head.push_str(more);
        }
        heads.push(head);
    }
    heads
}

#[test]
fn no_public_function_answers_with_a_text_as_its_error() {
    let mut wrong = Vec::new();
    let rooms = [
        "src",
        "entity/src",
        "migration/src",
        "openapi/src",
        "crates/django/src",
        "crates/django-template/src",
    ];
    for file in rooms.iter().flat_map(|room| rust_files(&root().join(room))) {
        for head in heads(&std::fs::read_to_string(&file).unwrap()) {
            // A bound behind `where` is about a function that is passed in.
            let own = head.split(" where ").next().unwrap_or_default();
            let answer = own.split("-> ").last().unwrap_or_default();
            let is_text = answer.contains("Result<")
                && (answer.contains(", String>") || answer.contains(", &'static str>"));
            if is_text || answer.contains("Result<Result<") || answer.contains("dyn std::error::Error") {
                wrong.push(format!("{}: {head}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "errors without a type:\n{}", wrong.join("\n"));
}

#[test]
fn a_head_over_several_lines_is_read_as_one() {
    let text =
        "impl A {\n    pub async fn b(\n        c: u8,\n    ) -> Result<u8, String> {\n        1\n    }\n}\n";
    assert_eq!(heads(text), ["pub async fn b( c: u8, ) -> Result<u8, String> {"]);
}
