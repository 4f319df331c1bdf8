//! Values and texts of the project's own pages: `[server.template_values]`, `[server.scope_texts]` and the like.

use serde_json::Value;

use super::reader::Table;

/// What the project's Python gave its templates, as data.
#[derive(Debug, Default)]
pub struct Texts {
    /// Names that every template knows: plain values of context processors.
    pub values: Vec<(String, Value)>,
    /// Language, scope and its description there, where a description is translated.
    pub scopes: Vec<(String, String, String)>,
    /// Whether `django.contrib.staticfiles` is installed.
    pub has_staticfiles: bool,
    pub sites: Sites,
    /// What `{% static %}` prints for these paths, where the storage is the project's own.
    pub static_urls: Vec<(String, String)>,
}

/// A row of Django's sites framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub id: i64,
    pub domain: String,
    pub name: String,
}

/// The rows of Django's sites framework; none where it is not installed.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    pub rows: Vec<Site>,
    /// SITE_ID.
    pub id: Option<i64>,
}

impl Sites {
    /// Django: `SiteManager.get_current`. A host that has no row has no site.
    pub fn of(&self, host: &str) -> Option<&Site> {
        let find = |host: &str| self.rows.iter().find(|site| site.domain.eq_ignore_ascii_case(host));
        match self.id {
            Some(id) => self.rows.iter().find(|site| site.id == id),
            None => find(host).or_else(|| find(host.rsplit_once(':')?.0)),
        }
    }
}

pub(super) fn read(server: &mut Table) -> Texts {
    let values = server.table("template_values").map(|mut own| own.rest()).unwrap_or_default();
    let mut scopes = Vec::new();
    for (language, mut own) in server.table("scope_texts").map(Table::into_tables).unwrap_or_default() {
        for scope in own.keys() {
            let text = own.string(&scope, "");
            scopes.push((language.clone(), scope, text));
        }
    }
    let has_staticfiles = server.bool("staticfiles_app", true);
    let sites = Sites { rows: sites(server), id: None };
    let static_urls = server.string_map("static_urls").unwrap_or_default();
    Texts { values, scopes, has_staticfiles, sites, static_urls }
}

fn sites(server: &mut Table) -> Vec<Site> {
    let mut sites = Vec::new();
    for mut row in server.tables("sites") {
        let (domain, name) = (row.string("domain", ""), row.string("name", ""));
        match row.opt_i64("id") {
            Some(id) => sites.push(Site { id, domain, name }),
            None => row.problem("id: is missing; it is the site's id in the database".into()),
        }
        row.finish();
    }
    sites
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_found_by_its_id_or_its_host() {
        let site = |id: i64, domain: &str| Site { id, domain: domain.to_owned(), name: String::new() };
        let rows = vec![site(1, "a.example"), site(2, "b.example"), site(3, "b.example:8000")];
        let found =
            |id: Option<i64>, host: &str| Sites { rows: rows.clone(), id }.of(host).map(|site| site.id);
        assert_eq!(found(None, "A.example"), Some(1));
        assert_eq!(found(None, "b.example:8000"), Some(3));
        assert_eq!(found(None, "b.example:9000"), Some(2));
        assert_eq!(found(None, "c.example"), None);
        assert_eq!(found(Some(2), "a.example"), Some(2));
        assert_eq!(found(Some(4), "a.example"), None);
    }
}
