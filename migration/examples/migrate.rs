//! `cargo run -p migration --example migrate -- URL`: migrates a database (by hand and for the proofs with Django).

use std::time::UNIX_EPOCH;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: migrate URL")?;
    let db = sea_orm::Database::connect(url).await?;
    // The modified time of this program stands in for a clock: an example needs some time, not the right one.
    let made = std::fs::metadata(std::env::current_exe()?)?.modified()?;
    let seconds = made.duration_since(UNIX_EPOCH)?.as_micros();
    let now = chrono::DateTime::from_timestamp_micros(i64::try_from(seconds)?).ok_or("time")?;
    println!("plan: {}", migration::plan(&db).await?.len());
    // For proofs only: a real program hashes with the project's hasher.
    let hash = |secret: &str| (!secret.contains('$')).then(|| format!("plain${secret}"));
    let report = migration::migrate_with(&db, now, &hash).await?;
    println!("{} applied, nothing to do: {}", report.applied.len(), report.nothing_to_do);
    let state = migration::state(&db).await?;
    println!("DOT {:?}, current: {}", state.dot_version(), state.is_current());
    Ok(())
}
