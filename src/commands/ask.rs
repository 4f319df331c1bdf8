//! Questions on the terminal; without one the answers are read from stdin, line by line.

use std::io::{IsTerminal, Write};

use entity::user::Model as User;

use crate::accounts::password_change;
use crate::site::Site;

use super::stop::Stop;

/// A line of text.
///
/// # Errors
/// No more input.
pub fn text(prompt: &str) -> Result<String, Stop> {
    print!("{prompt}");
    std::io::stdout().flush().map_err(Stop::os)?;
    line()
}

/// The same where standard output is a document.
///
/// # Errors
/// No more input.
pub fn text_on_stderr(prompt: &str) -> Result<String, Stop> {
    eprint!("{prompt}");
    line()
}

/// A line that is not shown while it is typed.
///
/// # Errors
/// No more input.
pub fn secret(prompt: &str) -> Result<String, Stop> {
    if std::io::stdin().is_terminal() { rpassword::prompt_password(prompt).map_err(Stop::os) } else { line() }
}

fn line() -> Result<String, Stop> {
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).map_err(Stop::os)? == 0 {
        return Err(Stop::Failed("aborted: no more input".into()));
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What AUTH_PASSWORD_VALIDATORS have against a password of this user; told on stderr.
pub fn tell_objections(site: &Site, user: &User, password: &str) -> bool {
    let objections = password_change::refused(site, user, password);
    objections.iter().for_each(|text| eprintln!("{text}"));
    !objections.is_empty()
}
