//! A path as Django's `path()` writes it: `applications/<slug:pk>/`. Every other spelling of it is made from this one.
//! Django: `django.urls.converters`, `RoutePattern`.

/// Text and, after each text but the last, an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    texts: Vec<String>,
    arguments: Vec<Argument>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    pub name: String,
    converter: String,
}

impl Pattern {
    /// `<slug:name>` and `<name>` are arguments.
    pub fn new(written: String) -> Pattern {
        let (mut texts, mut arguments, mut rest) = (Vec::new(), Vec::new(), written.as_str());
        while let Some((text, (inside, after))) =
            rest.split_once('<').and_then(|(text, tail)| Some((text, tail.split_once('>')?)))
        {
            let (converter, name) = inside.split_once(':').unwrap_or(("str", inside));
            texts.push(text.to_owned());
            arguments.push(Argument { name: name.to_owned(), converter: converter.to_owned() });
            rest = after;
        }
        texts.push(rest.to_owned());
        Pattern { written, texts, arguments }
    }

    /// As Django writes it.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// The path with these values in their order, as they are: quoting is the caller's.
    pub fn fill<S: AsRef<str>>(&self, values: &[S]) -> String {
        let mut path = String::new();
        for (i, text) in self.texts.iter().enumerate() {
            path.push_str(text);
            path.push_str(values.get(i).map_or("", AsRef::as_ref));
        }
        path
    }

    /// The arguments' values, if the path is one of this pattern.
    pub fn read<'a>(&self, path: &'a str) -> Option<Vec<&'a str>> {
        let mut rest = path.strip_prefix(self.texts.first()?.as_str())?;
        let mut values = Vec::with_capacity(self.arguments.len());
        for (argument, text) in self.arguments.iter().zip(self.texts.iter().skip(1)) {
            let is_last = values.len() + 1 == self.arguments.len();
            let at = match text.as_str() {
                "" if is_last => rest.len(),
                "" => return None,
                text if is_last => rest.strip_suffix(text)?.len(),
                text => rest.find(text)?,
            };
            values.push(rest.get(..at).filter(|value| argument.takes(value))?);
            rest = rest.get(at + text.len()..)?;
        }
        rest.is_empty().then_some(values)
    }

    pub fn matches(&self, path: &str) -> bool {
        self.read(path).is_some()
    }

    /// As poem's router writes it: `:pk`, and `*path` for the rest of a path.
    pub fn to_poem(&self) -> String {
        self.written_with(|argument| match argument.converter.as_str() {
            "path" => format!("*{}", argument.name),
            _ => format!(":{}", argument.name),
        })
    }

    /// As OpenAPI writes it: `{pk}`; the rest of a path is `{path}`, whatever DOT calls it.
    pub fn to_openapi(&self) -> String {
        self.written_with(|argument| match argument.converter.as_str() {
            "path" => "{path}".to_owned(),
            _ => format!("{{{}}}", argument.name),
        })
    }

    /// Its text as a regular expression reads it; the arguments are filled in by the caller.
    pub fn escaped(&self) -> Pattern {
        let texts = self.texts.iter().map(|text| text.replace('.', r"\.")).collect();
        Pattern { texts, ..self.clone() }
    }

    fn written_with(&self, argument: impl Fn(&Argument) -> String) -> String {
        self.fill(&self.arguments.iter().map(argument).collect::<Vec<_>>())
    }
}

impl Argument {
    /// Django's name of what the argument takes: `slug`, `str`, `path`, …
    pub fn converter(&self) -> &str {
        &self.converter
    }

    /// Django: the path converters; one that the project made takes what `str` takes.
    pub fn takes(&self, value: &str) -> bool {
        let hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        !value.is_empty()
            && match self.converter.as_str() {
                "slug" => value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
                "int" => value.bytes().all(|b| b.is_ascii_digit()),
                "uuid" => {
                    let parts: Vec<&str> = value.split('-').collect();
                    parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, n)| hex(part, n))
                }
                "path" => true,
                _ => !value.contains('/'),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text.to_owned())
    }

    #[test]
    fn one_spelling_gives_the_others() {
        let two = pattern("/o/device-confirm/<slug:client_id>/<slug:user_code>");
        assert_eq!(two.to_poem(), "/o/device-confirm/:client_id/:user_code");
        assert_eq!(two.to_openapi(), "/o/device-confirm/{client_id}/{user_code}");
        assert_eq!(two.fill(&["a", "b"]), "/o/device-confirm/a/b");
        assert_eq!(pattern("/docs/<path:file>").to_poem(), "/docs/*file");
        assert_eq!(pattern("/o/token/").to_poem(), "/o/token/");
    }

    #[test]
    fn a_path_is_read_as_django_reads_it() {
        for (written, path, values) in [
            ("/a/<slug:pk>/", "/a/x-1/", Some(vec!["x-1"])),
            ("/a/<slug:pk>/", "/a/x.1/", None),
            ("/a/<slug:pk>/", "/a//", None),
            ("/a/<slug:pk>/", "/a/x/y/", None),
            ("/a/<slug:pk>/delete/", "/a/x/delete/", Some(vec!["x"])),
            ("/a/<str:id>/", "/a/x.1/", Some(vec!["x.1"])),
            ("/a/<id>", "/a/x/y", None),
            ("/a/<path:rest>", "/a/x/y", Some(vec!["x/y"])),
            ("/a/<slug:x>/<slug:y>", "/a/x/y", Some(vec!["x", "y"])),
            ("/a/", "/a/", Some(vec![])),
            ("/a/", "/a/b", None),
        ] {
            assert_eq!(pattern(written).read(path), values, "{written} {path}");
        }
    }
}
