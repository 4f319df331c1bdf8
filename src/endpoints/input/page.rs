//! Renders a page for its visitor: asks for what the template looks up, and does what the template's reading causes.
//! Django: `TemplateResponse`, `RequestContext`, `MessageMiddleware`.

use std::collections::BTreeSet;

use entity::application::Model as Application;
use entity::user::Model as User;

use crate::failure::Failure;
use crate::oauth::Params;
use crate::pages::own::{Keys, Own, values};
use crate::pages::permissions::Permissions;
use crate::pages::request::RequestFacts;
use crate::pages::{LazyNonce, Marks, Page, Seen, Wants};
use crate::random;
use crate::settings::middleware;
use crate::settings::shown::Shown;
use crate::storage::{own_columns, permissions, users};

use super::{Browser, Nonce};

/// 132 random bits, as many characters as Python's `token_urlsafe(16)` has.
const NONCE_LENGTH: usize = 22;
const NONCE_ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// A template that cannot be shown.
fn failed(error: django_template::Error) -> Failure {
    Failure::Template(error.to_string())
}

impl Browser<'_> {
    /// # Errors
    /// A template that does not parse or render; the database's own.
    pub async fn render(&mut self, page: &impl Page) -> Result<String, Failure> {
        let app = self.app;
        let settings = &app.site.settings;
        let wants = app.pages.wants(page.template(&app.pages), settings).map_err(failed)?;
        let mut seen = self.look(&wants).await?;
        seen.own = self.own(page.keys(), seen.user.as_ref()).await?;
        let html = app.pages.render(page, &seen, settings).map_err(failed)?;
        if seen.marks.csrf_token_was_used() {
            self.use_csrf_token();
        }
        if seen.marks.messages_were_read() {
            self.messages_were_read();
        }
        if let Some(nonce) = seen.nonce.as_ref().and_then(LazyNonce::printed) {
            self.nonce = Some(Nonce(nonce.to_owned()));
        }
        Ok(html)
    }

    async fn look(&mut self, wants: &Wants) -> Result<Seen, Failure> {
        let user = if wants.user() { self.user().await? } else { None };
        let permissions = match &user {
            Some(user) if wants.permissions() => self.permissions(user).await?,
            _ => Permissions::Nothing,
        };
        let messages = if wants.messages() { self.messages().await? } else { Vec::new() };
        let csrf_token = if wants.csrf_token() {
            self.prepare_csrf().await?;
            self.possible_csrf_token()?
        } else {
            String::new()
        };
        let mut facts = if wants.request() { self.facts() } else { self.path_facts() };
        if wants.session() {
            let session = self.session().await?;
            facts.session = session.data().clone();
            facts.session_key = session.key().map(str::to_owned);
        }
        let (now, language) = (self.app.site.clock.now(), self.language().to_owned());
        let nonce = if wants.nonce() { self.possible_nonce()? } else { None };
        let marks = Marks::default();
        Ok(Seen {
            now,
            language,
            facts,
            user,
            permissions,
            messages,
            csrf_token,
            nonce,
            own: Own::default(),
            marks,
        })
    }

    /// What the page's rows and the visitor hold in columns of the project's own.
    async fn own(&self, mut keys: Keys, visitor: Option<&User>) -> Result<Own, Failure> {
        let settings = &self.app.site.settings;
        let (db, models) = (&self.app.site.db, &settings.models);
        let mut own = Own::default();
        if models.shown.is_empty() {
            return Ok(own);
        }
        let of = |table| models.shown_of(table);
        let columns = |table| of(table).map(Shown::as_column).collect::<Vec<_>>();
        keys.users.extend(visitor.map(|visitor| visitor.id));
        for (id, texts) in own_columns::of_users(db, &keys.users, &columns("auth_user")).await? {
            own.users.push((id, values(settings, of("auth_user"), texts)));
        }
        let table = "oauth2_provider_application";
        for (id, texts) in own_columns::of_applications(db, &keys.applications, &columns(table)).await? {
            own.applications.push((id, values(settings, of(table), texts)));
        }
        Ok(own)
    }

    /// A nonce that counts only if the page prints it; none where no layer would send it.
    fn possible_nonce(&self) -> Result<Option<LazyNonce>, Failure> {
        if !self.app.site.settings.middleware.has(middleware::CSP) {
            return Ok(None);
        }
        Ok(Some(match &self.nonce {
            Some(printed) => LazyNonce::new(printed.0.clone(), true),
            None => LazyNonce::new(random::text(NONCE_LENGTH, NONCE_ALPHABET)?, false),
        }))
    }

    /// Django: `ModelBackend`; only an active user has any.
    async fn permissions(&self, user: &User) -> Result<Permissions, Failure> {
        if !user.is_active {
            return Ok(Permissions::Nothing);
        }
        // A superuser has them without being asked which there are.
        if user.is_superuser {
            return Ok(Permissions::Everything(BTreeSet::new()));
        }
        Ok(Permissions::These(permissions::list_of_user(&self.app.site.db, user.id).await?))
    }

    /// Whose application it is, if the page's template asks under this name, such as `application.user`.
    ///
    /// # Errors
    /// A template that does not parse; the database's own.
    pub async fn owner(
        &self,
        template: &str,
        name: &str,
        application: &Application,
    ) -> Result<Option<User>, Failure> {
        match application.user_id {
            Some(id) if self.looks_up(template, &[name])? => users::find_by_id(&self.app.site.db, id).await,
            _ => Ok(None),
        }
    }

    /// Whether a template may look up one of these names.
    ///
    /// # Errors
    /// A template that does not parse.
    pub fn looks_up(&self, template: &str, names: &[&str]) -> Result<bool, Failure> {
        let wants = self.app.pages.wants(template, &self.app.site.settings).map_err(failed)?;
        Ok(names.iter().any(|name| wants.name(name)))
    }

    /// A token that counts only if the page prints it.
    fn possible_csrf_token(&mut self) -> Result<String, Failure> {
        let secret = self.secret_or_new()?;
        let token =
            django::csrf::mask(&secret, &random::text(django::csrf::SECRET_LENGTH, random::ALPHANUMERIC)?);
        self.possible_secret = Some(secret);
        Ok(token)
    }

    fn use_csrf_token(&mut self) {
        if let Some(secret) = self.possible_secret.take() {
            self.keep_secret(secret);
        }
    }

    fn path_facts(&self) -> RequestFacts {
        let path_info = self.path().to_owned();
        let prefix = &self.app.site.settings.django.force_script_name;
        RequestFacts { path: format!("{prefix}{path_info}"), path_info, ..RequestFacts::default() }
    }

    fn facts(&self) -> RequestFacts {
        let text = |value: &poem::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let query = self.full_path.split_once('?').map_or("", |(_, query)| query);
        let (head, settings) = (&self.head, &self.app.site.settings.django);
        RequestFacts {
            method: head.method.to_string(),
            query: query.to_owned(),
            scheme: head.origin.scheme.to_owned(),
            host: head.origin.host.clone(),
            remote_addr: head.remote.map(|address| address.ip().to_string()),
            port: head.port(settings),
            language: settings.templates.i18n.by_visitor.then(|| self.language().to_owned()),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (title_case(name.as_str()), text(value)))
                .collect(),
            cookies: super::cookies::cookies(head.headers).collect(),
            get: Params::lenient(query).pairs().to_vec(),
            post: self.posted.as_ref().map(|posted| posted.pairs().to_vec()).unwrap_or_default(),
            ..self.path_facts()
        }
    }
}

/// `user-agent` as Django spells it: `User-Agent`.
fn title_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
