//! MIDDLEWARE: which layers stand around the URLs, and in which order. Django: `BaseHandler.load_middleware`.

use super::reader::Table;

pub const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
pub const SESSION: &str = "django.contrib.sessions.middleware.SessionMiddleware";
pub const COMMON: &str = "django.middleware.common.CommonMiddleware";
pub const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
pub const AUTHENTICATION: &str = "django.contrib.auth.middleware.AuthenticationMiddleware";
pub const MESSAGE: &str = "django.contrib.messages.middleware.MessageMiddleware";
pub const X_FRAME_OPTIONS: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
pub const LOCALE: &str = "django.middleware.locale.LocaleMiddleware";
pub const LOGIN_REQUIRED: &str = "django.contrib.auth.middleware.LoginRequiredMiddleware";
pub const GZIP: &str = "django.middleware.gzip.GZipMiddleware";
pub const CONDITIONAL_GET: &str = "django.middleware.http.ConditionalGetMiddleware";
pub const CSP: &str = "django.middleware.csp.ContentSecurityPolicyMiddleware";
pub const CORS: &str = "corsheaders.middleware.CorsMiddleware";
pub const TOKEN: &str = "oauth2_provider.middleware.OAuth2TokenMiddleware";

/// What counts where MIDDLEWARE is absent: a new project's list, and CORS before it where there are settings of it.
const ABSENT: [&str; 8] = [CORS, SECURITY, SESSION, COMMON, CSRF, AUTHENTICATION, MESSAGE, X_FRAME_OPTIONS];

/// Layers that are built in, or that change no answer of slash-o's URLs.
pub const KNOWN: [&str; 18] = [
    SECURITY,
    SESSION,
    COMMON,
    CSRF,
    AUTHENTICATION,
    "django.contrib.auth.middleware.SessionAuthenticationMiddleware",
    MESSAGE,
    X_FRAME_OPTIONS,
    LOCALE,
    LOGIN_REQUIRED,
    GZIP,
    CONDITIONAL_GET,
    CSP,
    "django.contrib.sites.middleware.CurrentSiteMiddleware",
    CORS,
    TOKEN,
    "oauth2_provider.middleware.OAuth2ExtraTokenMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
];

/// The names of MIDDLEWARE, from the outermost to the innermost.
#[derive(Clone, Debug)]
pub struct Middleware {
    names: Vec<String>,
    is_given: bool,
    /// LoginRequiredMiddleware is there.
    pub login_required: bool,
    /// It looks at the user before the CSRF token is checked.
    pub login_before_csrf: bool,
}

pub(super) fn read(top: &mut Table) -> Middleware {
    let given = top.opt_strings("MIDDLEWARE");
    let is_given = given.is_some();
    let names = given.unwrap_or_else(|| ABSENT.map(str::to_owned).to_vec());
    let mut middleware = Middleware { names, is_given, login_required: false, login_before_csrf: false };
    middleware.login_required = middleware.has(LOGIN_REQUIRED);
    middleware.login_before_csrf = middleware.is_outside(LOGIN_REQUIRED, CSRF);
    middleware
}

impl Middleware {
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The names that the settings themselves give.
    pub fn given(&self) -> Option<&[String]> {
        self.is_given.then_some(&self.names)
    }

    pub fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Whether both are there and the first stands around the second.
    pub fn is_outside(&self, outer: &str, inner: &str) -> bool {
        matches!((self.position(outer), self.position(inner)), (Some(outer), Some(inner)) if outer < inner)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}
