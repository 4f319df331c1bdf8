//! `{{ csp_nonce }}`: made once a request, and only sent where a template has printed it.
//! Django: `django.utils.csp.LazyNonce`, `django.template.context_processors.csp`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use django_template::{Object, Value};

/// A nonce, and whether a template has printed it.
#[derive(Clone)]
pub struct LazyNonce {
    text: String,
    is_printed: Arc<AtomicBool>,
}

impl LazyNonce {
    pub fn new(text: String, is_printed: bool) -> LazyNonce {
        LazyNonce { text, is_printed: Arc::new(AtomicBool::new(is_printed)) }
    }

    pub fn printed(&self) -> Option<&str> {
        self.is_printed.load(Ordering::Relaxed).then_some(&self.text)
    }
}

impl Object for LazyNonce {
    fn get(&self, _: &str) -> Option<Value> {
        None
    }

    fn display(&self) -> String {
        self.is_printed.store(true, Ordering::Relaxed);
        self.text.clone()
    }

    /// Django: False until it was printed elsewhere.
    fn truthy(&self) -> bool {
        self.printed().is_some()
    }
}
