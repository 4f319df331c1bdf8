//! Parts of a path that Django's `<slug:…>` takes. With another part the path has no view: 404.

use percent_encoding::percent_decode_str;
use poem::{FromRequest, Request, RequestBody};

use crate::endpoints::answer;
use crate::oauth::device::is_slug;

/// `<slug:pk>`: the row that a page is about.
pub struct Pk(pub String);

/// `<slug:client_id>/<slug:user_code>`: the device grant that a page is about.
pub struct DeviceSlugs {
    pub client_id: String,
    pub user_code: String,
}

fn slug(request: &Request, name: &str) -> poem::Result<String> {
    let raw = request.raw_path_param(name).unwrap_or_default();
    let text = percent_decode_str(raw).decode_utf8_lossy();
    if is_slug(&text) { Ok(text.into_owned()) } else { Err(answer::instead(answer::not_found())) }
}

impl<'a> FromRequest<'a> for Pk {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Pk(slug(request, "pk")?))
    }
}

impl<'a> FromRequest<'a> for DeviceSlugs {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(DeviceSlugs { client_id: slug(request, "client_id")?, user_code: slug(request, "user_code")? })
    }
}
