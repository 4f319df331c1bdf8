//! The table as one configuration has it: mounts, spellings, what is left out.

use super::{Group, Pattern, TABLE, Url, UrlEntry, UrlKind, UrlSwitch};

/// What settings say of URLs. Paths start with a slash, and FORCE_SCRIPT_NAME stands before all of them.
#[derive(Clone, Debug, Default)]
pub struct UrlSettings {
    /// FORCE_SCRIPT_NAME.
    pub script_name: String,
    /// Bases of DOT's URLs; the first is the one that is advertised.
    pub mounts: Vec<String>,
    /// Base of login and logout; empty: there are none.
    pub accounts: String,
    /// Base of the documentation; empty: there is none.
    pub docs: String,
    /// Whether the documents of RFC 8414 and RFC 9728 also stand at the root.
    pub metadata_at_root: bool,
    /// A second path of the login page.
    pub login: Option<String>,
    /// The other switches that are off.
    pub off: Vec<UrlSwitch>,
    /// Other spellings than DOT's, the advertised one first: from the root with a slash before them, else below the base.
    pub spelled: Vec<(Url, Vec<String>)>,
    pub left_out: Vec<Url>,
}

/// One path at which something answers.
#[derive(Clone, Debug)]
pub struct UrlPath {
    pub url: Url,
    /// Below FORCE_SCRIPT_NAME.
    pub pattern: Pattern,
    /// False for a second place of what has a name elsewhere: LOGIN_URL, documents at the root.
    is_named: bool,
    /// The number of the mount it stands below.
    mount: Option<usize>,
    /// The settings give this path from the root: it is the same whatever mount was asked.
    is_rooted: bool,
}

impl UrlPath {
    /// The URL name of this path, as `{% url %}` is given it.
    pub fn name(&self) -> Option<String> {
        let entry = self.url.entry();
        let namespace = entry.group.namespace().filter(|_| self.is_named)?;
        Some(format!("{namespace}{}", entry.name))
    }
}

/// Every URL of one running provider.
#[derive(Clone, Debug)]
pub struct Urls {
    script_name: String,
    mounts: Vec<String>,
    off: Vec<UrlSwitch>,
    routes: Vec<UrlPath>,
    /// Parts of paths after which something secret follows.
    secret: Vec<String>,
}

impl Urls {
    pub fn new(settings: UrlSettings) -> Urls {
        let is_here = |entry: &&UrlEntry| !settings.left_out.contains(&entry.url);
        let mut urls = Urls {
            script_name: String::new(),
            mounts: Vec::new(),
            off: Vec::new(),
            routes: Vec::new(),
            secret: TABLE.iter().flat_map(|entry| secret_starts(&settings.spellings(entry.url))).collect(),
        };
        for entry in TABLE.iter().filter(is_here) {
            let base = match entry.group {
                Group::Probes => "/",
                Group::Accounts => settings.accounts.as_str(),
                Group::Docs => settings.docs.as_str(),
                _ => continue,
            };
            urls.add(&settings, entry.url, base, None);
        }
        urls.routes.extend(settings.login.as_ref().map(|path| UrlPath {
            url: Url::Login,
            pattern: Pattern::new(path.clone()),
            is_named: false,
            mount: None,
            is_rooted: false,
        }));
        for (number, mount) in settings.mounts.iter().enumerate() {
            for entry in TABLE.iter().filter(is_here).filter(|entry| entry.group.is_mounted()) {
                urls.add(&settings, entry.url, mount, Some(number));
            }
        }
        for entry in TABLE.iter().filter(is_here).filter(|entry| entry.group == Group::Metadata) {
            if settings.metadata_at_root && !settings.mounts.iter().any(|mount| mount == "/") {
                urls.add(&settings, entry.url, "/", None);
            }
        }
        let off = settings.all_off();
        Urls { script_name: settings.script_name, mounts: settings.mounts, off, ..urls }
    }

    fn add(&mut self, settings: &UrlSettings, url: Url, base: &str, mount: Option<usize>) {
        let is_named = mount.is_some() == url.entry().group.is_mounted();
        for path in settings.spellings(url) {
            let is_rooted = path.starts_with('/');
            // A path from the root is added once, with the first mount.
            let is_added = is_rooted && (!is_named || mount.is_some_and(|number| number > 0));
            // A path below a base needs a base.
            let has_no_base = !is_rooted && base.is_empty();
            if is_added || has_no_base {
                continue;
            }
            let pattern = Pattern::new(if is_rooted { path } else { format!("{base}{path}") });
            self.routes.push(UrlPath { url, pattern, is_named, mount, is_rooted });
        }
    }

    /// Every path of every URL. Where two are the same, the first answers.
    pub fn routes(&self) -> &[UrlPath] {
        &self.routes
    }

    /// Every path at which something of ours answers.
    pub fn served(&self) -> impl Iterator<Item = &UrlPath> {
        self.routes.iter().filter(|route| route.url.entry().kind != UrlKind::Elsewhere)
    }

    /// Whether no setting turns off what stands at the URL.
    pub fn is_on(&self, url: Url) -> bool {
        let is_off = url.entry().switch.is_some_and(|switch| self.off.contains(&switch));
        !is_off || self.is_placed_alone(url)
    }

    /// Whether it has a path of its own while its group has none.
    fn is_placed_alone(&self, url: Url) -> bool {
        url.entry().group == Group::Accounts && self.routes.iter().any(|r| r.url == url && r.is_rooted)
    }

    /// The first mount, with FORCE_SCRIPT_NAME before it.
    pub fn mount(&self) -> String {
        format!("{}{}", self.script_name, self.base(0))
    }

    fn base(&self, number: usize) -> &str {
        self.mounts.get(number).map_or("/o/", String::as_str)
    }

    /// The advertised path, with FORCE_SCRIPT_NAME before it; none if it is left out or takes arguments.
    pub fn find(&self, url: Url) -> Option<String> {
        let route = self.advertised(url, url.entry().group.is_mounted().then_some(0))?;
        let path = route.pattern.as_str();
        route.pattern.arguments().is_empty().then(|| format!("{}{path}", self.script_name))
    }

    /// As [`Urls::find`]; for a URL that is left out DOT's own path, which answers 404.
    pub fn path(&self, url: Url) -> String {
        self.below(0, url, &[])
    }

    /// The path of a URL below the mount that another path of ours came through. Values stand in it as they are.
    pub fn beside(&self, path: &str, url: Url, values: &[&str]) -> String {
        let path = path.strip_prefix(self.script_name.as_str()).unwrap_or(path);
        let mounts = self.mounts.iter().enumerate().filter(|(_, mount)| path.starts_with(mount.as_str()));
        let number = mounts.max_by_key(|(_, mount)| mount.len()).map_or(0, |(number, _)| number);
        self.below(number, url, values)
    }

    fn below(&self, number: usize, url: Url, values: &[&str]) -> String {
        let path = match self.advertised(url, url.entry().group.is_mounted().then_some(number)) {
            Some(route) => route.pattern.fill(values),
            None => {
                let base = if url.entry().group.is_mounted() { self.base(number) } else { "/" };
                Pattern::new(format!("{base}{}", url.path())).fill(values)
            }
        };
        format!("{}{path}", self.script_name)
    }

    fn advertised(&self, url: Url, mount: Option<usize>) -> Option<&UrlPath> {
        let is_there = |route: &&UrlPath| route.url == url && (route.mount == mount || route.is_rooted);
        self.routes.iter().find(is_there)
    }

    /// The described URLs that are on, in the order of the table, with their spellings below the mount.
    pub fn described(&self) -> impl Iterator<Item = (Url, Vec<Pattern>)> {
        let entries = TABLE.iter().filter(|entry| entry.is_described && self.is_on(entry.url));
        entries.filter_map(|entry| {
            let base = self.base(0).trim_end_matches('/');
            let routes = self.routes.iter().filter(|route| route.url == entry.url && route.mount == Some(0));
            let below =
                |route: &UrlPath| Some(Pattern::new(route.pattern.as_str().strip_prefix(base)?.to_owned()));
            let paths: Vec<Pattern> = routes.filter_map(below).collect();
            (!paths.is_empty()).then_some((entry.url, paths))
        })
    }

    /// Whether a path is a probe's.
    pub fn is_probe(&self, path: &str) -> bool {
        let mut probes = self.routes.iter().take_while(|route| route.url.entry().kind == UrlKind::Probe);
        probes.any(|route| route.pattern.as_str() == path)
    }

    /// A path for the log, without what only a device's user knows.
    pub fn without_secrets<'a>(&self, path: &'a str) -> &'a str {
        let ends =
            self.secret.iter().filter_map(|start| path.find(start.as_str()).map(|at| at + start.len()));
        ends.min().map_or(path, |end| &path[..end])
    }
}

impl UrlSettings {
    fn all_off(&self) -> Vec<UrlSwitch> {
        let bases = [(UrlSwitch::Accounts, &self.accounts), (UrlSwitch::Docs, &self.docs)];
        let empty = bases.into_iter().filter(|(_, base)| base.is_empty()).map(|(switch, _)| switch);
        self.off.iter().copied().chain(empty).collect()
    }

    fn spellings(&self, url: Url) -> Vec<String> {
        match self.spelled.iter().find(|(spelled, _)| *spelled == url) {
            Some((_, paths)) => paths.clone(),
            None => url.entry().paths.iter().map(|path| (*path).to_owned()).collect(),
        }
    }
}

/// What stands before the first argument of the paths that hold a user code.
fn secret_starts(paths: &[String]) -> Vec<String> {
    let secret = paths.iter().filter(|path| path.contains(":user_code>"));
    secret.filter_map(|path| Some(format!("/{}", path.split_once('<')?.0))).collect()
}

#[cfg(test)]
mod tests;
