//! Logs to stderr, for people or as JSON. RUST_LOG chooses what is told.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The form of a log line.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub enum Format {
    #[default]
    Human,
    Json,
}

pub fn start(format: Format) {
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // These crates log what they parse or bind: headers, bodies, values. No RUST_LOG may turn that on.
    let quiet = ["sqlx", "sea_orm", "hyper", "h2", "poem", "rustls", "mio", "want", "tower", "multer"];
    let filter = quiet.into_iter().fold(chosen, |filter, name| match format!("{name}=warn").parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    });
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start in one process (tests) keeps the first one's logger.
    let _ = match format {
        Format::Human => registry.with(layer).try_init(),
        Format::Json => registry.with(layer.json()).try_init(),
    };
}
