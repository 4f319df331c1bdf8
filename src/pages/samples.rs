//! Every page with sample rows: what a look-up finds in none of them, only the project's own code knows.

use chrono::{DateTime, Utc};
use django::messages::Message;
use django_template::Context;

use entity::access_token::Model as AccessToken;
use entity::application::Model as Application;
use entity::device_grant::Model as DeviceGrant;
use entity::user::Model as User;
use entity::value::{Resource, UserId};

use crate::accounts::password_change::Errors;
use crate::oauth::application::Draft;
use crate::oauth::authorize::Consent;
use crate::oauth::oidc::logout::Request as LogoutRequest;
use crate::settings::Settings;
use crate::urls::Url;
use crate::vocabulary::{ClientType, GrantType, ResponseType};

use super::own::{self, Own};
use super::permissions::Permissions;
use super::request::RequestFacts;
use super::{Marks, Page, Pages, Seen};
use super::{
    applications, authorize, authorized_tokens, device, forbidden, login, logout, password_change, rp_logout,
};

struct Samples<'a> {
    pages: &'a Pages,
    seen: Seen,
    context: Context,
    out: Vec<(&'static str, Context)>,
}

impl Samples<'_> {
    fn add(&mut self, page: &dyn Page) {
        let mut context = self.context.clone();
        if let Some(class) = page.view() {
            context.insert("view", self.pages.view(class, page, &self.seen));
        }
        context.extend(page.context(&self.pages.words(&self.seen)));
        self.out.push((page.template(self.pages), context));
    }
}

/// The template of each page and what it may look up.
pub(super) fn contexts(pages: &Pages, settings: &Settings) -> Vec<(&'static str, Context)> {
    let seen = seen(settings);
    let stylesheet = settings.urls.path(Url::Stylesheet);
    let context = seen.context(settings, &pages.urls).with("stylesheet", stylesheet.as_str());
    let mut samples = Samples { pages, seen, context, out: Vec::new() };
    let (user, application) = (user(), application());
    consent(&mut samples, &user, &application, settings);
    lists(&mut samples, &user, &application, settings);
    devices(&mut samples, &user, &application);
    let request = LogoutRequest::default();
    samples.add(&rp_logout::LogoutPage {
        request: &request,
        application: Some(&application),
        owner: Some(&user),
    });
    samples.add(&rp_logout::NoLogoutPage { error: "e", description: "d" });
    forms(&mut samples, &user, &application);
    let sites = &settings.server.texts.sites.rows;
    let site_name = sites.first().map_or("host", |site| site.domain.as_str());
    let (username, texts) = ("a", ["x".to_owned()]);
    samples.add(&login::LoginPage {
        username,
        user_model: &settings.models.user,
        form_errors: &texts,
        username_errors: &texts,
        password_errors: &texts,
        next: "/",
        site_name,
    });
    samples.add(&logout::LoggedOutPage { site_name });
    let errors =
        Errors { old_password: texts.to_vec(), new_password1: texts.to_vec(), new_password2: texts.to_vec() };
    samples.add(&password_change::PasswordChangePage { is_bound: true, errors: &errors, validators: &[] });
    samples.add(&password_change::PasswordChangedPage);
    samples.add(&forbidden::CsrfPage { reason: &django::csrf::Reason::NoCookie, debug: true });
    samples.out
}

fn seen(settings: &Settings) -> Seen {
    let path = settings.urls.path(Url::Authorize);
    let language = settings.django.templates.i18n.by_visitor.then(|| "en".to_owned());
    Seen {
        now: DateTime::<Utc>::UNIX_EPOCH,
        language: "en".to_owned(),
        facts: RequestFacts { path_info: path.clone(), path, language, ..RequestFacts::default() },
        user: Some(user()),
        permissions: Permissions::Nothing,
        messages: vec![Message::new(20, "x")],
        csrf_token: "x".to_owned(),
        nonce: None,
        own: own(settings),
        marks: Marks::default(),
    }
}

/// A value for each name that the settings show.
fn own(settings: &Settings) -> Own {
    let texts = |table: &str| {
        let shown: Vec<_> = settings.models.shown_of(table).collect();
        own::values(settings, shown.iter().copied(), vec![Some("1".to_owned()); shown.len()])
    };
    Own {
        applications: vec![(1, texts("oauth2_provider_application"))],
        users: vec![(UserId::Int(1), texts("auth_user"))],
    }
}

fn user() -> User {
    User {
        id: UserId::Int(1),
        password: String::new(),
        last_login: None,
        is_superuser: false,
        username: "a".to_owned(),
        first_name: String::new(),
        last_name: String::new(),
        email: String::new(),
        is_staff: false,
        is_active: true,
        date_joined: DateTime::<Utc>::UNIX_EPOCH.into(),
    }
}

fn application() -> Application {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    Application {
        id: 1,
        client_id: "c".to_owned(),
        user_id: Some(UserId::Int(1)),
        redirect_uris: "https://client.example/cb".to_owned(),
        post_logout_redirect_uris: String::new(),
        client_type: ClientType::Confidential.column().to_owned(),
        authorization_grant_type: GrantType::AuthorizationCode.to_column(),
        client_secret: String::new(),
        hash_client_secret: true,
        name: "n".to_owned(),
        skip_authorization: false,
        created: now.into(),
        updated: now.into(),
        algorithm: String::new(),
        allowed_origins: String::new(),
        registration_source: "manual".to_owned(),
        cimd_expires_at: None,
    }
}

fn consent(samples: &mut Samples<'_>, user: &User, application: &Application, settings: &Settings) {
    let some = || Some("x".to_owned());
    let consent = Consent {
        asked: None,
        application: application.clone(),
        redirect_uri: "https://client.example/cb".to_owned(),
        response_type: ResponseType::Code,
        state: some(),
        scopes: vec!["read".to_owned()],
        code_challenge: some(),
        code_challenge_method: some(),
        resource: vec!["https://api.example/".to_owned()],
        in_fragment: false,
        nonce: "x".to_owned(),
        claims: some(),
    };
    samples.add(&authorize::ConsentPage { consent: &consent, owner: Some(user), settings });
    samples.add(&authorize::NoConsentPage { error: "e", description: "d", status: 400, url: "/" });
    samples.add(&authorize::IncompleteConsentPage { value: &|_| None, errors: &[("scope", "")] });
}

fn token() -> AccessToken {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    AccessToken {
        id: 1,
        user_id: Some(UserId::Int(1)),
        source_refresh_token_id: None,
        token: String::new(),
        token_checksum: String::new(),
        id_token_id: None,
        application_id: Some(1),
        expires: now.into(),
        scope: "read".to_owned(),
        resource: Resource(Vec::new()),
        created: now.into(),
        updated: now.into(),
    }
}

fn lists(samples: &mut Samples<'_>, user: &User, application: &Application, settings: &Settings) {
    let (settings, now) = (&settings.oauth2, DateTime::<Utc>::UNIX_EPOCH);
    let listed = [(token(), Some(application.clone()), Some(user.clone()))];
    samples.add(&authorized_tokens::TokensPage { tokens: &listed, user, settings, now });
    samples.add(&authorized_tokens::DeleteTokenPage {
        token: &token(),
        application: Some(application),
        user,
        settings,
        now,
    });
    samples.add(&applications::ApplicationsPage { applications: std::slice::from_ref(application), user });
    samples.add(&applications::ApplicationPage { application, user });
    samples.add(&applications::DeleteApplicationPage { application, user });
}

fn devices(samples: &mut Samples<'_>, user: &User, application: &Application) {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    samples.add(&device::UserCodePage { user_code: "X", error: Some("e") });
    let (scopes, descriptions) = (vec!["read"], vec!["Reading"]);
    samples.add(&device::ConfirmPage { application, owner: Some(user), scopes, descriptions });
    let grant = DeviceGrant {
        id: 1,
        user_id: Some(UserId::Int(1)),
        device_code: String::new(),
        user_code: "X".to_owned(),
        scope: "read".to_owned(),
        interval: 5,
        expires: now.into(),
        status: "authorized".to_owned(),
        client_id: "c".to_owned(),
        last_checked: now.into(),
    };
    samples.add(&device::StatusPage { grant: &grant, user: Some(user), status: "Authorized" });
}

fn forms(samples: &mut Samples<'_>, user: &User, application: &Application) {
    let problems = [("name", "x".to_owned())];
    for application in [None, Some(application)] {
        samples.add(&applications::ApplicationFormPage {
            user,
            application,
            draft: &Draft::default(),
            is_hashed: application.is_some(),
            submitted: None,
            problems: &problems,
        });
    }
}
