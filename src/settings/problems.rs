//! What is wrong with the settings, collected while they are read.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::finding::Finding;

/// What was wrong with the settings; each line names the key, the place and what is allowed.
#[derive(Clone, Default)]
pub struct Problems {
    texts: Rc<RefCell<Vec<String>>>,
    /// Python that the settings name, and that does not run here.
    hooks: Rc<RefCell<Vec<Finding>>>,
    /// Full names of settings that a variable of the environment says, as a text.
    environment: Rc<HashSet<String>>,
}

impl Problems {
    /// For settings of which these are texts of the environment.
    pub fn of_environment(names: impl Iterator<Item = String>) -> Problems {
        Problems { environment: Rc::new(names.collect()), ..Problems::default() }
    }

    pub fn take(&self) -> Vec<String> {
        self.texts.take()
    }

    pub fn take_hooks(&self) -> Vec<Finding> {
        self.hooks.take()
    }

    pub fn add(&self, text: String) {
        self.texts.borrow_mut().push(text);
    }

    pub fn add_hook(&self, finding: Finding) {
        self.hooks.borrow_mut().push(finding);
    }

    pub fn is_of_environment(&self, name: &str) -> bool {
        self.environment.contains(name)
    }
}
