//! A password that may change while the server runs: read for each new connection.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;

/// Where the password for a connection is looked up. No Debug form: the text would be in it.
#[derive(Clone)]
pub enum PasswordSource {
    /// In the options already, or not needed.
    Given,
    /// The whole file; a last newline is cut.
    File(PathBuf),
    /// libpq's password file, for this host, port, database and user.
    Passfile(PathBuf, [String; 4]),
}

impl PasswordSource {
    /// The password now; `None` keeps the one of the options.
    ///
    /// # Errors
    /// A file that cannot be read; the error names it.
    pub async fn read(&self) -> Result<Option<String>, Error> {
        match self {
            PasswordSource::Given => Ok(None),
            PasswordSource::File(path) => {
                let text = whole(path).await?;
                Ok(Some(text.strip_suffix('\n').unwrap_or(&text).trim_end_matches('\r').to_owned()))
            }
            PasswordSource::Passfile(path, wanted) => {
                let text = whole(path).await?;
                Ok(text.lines().find_map(|line| line_for(line, wanted)))
            }
        }
    }
}

async fn whole(path: &PathBuf) -> Result<String, Error> {
    let read = tokio::fs::read_to_string(path).await;
    read.map_err(|e| Error::new(e.kind(), format!("the password's file {}: {e}", path.display()))).and_then(
        |text| match text.len() {
            0..=65_536 => Ok(text),
            _ => Err(Error::new(
                ErrorKind::InvalidData,
                format!("the password's file {} is too long", path.display()),
            )),
        },
    )
}

/// `host:port:database:user:password`; `*` fits all, a backslash escapes. libpq: "The Password File".
fn line_for(line: &str, wanted: &[String; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '\\' if !escaped => escaped = true,
            ':' if !escaped && fields.len() < 5 => fields.push(String::new()),
            other => {
                escaped = false;
                fields.last_mut()?.push(other);
            }
        }
    }
    let password = fields.get(4)?;
    let fits = fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted);
    fits.then(|| password.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_read_anew_and_its_last_newline_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let source = PasswordSource::File(path.clone());
        assert!(source.read().await.unwrap_err().to_string().contains("password's file"));
        for (text, password) in [("one\n", "one"), ("two \n\n", "two \n"), ("", "")] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(source.read().await.unwrap().as_deref(), Some(password));
        }
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        let wanted = ["db".to_owned(), "5432".to_owned(), "site".to_owned(), "me".to_owned()];
        assert_eq!(line_for("db:5432:site:me:a\\:b:c", &wanted).as_deref(), Some("a:b:c"));
        assert_eq!(line_for("*:*:*:me:x\\\\", &wanted).as_deref(), Some("x\\"));
        for other in ["#*:*:*:*:x", "db:5433:site:me:x", "db:5432:site", ""] {
            assert_eq!(line_for(other, &wanted), None, "{other}");
        }
    }
}
