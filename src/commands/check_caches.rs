//! `slash-o check`: whether the caches that are used answer. Sessions need theirs; the limits can do without.

use crate::opening;
use crate::settings::Settings;

use super::check_report::Report;

pub async fn run(settings: &Settings, report: &mut Report) {
    let caches = match opening::caches(settings) {
        Ok(caches) => caches,
        Err(error) => return report.errors.push(error.to_string()),
    };
    if let Some(cache) = &caches.sessions {
        let name = format!("CACHES.{}", settings.sessions.cache_alias);
        let answer = cache.ping().await;
        if let Err(error) = &answer {
            report.errors.push(format!("{name}, which SESSION_ENGINE uses, does not answer: {error}"));
        }
        report.caches.insert(name, answer.is_ok());
    }
    if let Some(cache) = caches.default.as_ref().filter(|_| settings.server.limits.is_some()) {
        let answer = cache.ping().await;
        if let Err(error) = &answer {
            let text = "CACHES.default does not answer: each process counts failed attempts for itself";
            report.warnings.push(format!("{text} ({error})"));
        }
        report.caches.insert("CACHES.default".into(), answer.is_ok());
    }
}
