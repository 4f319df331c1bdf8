//! The site that account pages name. Django: `django.contrib.sites.shortcuts.get_current_site`.

use django_template::Context;

use crate::settings::texts::Sites;

use super::rows::Row;

/// `site` and `site_name`: the row of the sites framework, or what stands for it without one.
pub(super) fn context(sites: &Sites, host: &str) -> Context {
    let row = |domain: &str, name: &str| Row::new(domain).with("domain", domain).with("name", name);
    let (site, name) = match sites.of(host) {
        Some(site) => (row(&site.domain, &site.name).with("id", site.id).with("pk", site.id), &*site.name),
        None => (row(host, host), host),
    };
    Context::new().with("site", site.into_value()).with("site_name", name)
}
