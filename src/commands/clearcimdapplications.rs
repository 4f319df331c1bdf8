//! `slash-o clearcimdapplications`: deletes applications of expired metadata documents that hold nothing alive.
//! DOT: the command of the same name.

use std::process::ExitCode;

use chrono::{DateTime, Utc};

use crate::failure::Failure;
use crate::opening;
use crate::storage::{self, Db, cascade, cimd_applications};

use super::cleartokens;
use super::cli_paths::CliPaths;
use super::stop::Stop;

#[derive(clap::Args)]
pub struct Args {
    /// Applications locked and deleted in one transaction
    #[arg(long, default_value_t = 1000, value_name = "N", allow_negative_numbers = true)]
    batch_size: i64,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let size = u64::try_from(args.batch_size).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| Stop::Failed("--batch-size must be a positive integer.".into()))?;
    let size = size.min(cleartokens::MOST_IN_A_BATCH);
    let site = opening::site(paths.settings()?, false).await?;
    let now = site.clock.now();
    let (mut deleted, mut last) = (0, None);
    loop {
        let batch = cimd_applications::list_expired(&site.db, now, last, size).await?;
        let Some(end) = batch.last() else { break };
        last = Some(*end);
        deleted += storage::again!(delete(&site.db, now, &batch).await)?;
    }
    println!("Deleted {deleted} expired CIMD application(s)");
    Ok(ExitCode::SUCCESS)
}

async fn delete(db: &Db, now: DateTime<Utc>, batch: &[i64]) -> Result<usize, Failure> {
    let tx = storage::begin(db).await?;
    // Under the lock nothing can be issued to them: what is alive is seen, or waits for the end.
    let mut dead = cimd_applications::lock_expired(&tx, now, batch).await?;
    let live = cimd_applications::list_live(&tx, now, &dead).await?;
    dead.retain(|id| !live.contains(id));
    for id in &dead {
        cascade::delete_application(&tx, *id).await?;
    }
    storage::commit(tx).await?;
    Ok(dead.len())
}
