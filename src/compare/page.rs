//! What a page asks and says, whoever drew it: forms with their fields, labels, errors.

use super::markup::{Piece, pieces};

/// Attributes that say what a field is, not how it looks.
const TOLD: [&str; 12] = [
    "type",
    "name",
    "value",
    "id",
    "checked",
    "required",
    "maxlength",
    "autocomplete",
    "disabled",
    "multiple",
    "selected",
    "placeholder",
];

/// Fields of the forms, then labels, then error lists, each in its order.
pub fn facts(page: &str) -> Vec<String> {
    let (mut fields, mut labels, mut errors) = (Vec::new(), Vec::<String>::new(), Vec::new());
    let mut unsent = Vec::new();
    let (mut in_label, mut in_errors, mut in_item) = (false, false, false);
    for piece in pieces(page) {
        // What a list says in words alone: scopes.
        if let (Piece::Text(text), true, false) = (&piece, in_item, in_errors) {
            fields.push(format!("item {text}"));
        }
        in_item = matches!(&piece, Piece::Open { tag, .. } if tag == "li");
        match piece {
            Piece::Open { tag, attributes } => {
                let of = |name: &str| Piece::attribute(&attributes, name);
                let is_error =
                    of("class").is_some_and(|class| class.split(' ').any(|one| one == "errorlist"));
                match tag.as_str() {
                    "label" => {
                        in_label = true;
                        labels.push(format!("label for={}:", of("for").unwrap_or_default()));
                    }
                    "ul" if is_error => in_errors = true,
                    "form" => {
                        fields.push(format!("form method={}", of("method").unwrap_or("get").to_lowercase()))
                    }
                    "input" if is_button(of("type"), of("name")) => {}
                    "button" if of("name").is_none() => {}
                    "input" | "select" | "textarea" | "option" | "button" => {
                        if tag != "option" && of("name").is_none() {
                            unsent.extend(of("id").map(|id| format!("label for={id}:")));
                        }
                        fields.push(field(&tag, &attributes));
                    }
                    _ => {}
                }
            }
            Piece::Close(tag) if tag == "label" => in_label = false,
            Piece::Close(tag) if tag == "ul" => in_errors = false,
            Piece::Text(text) if in_label => {
                labels
                    .iter_mut()
                    .next_back()
                    .into_iter()
                    .for_each(|label| label.push_str(&format!(" {text}")));
            }
            Piece::Text(text) if in_errors => errors.push(format!("error: {text}")),
            _ => {}
        }
    }
    let errors = each_once(errors);
    labels.retain(|label| !unsent.iter().any(|start| label.starts_with(start)));
    [fields, labels, errors].concat()
}

/// DOT's and Django's templates print the errors of a form twice.
fn each_once(errors: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for error in errors {
        if !once.contains(&error) {
            once.push(error);
        }
    }
    once
}

/// A button without a name sends nothing.
fn is_button(kind: Option<&str>, name: Option<&str>) -> bool {
    name.is_none() && matches!(kind, Some("submit" | "button" | "reset"))
}

/// A field without a name sends nothing: of it counts what it shows, and neither its id nor its label.
fn field(tag: &str, attributes: &[(String, String)]) -> String {
    let is_submit = Piece::attribute(attributes, "type") == Some("submit");
    let is_sent = tag == "option" || Piece::attribute(attributes, "name").is_some();
    let told = TOLD.iter().filter(|name| !(is_submit && ["id", "type"].contains(*name)));
    let told = told.filter(|name| is_sent || **name != "id");
    let told = told.filter_map(|name| Some((name, Piece::attribute(attributes, name)?)));
    told.fold(tag.to_owned(), |text, (name, value)| format!("{text} {name}={value:?}"))
}

#[cfg(test)]
mod tests {
    use super::facts;

    #[test]
    fn a_field_that_is_not_sent_may_have_a_label_of_its_own() {
        let one = "<p><b>Key</b></p><input type=text value=a readonly>";
        let other = "<label for=k>Key</label><input type=text id=k value=a readonly>";
        assert_eq!(facts(one), facts(other));
        assert_ne!(facts(one), facts(&other.replace("value=a", "value=b")));
    }

    #[test]
    fn what_scopes_are_called_matters() {
        let page = |scope: &str| format!("<ul class=x><li>{scope}</li></ul>");
        assert_eq!(facts(&page("Read")), ["item Read"]);
        assert_ne!(facts(&page("Read")), facts(&page("Lire")));
    }

    #[test]
    fn how_a_page_looks_does_not_matter() {
        let one = "<form method=post><p><label for=id_a>A:</label> <input class=x type=text name=a id=id_a></p>\
                   <input type=submit value=Go></form>";
        let other = "<h1>Own</h1><form id=f method=POST><label for=id_a> A: </label><input type=text name=a id=id_a \
                     aria-label=y><button>OK</button></form>";
        assert_eq!(facts(one), facts(other));
        assert_ne!(facts(one), facts(&other.replace("name=a", "name=b")));
        assert_ne!(facts(one), facts(&other.replace("type=text", "type=text value=1")));
    }
}
