//! This program's side: the whole server in process, on the same database, in a way that reads only. Without limits on guessing.

use std::convert::Infallible;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};

use crate::opening::{self, OpenError};
use crate::pages::Pages;
use crate::settings::Settings;
use crate::{App, server};

use super::answer::{Answer, NoAnswer};
use super::heard::Heard;
use super::request::Ask;
use super::wire;

/// Bytes on their way between the two ends of a request.
const PIPE: usize = 64 * 1024;

pub struct SlashO {
    pub app: Arc<App>,
    endpoint: Arc<BoxEndpoint<'static, Response>>,
    heard: Heard,
}

impl SlashO {
    /// # Errors
    /// What `slash-o serve` would not start with either.
    pub async fn open(settings: Settings) -> Result<SlashO, OpenError> {
        SlashO::opened(settings, true, Heard::start()).await
    }

    /// Another one that may write, for `--write`; both are listened to.
    ///
    /// # Errors
    /// As [`SlashO::open`].
    pub async fn writing(&self, settings: Settings) -> Result<SlashO, OpenError> {
        SlashO::opened(settings, false, self.heard.clone()).await
    }

    async fn opened(mut settings: Settings, reads_only: bool, heard: Heard) -> Result<SlashO, OpenError> {
        settings.server.limits = None;
        settings.database.reads_only = reads_only;
        let mut site = opening::site(settings, false).await?;
        // Nobody else is asked.
        (site.documents, site.introspection) = (None, None);
        let app = Arc::new(App { pages: Pages::new(&site.settings), site });
        heard.take();
        Ok(SlashO { endpoint: Arc::new(server::routes(&app)), app, heard })
    }

    pub fn settings(&self) -> &Settings {
        &self.app.site.settings
    }

    /// The answer, and what was logged beside it: why it failed, and whether it tried to write.
    ///
    /// # Errors
    /// A request that cannot be made.
    pub async fn ask(
        &self,
        ask: &Ask,
        usual: &[(http::HeaderName, String)],
    ) -> Result<(Answer, Vec<String>), NoAnswer> {
        let request = ask.request(usual).map_err(NoAnswer::from)?;
        let (near, far) = tokio::io::duplex(PIPE);
        let endpoint = self.endpoint.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let endpoint = endpoint.clone();
            let here = || Addr::custom("compare", "here");
            let request = Request::from((request, LocalAddr(here()), RemoteAddr(here()), Scheme::HTTP));
            async move { Ok::<_, Infallible>(hyper::Response::from(endpoint.get_response(request).await)) }
        });
        let served = http1::Builder::new().serve_connection(TokioIo::new(far), service);
        let (answer, _) = tokio::join!(wire::exchange(near, request), served);
        Ok((answer?, self.heard.take()))
    }
}
