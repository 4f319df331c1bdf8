//! `Vary` of an answer. Django: `patch_vary_headers`.

use poem::Response;
use poem::http::header;

use super::answer;

/// What a page did for its visitor: the layer whose work it is adds `Vary: Cookie` in its own turn.
#[derive(Clone, Copy)]
struct Session;

/// See [`Session`].
#[derive(Clone, Copy)]
struct Csrf;

/// Adds a header's name, unless it stands there.
pub fn on(response: &mut Response, name: &str) {
    let lines = response.headers().get_all(header::VARY).iter().filter_map(|line| line.to_str().ok());
    let mut names: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        names.push(name);
    }
    let value = if names.contains(&"*") { "*".to_owned() } else { names.join(", ") };
    answer::set(response, header::VARY, &value);
}

/// The session was looked at, or its cookie set.
pub fn on_session(response: &mut Response) {
    response.extensions_mut().insert(Session);
}

pub fn is_on_session(response: &Response) -> bool {
    response.extensions().get::<Session>().is_some()
}

/// The CSRF cookie was set.
pub fn on_csrf(response: &mut Response) {
    response.extensions_mut().insert(Csrf);
}

pub fn is_on_csrf(response: &Response) -> bool {
    response.extensions().get::<Csrf>().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_there_once_and_a_star_alone() {
        for (before, name, after) in [
            ("", "Cookie", "Cookie"),
            ("Accept", "Cookie", "Accept, Cookie"),
            ("Accept,cookie", "Cookie", "Accept, cookie"),
            ("*", "Cookie", "*"),
        ] {
            let mut response = Response::default();
            if !before.is_empty() {
                answer::set(&mut response, header::VARY, before);
            }
            on(&mut response, name);
            assert_eq!(response.header(header::VARY), Some(after));
        }
    }
}
