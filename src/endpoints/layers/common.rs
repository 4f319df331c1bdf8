//! Who is turned away, and who is sent to the full address: `www.`, a final slash. Django: `CommonMiddleware`.

use poem::{Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::Origin;

use super::passage::Passage;

/// The answer to a request that no route gets to see.
pub fn before(passage: &Passage<'_>, request: &Request) -> Option<Response> {
    let settings = &passage.app.site.settings;
    let agent = request.header("User-Agent");
    if agent.is_some_and(|agent| settings.door.disallowed_user_agents.iter().any(|d| d.is_match(agent))) {
        return Some(answer::forbidden("Forbidden user agent"));
    }
    let path = request.uri().path();
    let lacks_slash = settings.django.append_slash && passage.lacks_slash(path);
    let origin = request.data::<Origin>()?;
    let wants_www = settings.door.prepend_www && !origin.host.starts_with("www.");
    if !lacks_slash && !wants_www {
        return None;
    }
    let query = request.uri().query().filter(|q| !q.is_empty()).map(|q| format!("?{q}")).unwrap_or_default();
    let slash = if lacks_slash { "/" } else { "" };
    let path = format!("{}{path}{slash}{query}", settings.django.force_script_name);
    // A path of two slashes would name a host.
    let path = path.strip_prefix("//").map_or(path.clone(), |rest| format!("/%2F{rest}"));
    let base = if wants_www { format!("{}://www.{}", origin.scheme, origin.host) } else { String::new() };
    Some(answer::moved(&format!("{base}{path}")))
}
