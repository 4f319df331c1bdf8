//! `slash-o clearcimdapplications`: deletes applications of expired metadata documents that hold nothing alive.
//! DOT: the command of the same name.

use std::process::ExitCode;

use crate::opening;
use crate::storage::{self, cascade, cimd_applications};

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
        let tx = storage::begin(&site.db).await?;
        // Under the lock nothing can be issued to them: what is alive is seen, or waits for the end.
        let locked = cimd_applications::lock_expired(&tx, now, &batch).await?;
        let live = cimd_applications::list_live(&tx, now, &locked).await?;
        for id in locked.into_iter().filter(|id| !live.contains(id)) {
            cascade::delete_application(&tx, id).await?;
            deleted += 1;
        }
        storage::commit(tx).await?;
    }
    println!("Deleted {deleted} expired CIMD application(s)");
    Ok(ExitCode::SUCCESS)
}
