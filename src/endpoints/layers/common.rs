//! Who is turned away, and who is sent to the full address: `www.`, a final slash. Django: `CommonMiddleware`.

use poem::{Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::Origin;

use super::passage::{Passage, Stop};

/// Django looks for the host of every request here.
pub fn before(passage: &mut Passage<'_>, request: &mut Request) -> Option<Stop> {
    let settings = &passage.app.site.settings;
    let agent = request.header("User-Agent");
    if agent.is_some_and(|agent| settings.door.disallowed_user_agents.iter().any(|d| d.is_match(agent))) {
        return Some(Stop::Raise(answer::forbidden("Forbidden user agent")));
    }
    if let Some(refused) = passage.find_host(request) {
        return Some(Stop::Raise(refused));
    }
    if settings.django.append_slash && passage.lacks_slash(request.uri().path()) {
        // A path of two slashes would name a host.
        let path = passage.full_path(request, request.uri().path(), "/");
        passage.with_slash = Some(path.strip_prefix("//").map_or(path.clone(), |rest| format!("/%2F{rest}")));
    }
    let origin = request.data::<Origin>().filter(|_| settings.door.prepend_www)?;
    if origin.host.starts_with("www.") {
        return None;
    }
    let path =
        passage.with_slash.clone().unwrap_or_else(|| passage.full_path(request, request.uri().path(), ""));
    Some(Stop::Answer(answer::moved(&format!("{}://www.{}{path}", origin.scheme, origin.host))))
}

/// Only where nothing else answers does a final slash lead further.
pub fn after(passage: &Passage<'_>, response: Response) -> Response {
    match &passage.with_slash {
        Some(to) if answer::is_unresolved(&response) => answer::moved(to),
        _ => response,
    }
}
