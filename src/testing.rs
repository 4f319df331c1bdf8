//! For the tests in tests/ only: what they look at and set up inside a provider. No promise to other programs.

use std::sync::Arc;

use poem::Response;
use poem::endpoint::BoxEndpoint;

use crate::App;
use crate::pages::Pages;

pub use crate::clock::Clock;
pub use crate::hashing::Hashing;
pub use crate::oauth::cimd::Documents;
pub use crate::oauth::oidc::discovery::Document;
pub use crate::observe::Reason;
pub use crate::server::document;
pub use crate::settings::rsa_key::RsaKey;
pub use crate::settings::server::Hashing as HashBounds;
pub use crate::site::Site;
pub use crate::vocabulary::{ClientType, GrantType, ResponseType};

/// A provider on an open database.
pub fn provider(site: Site) -> Arc<App> {
    Arc::new(App { pages: Pages::new(&site.settings), site })
}

/// The routes of one provider, whose requests come with another one's app, as when settings were read anew meanwhile.
pub fn routes_of(laid_for: &App, app: &Arc<App>) -> BoxEndpoint<'static, Response> {
    crate::server::behind_layers(app, crate::server::inside(laid_for))
}

/// What a provider is made of.
pub fn site(app: &App) -> &Site {
    &app.site
}

/// The table of URLs, and what a configuration makes of it.
pub mod urls {
    pub use crate::urls::{Group, Pattern, TABLE, Url, UrlEntry, UrlKind, UrlSettings, Urls};
}

/// What stands around the routes.
pub mod layers {
    pub use crate::endpoints::layers::{Front, Layer};
}

/// The user's side of the device flow.
pub mod device {
    pub use crate::oauth::device::{UserAnswer, decide, find_pending};
}

/// Strings as the server itself makes them.
pub mod random {
    pub use crate::random::{token, uuid};
}

/// Rows as the server itself writes and reads them.
pub mod storage {
    pub use crate::storage::{Db, Target, Waits, open};

    pub mod access_tokens {
        pub use crate::storage::access_tokens::{NewAccessToken, insert};
    }
    pub mod applications {
        pub use crate::storage::applications::{NewApplication, insert};
    }
    pub mod device_grants {
        pub use crate::storage::device_grants::{PENDING, claim, find_by_device_code};
    }
    pub mod grants {
        pub use crate::storage::grants::{NewGrant, insert};
    }
    pub mod refresh_tokens {
        pub use crate::storage::refresh_tokens::{NewRefreshToken, insert};
    }
    pub mod users {
        pub use crate::storage::users::{find_by_username, insert_superuser};
    }
}
