//! Connections and transactions by the driver and around it, in each journal mode, beside another process that writes.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::failure::DatabaseKind;
use crate::storage::access::Access;
use crate::storage::pool::Brief;
use crate::storage::testing::{JOURNALS, Journal, LONG, Opened, given_up, insert};
use crate::storage::{begin, begin_brief, commit, commit_brief};

#[tokio::test(flavor = "multi_thread")]
async fn brief_transactions_go_around_the_driver_only_where_a_commit_does_not_wait_for_the_disk() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        let tx = begin_brief(&file.db).await.unwrap();
        assert_eq!(matches!(tx.0, Brief::File(_)), journal == Journal::Wal, "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_writes_nothing_and_one_that_is_committed_all() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        let tx = begin(&file.db).await.unwrap();
        tx.0.change(insert("dropped")).await.unwrap();
        drop(tx);
        let tx = begin_brief(&file.db).await.unwrap();
        tx.0.change(insert("briefly dropped")).await.unwrap();
        drop(tx);
        assert!(file.notes().is_empty(), "{journal:?}");
        let tx = begin(&file.db).await.unwrap();
        assert_eq!(tx.0.change(insert("committed")).await.unwrap(), 1);
        commit(tx).await.unwrap();
        let tx = begin_brief(&file.db).await.unwrap();
        assert_eq!(tx.0.change(insert("briefly committed")).await.unwrap(), 1);
        commit_brief(tx).await.unwrap();
        assert_eq!(file.notes(), ["committed", "briefly committed"], "{journal:?}");
    }
}

/// The client went away while BEGIN waited for another process's lock.
#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_is_cancelled_leaves_no_transaction_behind() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        file.db.0.change(insert("before")).await.unwrap();
        let another = file.another_writes();
        given_up(begin(&file.db)).await;
        given_up(begin_brief(&file.db)).await;
        another.execute_batch("ROLLBACK").unwrap();
        // A connection in the middle of a transaction would take this for its own, and nobody would commit it.
        file.db.0.change(insert("after")).await.unwrap();
        file.db.0.execute_raw(insert("by the driver")).await.unwrap();
        assert_eq!(file.notes(), ["before", "after", "by the driver"], "{journal:?}");
        commit(begin(&file.db).await.unwrap()).await.unwrap();
        commit_brief(begin_brief(&file.db).await.unwrap()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_is_waited_for() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        let another = file.another_writes();
        let release = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            another.execute_batch("COMMIT").unwrap();
        });
        let tx = begin_brief(&file.db).await.unwrap();
        tx.0.change(insert("ours")).await.unwrap();
        commit_brief(tx).await.unwrap();
        release.await.unwrap();
        assert_eq!(file.notes(), ["of another", "ours"], "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_stays_locked_is_told_by_its_kind_after_the_patience_and_only_then() {
    const PATIENCE: Duration = Duration::from_millis(300);
    for journal in JOURNALS {
        let file = Opened::new(journal, PATIENCE).await;
        let another = file.another_writes();
        let begun = Instant::now();
        let failure = begin_brief(&file.db).await.err().unwrap();
        assert_eq!(failure.database_kind(), Some(DatabaseKind::Locked), "{journal:?}: {failure}");
        let failure = begin(&file.db).await.err().unwrap();
        assert_eq!(failure.database_kind(), Some(DatabaseKind::Locked), "{journal:?}: {failure}");
        let failure = file.db.0.change(insert("ours")).await.unwrap_err();
        assert_eq!(failure.database_kind(), Some(DatabaseKind::Locked), "{journal:?}: {failure}");
        // SQLite's own waiting ends up to one step early.
        assert!(begun.elapsed() > PATIENCE * 3 / 2, "{journal:?}");
        drop(another);
        file.db.0.change(insert("ours")).await.unwrap();
        assert_eq!(file.notes(), ["ours"], "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_driver_and_the_way_around_it_wait_for_one_place_and_not_for_a_lock() {
    for journal in JOURNALS {
        // Without patience a second writer inside SQLite would be an error at once.
        let file = Opened::new(journal, Duration::from_millis(1)).await;
        let brief = begin_brief(&file.db).await.unwrap();
        brief.0.change(insert("brief")).await.unwrap();
        given_up(begin(&file.db)).await;
        given_up(file.db.0.change(insert("single"))).await;
        commit_brief(brief).await.unwrap();
        let long = begin(&file.db).await.unwrap();
        long.0.change(insert("long")).await.unwrap();
        given_up(begin_brief(&file.db)).await;
        commit(long).await.unwrap();
        assert_eq!(file.notes(), ["brief", "long"], "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_there_already_is_told_by_its_kind() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        file.db.0.change(insert("once")).await.unwrap();
        assert!(file.db.0.change(insert("once")).await.unwrap_err().is_unique_violation(), "{journal:?}");
        let tx = begin_brief(&file.db).await.unwrap();
        assert!(tx.0.change(insert("once")).await.unwrap_err().is_unique_violation(), "{journal:?}");
        // The statement is undone, the transaction lives.
        tx.0.change(insert("twice")).await.unwrap();
        commit_brief(tx).await.unwrap();
        assert_eq!(file.notes(), ["once", "twice"], "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insert_answers_its_key() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        let add = |text: &str| {
            Statement::from_sql_and_values(
                DbBackend::Sqlite,
                "INSERT INTO note (text) VALUES (?) RETURNING id",
                [text.into()],
            )
        };
        assert_eq!(file.db.0.add(add("one")).await.unwrap(), 1);
        let tx = begin_brief(&file.db).await.unwrap();
        assert_eq!(tx.0.add(add("two")).await.unwrap(), 2);
        commit_brief(tx).await.unwrap();
        let tx = begin(&file.db).await.unwrap();
        assert_eq!(tx.0.add(add("three")).await.unwrap(), 3);
        commit(tx).await.unwrap();
        assert_eq!(file.notes(), ["one", "two", "three"], "{journal:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_what_is_in_use_and_then_nothing_is_asked_any_more() {
    for journal in JOURNALS {
        let file = Opened::new(journal, LONG).await;
        let tx = begin(&file.db).await.unwrap();
        tx.0.change(insert("in use")).await.unwrap();
        let mut closing = Box::pin(file.db.0.close());
        given_up(&mut closing).await;
        commit(tx).await.unwrap();
        tokio::time::timeout(LONG, closing).await.unwrap();
        assert_eq!(file.notes(), ["in use"], "{journal:?}");
        let failure = file.db.0.change(insert("late")).await.unwrap_err();
        assert_eq!(failure.database_kind(), Some(DatabaseKind::Closed), "{journal:?}: {failure}");
        let failure = begin_brief(&file.db).await.err().unwrap();
        assert_eq!(failure.database_kind(), Some(DatabaseKind::Closed), "{journal:?}: {failure}");
    }
}
