//! The ways around the driver: what a look-up gives up, what a cancelled write leaves, when the log is copied.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, Statement};

use crate::failure::DatabaseKind;
use crate::storage::access::Access;
use crate::storage::testing::{JOURNALS, Journal, LONG, Opened, given_up, insert, statement};
use crate::storage::{begin_brief, commit_brief};

use super::direct::Direct;
use super::file::{File, Wanted};
use super::plain::Plain;
use super::writer::Writer;

const BY_TEXT: &str = "SELECT id, text FROM note WHERE text = ?";

fn file(opened: &Opened, journal: Journal) -> File {
    File { path: opened.path.clone(), init: journal.command().into(), patience: LONG }
}

fn found(direct: &Direct, asked: &Statement) -> Option<usize> {
    direct.look_up(asked, Wanted::All, |_: &Plain<'_>| Some(())).map(|rows| rows.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_sees_what_was_committed_and_nothing_else() {
    for journal in JOURNALS {
        let opened = Opened::new(journal, LONG).await;
        let direct = Direct::new(Arc::new(file(&opened, journal)));
        assert_eq!(found(&direct, &statement(BY_TEXT, "one")), Some(0), "{journal:?}");
        let tx = begin_brief(&opened.db).await.unwrap();
        tx.0.change(insert("one")).await.unwrap();
        assert_eq!(found(&direct, &statement(BY_TEXT, "one")), Some(0), "{journal:?}");
        commit_brief(tx).await.unwrap();
        assert_eq!(found(&direct, &statement(BY_TEXT, "one")), Some(1), "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_leaves_to_the_driver_what_scans_fails_writes_or_is_of_another_type() {
    let opened = Opened::new(Journal::Wal, LONG).await;
    opened.db.0.change(insert("one")).await.unwrap();
    let direct = Direct::new(Arc::new(file(&opened, Journal::Wal)));
    let scan = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
                SELECT i FROM n WHERE i = ?";
    assert_eq!(found(&direct, &statement(scan, "no number")), None, "a scan");
    assert_eq!(found(&direct, &statement("SELECT nothing FROM note WHERE text = ?", "one")), None);
    let writes = statement("INSERT INTO note (text) VALUES (?) RETURNING id", "two");
    assert_eq!(found(&direct, &writes), None, "a look-up does not write");
    assert_eq!(opened.notes(), ["one"]);
    let asked = statement(BY_TEXT, "one");
    let odd = direct.look_up(&asked, Wanted::First, |_: &Plain<'_>| None::<()>);
    assert!(odd.is_none(), "a value that is not what its column says");
    // Each time its count of instructions begins anew, and the connection is whole.
    for _ in 0..2_000 {
        assert_eq!(found(&direct, &asked), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_never_waits_for_a_lock() {
    let opened = Opened::new(Journal::Rollback, LONG).await;
    let direct = Direct::new(Arc::new(file(&opened, Journal::Rollback)));
    assert_eq!(found(&direct, &statement(BY_TEXT, "one")), Some(0));
    let another = rusqlite::Connection::open(&opened.path).unwrap();
    another.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(found(&direct, &statement(BY_TEXT, "one")), None, "the driver waits");
    assert!(begun.elapsed() < LONG / 2);
    drop(another);
    assert_eq!(found(&direct, &statement(BY_TEXT, "one")), Some(0));

    let opened = Opened::new(Journal::Wal, LONG).await;
    let direct = Direct::new(Arc::new(file(&opened, Journal::Wal)));
    let another = opened.another_writes();
    assert_eq!(
        found(&direct, &statement(BY_TEXT, "of another")),
        Some(0),
        "in WAL mode readers see the past"
    );
    drop(another);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_way_is_taken_no_more() {
    let opened = Opened::new(Journal::Wal, LONG).await;
    let direct = Direct::new(Arc::new(file(&opened, Journal::Wal)));
    assert_eq!(found(&direct, &statement(BY_TEXT, "one")), Some(0));
    direct.close();
    assert_eq!(found(&direct, &statement(BY_TEXT, "one")), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_written_around_the_driver_only_where_a_commit_does_not_wait_for_the_disk() {
    for (journal, is_quick) in [(Journal::Wal, true), (Journal::WalFull, false), (Journal::Rollback, false)] {
        let opened = Opened::new(journal, LONG).await;
        assert_eq!(Writer::is_quick(&file(&opened, journal)).unwrap(), is_quick, "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_cancelled_while_it_waits_writes_nothing() {
    let opened = Opened::new(Journal::Wal, LONG).await;
    let another = opened.another_writes();
    given_up(opened.db.0.change(insert("given up"))).await;
    another.execute_batch("COMMIT").unwrap();
    opened.db.0.change(insert("next")).await.unwrap();
    assert_eq!(opened.notes(), ["of another", "next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_transaction_sees_its_own_rows_and_has_no_driver_to_ask() {
    let opened = Opened::new(Journal::Wal, LONG).await;
    let tx = begin_brief(&opened.db).await.unwrap();
    tx.0.change(insert("own")).await.unwrap();
    let asked = statement(BY_TEXT, "own");
    let rows = tx.0.look_up(&asked, Wanted::First, |_: &Plain<'_>| Some(()));
    assert_eq!(rows.map(|rows| rows.len()), Some(1));
    let failure = tx.0.rows(asked).await.err().unwrap();
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Unreadable), "{failure}");
    commit_brief(tx).await.unwrap();
    assert_eq!(opened.notes(), ["own"]);
}

/// SQLite rolls a transaction back by itself where the disk is full; here a statement says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_sqlite_ended_takes_no_more_statements_as_its_own() {
    let opened = Opened::new(Journal::Wal, LONG).await;
    opened.db.0.change(insert("one")).await.unwrap();
    let tx = begin_brief(&opened.db).await.unwrap();
    tx.0.change(insert("two")).await.unwrap();
    let ends = statement("INSERT OR ROLLBACK INTO note (text) VALUES (?)", "one");
    assert!(tx.0.change(ends).await.unwrap_err().is_unique_violation());
    assert!(commit_brief(tx).await.is_err(), "there is nothing to commit");
    assert_eq!(opened.notes(), ["one"]);
    opened.db.0.change(insert("three")).await.unwrap();
    assert_eq!(opened.notes(), ["one", "three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_copied_into_the_file_after_so_many_pages_and_not_within_a_commit() {
    let opened = Opened::new(Journal::Wal, LONG).await;
    let log = std::path::PathBuf::from(format!("{}-wal", opened.path.display()));
    // 1,000 pages by SQLite's default; an insert changes two or three.
    for n in 0..1_500 {
        opened.db.0.change(insert(&format!("note {n}"))).await.unwrap();
    }
    let size = std::fs::metadata(&log).unwrap().len();
    assert!(size < 2 * 1_000 * 4_200, "the log has {size} bytes and was never begun anew");
    assert_eq!(opened.notes().len(), 1_500);
}

/// The connection of a dropped transaction is closed; the next transaction opens its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_in_the_middle_of_waiting_gives_its_place_back() {
    let opened = Opened::new(Journal::Wal, Duration::from_secs(5)).await;
    for n in 0..3 {
        let another = opened.another_writes();
        given_up(async {
            let tx = begin_brief(&opened.db).await?;
            tx.0.change(insert("given up")).await?;
            commit_brief(tx).await
        })
        .await;
        drop(another);
        let tx = begin_brief(&opened.db).await.unwrap();
        tx.0.change(insert(&format!("note {n}"))).await.unwrap();
        commit_brief(tx).await.unwrap();
        opened.db.0.execute_raw(insert(&format!("driver {n}"))).await.unwrap();
    }
    assert_eq!(opened.notes().len(), 6);
}
