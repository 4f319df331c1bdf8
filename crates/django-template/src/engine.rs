//! Loads and caches templates, and holds what rendering them needs.
//! Django: `django.template.Engine`.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use indexmap::IndexMap;

use crate::error::{Error, Kind, Result};
use crate::i18n::catalogue::Catalogues;
use crate::lexer::Origin;
use crate::library::Library;
use crate::loader::{Loader, Source};
use crate::lookups::Lookups;
use crate::node::Template;
use crate::options::{Limits, Settings};
use crate::parser::parse;
use crate::value::Value;

/// Resolves `{% url name args key=value %}` to a path; `None` if there is no such route.
pub type Urls = dyn Fn(&str, &[Value], &IndexMap<String, Value>) -> Option<String> + Send + Sync;

/// Keeps what `{% cache %}` rendered; keys are unique per fragment and its arguments.
pub trait FragmentCache: Send + Sync {
    fn get(&self, key: &str) -> Option<String>;
    /// `seconds` is `None` for a fragment that does not expire.
    fn set(&self, key: &str, html: &str, seconds: Option<i64>);
}

/// Renders templates of the Django template language.
pub struct Engine {
    pub(crate) loader: Arc<dyn Loader>,
    pub(crate) debug: bool,
    pub(crate) urls: Option<Arc<Urls>>,
    pub(crate) settings: Settings,
    pub(crate) limits: Limits,
    pub(crate) manifest: Option<HashMap<String, String>>,
    pub(crate) catalogues: Catalogues,
    pub(crate) fragments: Option<Box<dyn FragmentCache>>,
    pub(crate) libraries: Vec<Library>,
    pub(crate) builtins: Vec<String>,
    pub(crate) lookups: RwLock<HashMap<String, Arc<Lookups>>>,
    cache: RwLock<HashMap<(String, usize), Arc<Template>>>,
}

impl Engine {
    pub fn new(loader: impl Loader + 'static) -> Self {
        Engine {
            loader: Arc::new(loader),
            debug: false,
            urls: None,
            settings: Settings::default(),
            limits: Limits::default(),
            manifest: None,
            catalogues: Catalogues::default(),
            fragments: None,
            libraries: Vec::new(),
            builtins: Vec::new(),
            lookups: RwLock::default(),
            cache: RwLock::default(),
        }
    }

    /// With debug on, changed templates are read again and `{% debug %}` prints.
    pub fn set_debug(&mut self, debug: bool) -> &mut Self {
        self.debug = debug;
        self
    }

    pub fn with_debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// What `{% url %}` asks.
    pub fn with_urls<F>(mut self, resolver: F) -> Self
    where
        F: Fn(&str, &[Value], &IndexMap<String, Value>) -> Option<String> + Send + Sync + 'static,
    {
        self.urls = Some(Arc::new(resolver));
        self
    }

    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// `STATIC_URL`, with the final slash.
    pub fn with_static_url(mut self, url: impl Into<String>) -> Self {
        self.settings.static_url = url.into();
        self
    }

    /// The `paths` of `staticfiles.json`: plain to hashed names.
    pub fn with_manifest(mut self, paths: HashMap<String, String>) -> Self {
        self.manifest = Some(paths);
        self
    }

    /// Takes the `paths` out of the text of `staticfiles.json`; `None` if it is no manifest.
    pub fn parse_manifest(json: &str) -> Option<HashMap<String, String>> {
        let json: serde_json::Value = serde_json::from_str(json).ok()?;
        let paths = json.get("paths")?.as_object()?;
        paths.iter().map(|(name, hashed)| Some((name.clone(), hashed.as_str()?.to_owned()))).collect()
    }

    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub fn with_catalogues(mut self, catalogues: Catalogues) -> Self {
        self.catalogues = catalogues;
        self
    }

    pub fn with_fragment_cache(mut self, cache: impl FragmentCache + 'static) -> Self {
        self.fragments = Some(Box::new(cache));
        self
    }

    /// Adds tags and filters of the application; they win over those with the same library name.
    pub fn with_library(mut self, library: Library) -> Self {
        self.libraries.push(library);
        self
    }

    /// Libraries that every template has without `{% load %}` (`OPTIONS["builtins"]`), by name.
    pub fn with_builtins(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.builtins = names.into_iter().map(Into::into).collect();
        self
    }

    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether a loader has this template.
    pub fn has(&self, name: &str) -> bool {
        self.loader.load(name).is_some()
    }

    /// The same tags, filters and URLs over other templates.
    pub(crate) fn with_other_loader(&self, loader: Arc<dyn Loader>) -> Engine {
        let urls = self.urls.clone();
        let (libraries, builtins) = (self.libraries.clone(), self.builtins.clone());
        Engine { urls, libraries, builtins, limits: self.limits, debug: true, ..Engine::new(loader) }
    }

    /// Where a template is: a file, or what else its loader says.
    pub fn origin(&self, name: &str) -> Option<String> {
        self.loader.load(name).map(|source| source.origin)
    }

    /// Forgets all parsed templates.
    pub fn clear_cache(&self) {
        self.lookups.write().unwrap_or_else(PoisonError::into_inner).clear();
        self.cache.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn find(&self, name: &str) -> Result<Arc<Template>> {
        if !self.debug
            && let Some(template) = self.cached(name, 0)
        {
            return Ok(template);
        }
        let source = self.loader.load(name).ok_or_else(|| not_found(name))?;
        self.compile(name, 0, source)
    }

    /// The first template of this name that is not one of `skip` (numbers in search order).
    pub(crate) fn find_except(&self, name: &str, skip: &[(String, usize)]) -> Result<Arc<Template>> {
        if !skip.iter().any(|(n, _)| n == name) {
            return self.find(name);
        }
        let skipped = |i: usize| skip.iter().any(|(n, at)| n == name && *at == i);
        let mut all = self.loader.load_all(name).into_iter().enumerate();
        let (index, source) = all.find(|(i, _)| !skipped(*i)).ok_or_else(|| not_found(name))?;
        self.compile(name, index, source)
    }

    fn cached(&self, name: &str, index: usize) -> Option<Arc<Template>> {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        cache.get(&(name.to_owned(), index)).cloned()
    }

    fn compile(&self, name: &str, index: usize, source: Source) -> Result<Arc<Template>> {
        if let Some(template) = self.cached(name, index)
            && template.origin.text == source.text
        {
            return Ok(template);
        }
        if let Some(problem) = source.problem {
            return Err(Error::new(
                Kind::Unreadable,
                format!("template {name}: {} {problem}", source.origin),
            ));
        }
        let origin = Origin { name: name.to_owned(), path: source.origin, text: source.text, index };
        let template = Arc::new(parse(origin, &self.builtins, &self.libraries)?);
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        cache.insert((name.to_owned(), index), Arc::clone(&template));
        Ok(template)
    }
}

fn not_found(name: &str) -> Error {
    Error::new(Kind::NotFound(name.to_owned()), format!("template {name} does not exist"))
}
