//! The documentation: the OpenAPI document of the running configuration, and the page that shows it.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use lru::LruCache;
use poem::web::Data;
use poem::{Body, Request, Response, handler};

use slash_o_openapi::{DescribedFlow, DescribedUrl, Facts, document};

use crate::oauth::grants::own_fields;
use crate::settings::{OAuth2Provider, Settings};
use crate::urls::Pattern;
use crate::vocabulary::{GrantType, ResponseType};

use super::input::Origin;

/// Hosts that are remembered; an attacker may send any that ALLOWED_HOSTS lets through.
const ORIGINS: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");

/// The document, rendered once for each origin under which the server is asked.
pub struct Document {
    spec: String,
    facts: Facts,
    /// OIDC_ISS_ENDPOINT names the origin for everybody.
    is_fixed: bool,
    rendered: Mutex<LruCache<String, Arc<[u8]>>>,
}

impl Document {
    /// `spec` is what poem-openapi knows of the machine endpoints.
    pub fn new(spec: String, settings: &Settings) -> Document {
        let is_fixed = issuer_origin(settings).is_some();
        let rendered = Mutex::new(LruCache::new(ORIGINS));
        Document { spec, facts: facts(settings), is_fixed, rendered }
    }

    /// For a database that has no table for device codes: the device flow cannot succeed.
    pub fn without_devices(mut self) -> Document {
        self.facts.device = false;
        self.facts.grant_types.retain(|grant| GrantType::of_rfc(grant) != Some(GrantType::DeviceCode));
        self
    }

    /// The document as seen from where the configuration says the server is.
    pub fn text(&self) -> String {
        document::render(&self.spec, &self.facts).unwrap_or_default()
    }

    fn bytes(&self, origin: &str, prefix: &str) -> Arc<[u8]> {
        let base = if self.is_fixed { self.facts.base.clone() } else { format!("{origin}{prefix}") };
        let mut rendered = self.rendered.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let bytes = rendered.get_or_insert(base.clone(), || {
            let facts = Facts { base, ..self.facts.clone() };
            document::render(&self.spec, &facts).unwrap_or_default().into_bytes().into()
        });
        bytes.clone()
    }
}

#[handler]
pub fn openapi_json(
    request: &Request,
    app: Data<&Arc<crate::App>>,
    document: Data<&Arc<Document>>,
) -> Response {
    let origin = request.data::<Origin>().map(Origin::base).unwrap_or_default();
    let bytes = document.bytes(&origin, &app.site.settings.django.force_script_name);
    Response::builder().content_type("application/json").body(Body::from(bytes.to_vec()))
}

/// Scheme and host of OIDC_ISS_ENDPOINT. DOT puts its own paths there, whatever the issuer's path is.
fn issuer_origin(settings: &Settings) -> Option<String> {
    let issuer = url::Url::parse(&settings.oauth2.oidc_iss_endpoint).ok()?;
    issuer.has_host().then(|| issuer.origin().ascii_serialization())
}

/// Whether OIDC_ISS_ENDPOINT names the origin.
pub fn has_issuer(settings: &Settings) -> bool {
    issuer_origin(settings).is_some()
}

/// Scheme, host and prefix where the configuration says the server is.
pub fn base(settings: &Settings) -> String {
    let origin = issuer_origin(settings).unwrap_or_else(|| settings.server.bind().origin());
    format!("{origin}{}", settings.django.force_script_name)
}

/// The scopes that the page ticks: those that its own operations need.
pub fn ticked_scopes(settings: &Settings) -> Vec<String> {
    let needed = ["openid", "introspection"];
    let names = settings.oauth2.scopes.iter().map(|(name, _)| name.clone());
    names.filter(|name| needed.contains(&name.as_str())).collect()
}

/// Where the page calls besides its own origin.
pub fn elsewhere(settings: &Settings) -> String {
    issuer_origin(settings).unwrap_or_default()
}

/// What the document says of this configuration.
fn facts(settings: &Settings) -> Facts {
    let (oauth2, bcp) = (&settings.oauth2, settings.oauth2.bcp);
    let grant_types: Vec<&str> = oauth2.token_grants().into_iter().filter_map(GrantType::rfc).collect();
    let response_types: Vec<&str> = oauth2.response_types().into_iter().map(ResponseType::as_str).collect();
    let methods: &[&str] = if bcp.pkce_method { &["S256"] } else { &["plain", "S256"] };
    let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    let described = settings.urls.described().map(|(url, patterns)| DescribedUrl {
        name: url.entry().name,
        paths: patterns.iter().map(Pattern::to_openapi).collect(),
    });
    Facts {
        urls: described.collect(),
        login: settings.resolve_url(&settings.django.login_url),
        base: base(settings),
        mounts: settings.server.mount.clone(),
        docs: settings.server.docs.clone(),
        scopes: oauth2.scopes.clone(),
        grant_types: owned(&grant_types),
        own_fields: fields_of_grants(),
        flows: flows(oauth2),
        registered_grants: owned(&oauth2.grants.advertised()),
        device: oauth2.grants.has(GrantType::DeviceCode),
        response_types: owned(&response_types),
        challenge_methods: owned(methods),
        json_body: oauth2.json_body,
        session_cookie: settings.django.session.name.clone(),
        openid: oauth2.oidc_enabled,
        logout: oauth2.oidc_enabled && oauth2.oidc.logout.enabled,
        registration: oauth2.dcr.enabled,
        metadata: true,
        metadata_at_root: settings.server.metadata_at_root,
        client_documents: oauth2.cimd.enabled,
        compat: owned(&settings.server.compat.switched()),
    }
}

/// Fields of a token request that one grant alone reads, each with its `grant_type`.
fn fields_of_grants() -> Vec<(&'static str, String)> {
    let named = GrantType::OF_RFC.iter().filter_map(|grant| Some((grant.rfc()?, own_fields(*grant))));
    named.flat_map(|(name, fields)| fields.iter().map(move |field| (*field, name.to_owned()))).collect()
}

/// What may succeed of the flows that OpenAPI has names for, in the order of RFC 6749, the implicit one last.
fn flows(oauth2: &OAuth2Provider) -> Vec<DescribedFlow> {
    use GrantType::{AuthorizationCode, ClientCredentials, Implicit, Password, RefreshToken};
    let (granted, answered) = (oauth2.token_grants(), oauth2.response_types());
    let has_page =
        |grant: GrantType| answered.iter().any(|kind| kind.grant() == grant && !kind.is_of_openid());
    let may_succeed = |grant: GrantType| {
        (!grant.redirects() || has_page(grant)) && (!grant.is_exchanged() || granted.contains(&grant))
    };
    let known = [AuthorizationCode, ClientCredentials, Password, Implicit];
    let flow = |grant: GrantType| {
        let may_refresh = grant.is_exchanged() && grant != ClientCredentials;
        Some(DescribedFlow {
            grant: grant.rfc()?,
            with_page: grant.redirects(),
            with_token: grant.is_exchanged(),
            refreshes: may_refresh && granted.contains(&RefreshToken),
        })
    };
    known.into_iter().filter(|grant| may_succeed(*grant)).filter_map(flow).collect()
}
