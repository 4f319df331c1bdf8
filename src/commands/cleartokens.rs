//! `slash-o cleartokens`: deletes tokens and grants that nobody can use any more, by DOT's rules (D-171).
//! Progress goes to stderr; stdout stays empty, as DOT's, but for `--dry-run`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::opening;
use crate::settings::{OAuth2Provider, Settings};
use crate::storage::Db;
use crate::storage::clear_lock;
use crate::storage::expired::{ExpiryLimits, Kind, kinds};

use super::cli_paths::CliPaths;
use super::stop::Stop;

/// A batch of keys is one statement; engines take so many values in one.
pub const MOST_IN_A_BATCH: u64 = 10_000;

#[derive(clap::Args)]
pub struct Args {
    /// Only count what would be deleted
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let settings = paths.settings()?;
    let site = opening::site(settings, false).await?;
    if site.settings.oauth2.lifetimes.refresh_token.is_none() {
        eprintln!(
            "WARNING: REFRESH_TOKEN_EXPIRE_SECONDS is not set (or is 0): refresh tokens never expire, and what \
             is bound to a live one stays"
        );
    }
    let limits = limits(&site.settings, site.clock.now());
    if args.dry_run {
        for kind in kinds(&site.db, &limits) {
            println!("{}: {} would be deleted", kind.name(), kind.count(&site.db, &limits, None).await?);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some(lock) = clear_lock::take(&site.db).await? else {
        return Err(Stop::Failed("another process is clearing this database's tokens".into()));
    };
    let terminal = std::io::stderr().is_terminal();
    for kind in kinds(&site.db, &limits) {
        let total = if terminal { kind.count(&site.db, &limits, None).await? } else { 0 };
        let mut progress = Progress::new(kind, total);
        let deleted = clear((&site.db, &site.settings.oauth2), kind, &limits, |deleted| {
            if terminal {
                progress.show(deleted);
            }
        })
        .await?;
        if terminal {
            eprint!("\r\x1b[K");
        }
        eprintln!("{}: {deleted} deleted", kind.name());
    }
    clear_lock::give_back(lock).await?;
    Ok(ExitCode::SUCCESS)
}

/// When a row is dead, by the settings.
pub fn limits(settings: &Settings, now: DateTime<Utc>) -> ExpiryLimits {
    let kept =
        settings.server.housekeeping.device_grants_kept.and_then(|seconds| i64::try_from(seconds).ok());
    let device_grants = kept.and_then(TimeDelta::try_seconds).and_then(|kept| now.checked_sub_signed(kept));
    let settings = &settings.oauth2;
    let expired = settings.lifetimes.refresh_token.map(|seconds| now - TimeDelta::seconds(seconds));
    let revoked = Some(now - TimeDelta::seconds(settings.lifetimes.refresh_token_grace_period));
    // A revoked token is what a reuse is known by, as long as it has not expired.
    let revoked = if settings.refresh_token_reuse_protection { expired } else { revoked };
    ExpiryLimits { now, revoked, expired, device_grants }
}

/// Goes through one table; tells how many rows are gone so far.
///
/// # Errors
/// The database's own; what is deleted stays deleted.
pub async fn clear(
    (db, settings): (&Db, &OAuth2Provider),
    kind: Kind,
    limits: &ExpiryLimits,
    mut tell: impl FnMut(u64),
) -> Result<u64, crate::failure::Failure> {
    let settings = &settings.clear_expired;
    let size = settings.batch_size.clamp(1, MOST_IN_A_BATCH);
    let (mut last, mut deleted) = (i64::MIN, 0);
    loop {
        let batch = kind.delete_batch(db, limits, last, size).await?;
        deleted += batch.deleted;
        let Some(reached) = batch.last else { return Ok(deleted) };
        last = reached;
        tell(deleted);
        tokio::time::sleep(Duration::from_secs_f64(settings.interval_seconds)).await;
    }
}

/// One line that is written over and over.
struct Progress {
    kind: Kind,
    total: u64,
    started: Instant,
}

impl Progress {
    fn new(kind: Kind, total: u64) -> Progress {
        Progress { kind, total, started: Instant::now() }
    }

    fn show(&mut self, deleted: u64) {
        eprint!("\r\x1b[K{}", line(self.kind.name(), deleted, self.total, self.started.elapsed()));
        let _ = std::io::stderr().flush();
    }
}

/// Name, bar, share, rows a second, time left.
fn line(name: &str, done: u64, total: u64, took: Duration) -> String {
    const WIDTH: u64 = 24;
    let total = total.max(done).max(1);
    let full = usize::try_from(done * WIDTH / total).unwrap_or(0);
    let bar = "#".repeat(full) + &"-".repeat(usize::try_from(WIDTH).unwrap_or(0).saturating_sub(full));
    let rate = u64::try_from(u128::from(done) * 1000 / took.as_millis().max(1)).unwrap_or(u64::MAX);
    let left = (total - done) / rate.max(1);
    format!("{name} [{bar}] {done}/{total} {rate}/s {}:{:02} left", left / 60, left % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_rate_and_time_left() {
        let text = line("expired grants", 500, 2000, Duration::from_secs(10));
        assert_eq!(text, "expired grants [######------------------] 500/2000 50/s 0:30 left");
        assert!(line("expired grants", 0, 0, Duration::ZERO).ends_with("0/1 0/s 0:01 left"));
    }
}
