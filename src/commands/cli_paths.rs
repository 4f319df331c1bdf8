//! Where the settings and the data are, by the command line and the environment.

use std::path::PathBuf;

use crate::settings::{self, Settings};

use super::first_start;
use super::stop::Stop;

/// `--config` and `--data`.
#[derive(clap::Args, Clone)]
pub struct CliPaths {
    /// Settings file (TOML, or JSON if its name ends in .json); everything Django has keeps its name
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder for database and key when there is no configuration
    #[arg(long, global = true, value_name = "DIR", default_value = "slash-o-data")]
    pub data: PathBuf,
}

impl CliPaths {
    /// Whether this start has nothing to go by but itself.
    pub fn is_unconfigured(&self) -> bool {
        self.config.is_none() && !settings::is_in_environment()
    }

    /// The settings that this command line names; without `--config` those of the environment, else of the own folder.
    ///
    /// # Errors
    /// Whatever is wrong with the file or the environment, or an own folder that is not made yet.
    pub fn settings(&self) -> Result<Settings, Stop> {
        match &self.config {
            None if self.is_unconfigured() => first_start::settings(&self.data),
            path => Ok(settings::load(path.as_deref())?),
        }
    }
}
