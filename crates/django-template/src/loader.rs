//! Where templates come from.
//! Django: the filesystem, app directories and locmem loaders.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A template's text and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub text: String,
    /// A path or another name that tells one source from all others.
    pub origin: String,
    /// It is there and cannot be read: why. The text is empty then.
    pub problem: Option<String>,
}

impl Source {
    pub fn new(text: impl Into<String>, origin: impl Into<String>) -> Source {
        Source { text: text.into(), origin: origin.into(), problem: None }
    }

    fn unreadable(origin: String, problem: String) -> Source {
        Source { text: String::new(), origin, problem: Some(problem) }
    }
}

/// Finds templates by name.
pub trait Loader: Send + Sync {
    /// The first template with this name.
    fn load(&self, name: &str) -> Option<Source>;

    /// All templates with this name, first the one that wins. The others are what a template that
    /// extends its own name extends.
    fn load_all(&self, name: &str) -> Vec<Source> {
        self.load(name).into_iter().collect()
    }
}

impl<L: Loader + ?Sized> Loader for Arc<L> {
    fn load(&self, name: &str) -> Option<Source> {
        (**self).load(name)
    }
    fn load_all(&self, name: &str) -> Vec<Source> {
        (**self).load_all(name)
    }
}

impl<L: Loader + ?Sized> Loader for Box<L> {
    fn load(&self, name: &str) -> Option<Source> {
        (**self).load(name)
    }
    fn load_all(&self, name: &str) -> Vec<Source> {
        (**self).load_all(name)
    }
}

/// Templates in directories, searched in order. Names that lead out of a directory are not found.
#[derive(Clone, Debug, Default)]
pub struct Directories {
    roots: Vec<PathBuf>,
}

impl Directories {
    pub fn new(roots: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Directories { roots: roots.into_iter().map(Into::into).collect() }
    }

    fn read(root: &Path, name: &str) -> Option<Source> {
        let relative = Path::new(name);
        let inside = relative.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        if !inside || relative.file_name().is_none() || name.contains(['\0', '\\']) {
            return None;
        }
        let path = root.join(relative);
        let origin = path.to_string_lossy().into_owned();
        match std::fs::read(&path).map(String::from_utf8) {
            // As Python reads text.
            Ok(Ok(text)) => Some(Source::new(text.replace("\r\n", "\n").replace('\r', "\n"), origin)),
            Ok(Err(error)) => Some(Source::unreadable(origin, format!("is not UTF-8: {error}"))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
            Err(error) => Some(Source::unreadable(origin, format!("cannot be read: {error}"))),
        }
    }
}

impl Loader for Directories {
    fn load(&self, name: &str) -> Option<Source> {
        self.roots.iter().find_map(|root| Directories::read(root, name))
    }
    fn load_all(&self, name: &str) -> Vec<Source> {
        self.roots.iter().filter_map(|root| Directories::read(root, name)).collect()
    }
}

/// Templates in memory, such as those built into a program.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    templates: HashMap<String, String>,
}

impl Memory {
    pub fn new() -> Self {
        Memory::default()
    }

    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.templates.insert(name.into(), text.into());
        self
    }

    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.templates.insert(name.into(), text.into());
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.templates.keys().map(String::as_str)
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for Memory {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(pairs: I) -> Self {
        Memory { templates: pairs.into_iter().map(|(n, t)| (n.into(), t.into())).collect() }
    }
}

impl Loader for Memory {
    fn load(&self, name: &str) -> Option<Source> {
        Some(Source::new(self.templates.get(name)?, format!("memory:{name}")))
    }
}

/// Several loaders, searched in order.
#[derive(Default)]
pub struct Chain {
    loaders: Vec<Box<dyn Loader>>,
}

impl Chain {
    pub fn new() -> Self {
        Chain::default()
    }

    pub fn with(mut self, loader: impl Loader + 'static) -> Self {
        self.loaders.push(Box::new(loader));
        self
    }
}

impl Loader for Chain {
    fn load(&self, name: &str) -> Option<Source> {
        self.loaders.iter().find_map(|loader| loader.load(name))
    }
    fn load_all(&self, name: &str) -> Vec<Source> {
        self.loaders.iter().flat_map(|loader| loader.load_all(name)).collect()
    }
}
