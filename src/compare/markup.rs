//! The tags and texts of an HTML page, for a comparison: no tree, no rules of nesting.

/// A piece of a page in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Open { tag: String, attributes: Vec<(String, String)> },
    Close(String),
    Text(String),
}

impl Piece {
    pub fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
        attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Everything but comments, declarations, scripts and styles.
pub fn pieces(page: &str) -> Vec<Piece> {
    let (mut out, mut rest) = (Vec::new(), page);
    while let Some(at) = rest.find('<') {
        text(&rest[..at], &mut out);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            continue;
        }
        let Some(end) = tag_end(rest) else { return out };
        let inside = &rest[1..end];
        rest = &rest[end + 1..];
        if inside.starts_with(['!', '?']) {
            continue;
        }
        if let Some(name) = inside.strip_prefix('/') {
            out.push(Piece::Close(name.trim().to_ascii_lowercase()));
            continue;
        }
        let tag = opened(inside);
        for raw in ["script", "style"] {
            if matches!(&tag, Piece::Open { tag, .. } if tag == raw) {
                rest = rest.find(&format!("</{raw}")).map_or("", |at| &rest[at..]);
            }
        }
        out.push(tag);
    }
    text(rest, &mut out);
    out
}

fn text(raw: &str, out: &mut Vec<Piece>) {
    let words: Vec<&str> = raw.split_whitespace().collect();
    if !words.is_empty() {
        out.push(Piece::Text(plain(&words.join(" "))));
    }
}

/// Where the tag ends that the text begins with; a `>` inside of quotes does not end it.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn opened(inside: &str) -> Piece {
    let inside = inside.trim_end_matches('/');
    let (tag, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Piece::Open { tag: tag.to_ascii_lowercase(), attributes };
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(after) => value(after.trim_start()),
            None => ("", after),
        };
        // A lone `=` is skipped, so that the loop goes on.
        rest = if name.is_empty() { after.trim_start_matches('=') } else { after };
        attributes.push((name.to_ascii_lowercase(), plain(value)));
    }
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Without the entities that Django writes.
fn plain(text: &str) -> String {
    let pairs =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_falls_into_tags_and_texts() {
        let page = "<!doctype html><p class=a title='x > y'>One <b>&amp; two</b><!-- <i> --><input disabled \
                    name=\"q\"/><script>if (a<b) {}</script>\n</p>";
        let open = |tag: &str, attributes: &[(&str, &str)]| Piece::Open {
            tag: tag.into(),
            attributes: attributes.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        };
        let (text, close) = (|text: &str| Piece::Text(text.into()), |tag: &str| Piece::Close(tag.into()));
        let expected = vec![
            open("p", &[("class", "a"), ("title", "x > y")]),
            text("One"),
            open("b", &[]),
            text("& two"),
            close("b"),
            open("input", &[("disabled", ""), ("name", "q")]),
            open("script", &[]),
            close("script"),
            close("p"),
        ];
        assert_eq!(pieces(page), expected);
    }

    #[test]
    fn what_is_no_markup_ends_nothing() {
        for odd in ["<", "<a", "a < b", "<a ='x'>", "<a = = =>", "<!--", "</", "<a b=\"c>"] {
            pieces(odd);
        }
    }
}
