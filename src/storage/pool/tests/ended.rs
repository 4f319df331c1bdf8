//! Connections that a server ends: what is asked once more, what is not, and what the next request gets.

use std::time::Duration;

use sea_orm::ConnectionTrait;

use crate::failure::{DatabaseKind, Failure};
use crate::storage::connect::{Db, Target, open};
use crate::storage::testing::{LONG, given_up};
use crate::storage::{begin, commit};

use super::fake_postgres::{FakePostgres, Reply};

async fn opened(server: &FakePostgres) -> Db {
    let target = Target {
        url: server.url.clone(),
        max_connections: 4,
        timeout: LONG,
        wal: false,
        init_command: String::new(),
        reads_only: false,
    };
    open(&target).await.unwrap()
}

async fn ask(db: &Db, sql: &str) -> Result<(), Failure> {
    db.0.execute_unprepared(sql).await.map(drop).map_err(Failure::from)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_meets_an_ended_connection_is_asked_once_more_on_a_new_one() {
    for ended in [Reply::HangUp, Reply::Refuse("57P01")] {
        let server = FakePostgres::start(move |connection, sql| match (connection, sql) {
            (0, "second") => ended,
            _ => Reply::Done,
        })
        .await;
        let db = opened(&server).await;
        ask(&db, "first").await.unwrap();
        ask(&db, "second").await.unwrap();
        ask(&db, "third").await.unwrap();
        assert_eq!(server.asked(0)[..2], ["first", "second"]);
        assert_eq!(server.asked(1), ["second", "third"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_not_asked_a_third_time() {
    let server = FakePostgres::start(|_, _| Reply::HangUp).await;
    let db = opened(&server).await;
    let failure = ask(&db, "lost").await.unwrap_err();
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Lost), "{failure}");
    let asked = server.log.lock().unwrap().iter().filter(|(_, what)| what == "lost").count();
    assert_eq!(asked, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_a_transaction_nothing_is_asked_again() {
    let server = FakePostgres::start(|_, sql| if sql == "lost" { Reply::HangUp } else { Reply::Done }).await;
    let db = opened(&server).await;
    let tx = begin(&db).await.unwrap();
    let failure = Failure::from(tx.0.execute_unprepared("lost").await.unwrap_err());
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Lost), "{failure}");
    assert!(commit(tx).await.is_err());
    // The next one gets another connection.
    commit(begin(&db).await.unwrap()).await.unwrap();
    assert_eq!(server.asked(0)[..2], ["BEGIN", "lost"]);
    assert_eq!(server.asked(1), ["BEGIN", "COMMIT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_statement_leaves_its_connection_whole() {
    let server =
        FakePostgres::start(|_, sql| if sql == "refused" { Reply::Refuse("40001") } else { Reply::Done })
            .await;
    let db = opened(&server).await;
    let failure = ask(&db, "refused").await.unwrap_err();
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Serialization), "{failure}");
    ask(&db, "next").await.unwrap();
    assert_eq!(server.asked(0), ["refused", "next"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_nobody_waits_for_any_more_ends_its_connection() {
    let server =
        FakePostgres::start(|connection, _| if connection == 0 { Reply::Nothing } else { Reply::Done }).await;
    let db = opened(&server).await;
    given_up(begin(&db)).await;
    commit(begin(&db).await.unwrap()).await.unwrap();
    assert_eq!(server.asked(1), ["BEGIN", "COMMIT"]);
    let ended = async {
        while server.asked(0).last().is_none_or(|last| last != "end") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, ended).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_one_connection_was_lost_the_others_are_asked_whether_they_live() {
    let server =
        FakePostgres::start(
            |connection, sql| if (connection, sql) == (1, "lost") { Reply::HangUp } else { Reply::Done },
        )
        .await;
    let db = opened(&server).await;
    // Two at a time, so that there are two connections; the second is given back last, and taken first.
    let (first, second) = (begin(&db).await.unwrap(), begin(&db).await.unwrap());
    commit(first).await.unwrap();
    commit(second).await.unwrap();
    ask(&db, "lost").await.unwrap();
    assert_eq!(server.asked(2), ["lost"], "by a new one, not by an idle one that may end too");
    let (newest, oldest) = (begin(&db).await.unwrap(), begin(&db).await.unwrap());
    assert_eq!(server.asked(0), ["BEGIN", "COMMIT", "sync", "BEGIN"], "asked first whether it lives");
    commit(newest).await.unwrap();
    commit(oldest).await.unwrap();
}
