//! Connections that a server ends: what is asked once more, what is not, and what the next request gets.

use std::time::Duration;

use sea_orm::ConnectionTrait;

use crate::failure::{DatabaseKind, Failure};
use crate::storage::connect::{Db, Target, open};
use crate::storage::testing::{LONG, given_up};
use crate::storage::{
    Address, PasswordSource, Pooler, Servers, Waits, again, answering_within, begin, commit,
};

use super::fake_postgres::{FakePostgres, Reply};

fn target(server: &FakePostgres) -> Target {
    target_of(&server.url)
}

fn target_of(url: &str) -> Target {
    let hosts = vec![(url.parse().unwrap(), PasswordSource::Given)];
    let (init, begin) = (Vec::new(), "BEGIN".to_owned());
    let servers = Servers { hosts, must_write: false, init, begin, pooler: Pooler::None };
    let waits = Waits { turn: Duration::from_secs(2), ..Waits::default() };
    Target { address: Address::Postgres(servers), timeout: LONG, waits, ..Target::of_file("".as_ref(), "") }
}

async fn opened(server: &FakePostgres) -> Db {
    open(&target(server)).await.unwrap()
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
        FakePostgres::start(|_, sql| if sql == "refused" { Reply::Refuse("23505") } else { Reply::Done })
            .await;
    let db = opened(&server).await;
    let failure = ask(&db, "refused").await.unwrap_err();
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Unique), "{failure}");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_outdated_is_replaced_and_the_statement_asked_once_more() {
    // A plan of a table that has changed, a statement that is not known, one that is known already, a node that only reads.
    for state in ["0A000", "26000", "42P05", "25006"] {
        let server = FakePostgres::start(move |connection, sql| match (connection, sql) {
            (0, "second") => Reply::Refuse(state),
            _ => Reply::Done,
        })
        .await;
        let db = opened(&server).await;
        ask(&db, "first").await.unwrap();
        ask(&db, "second").await.unwrap();
        assert_eq!(server.asked(1), ["second"], "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lost_against_another_transaction_is_run_again_a_bounded_number_of_times() {
    for (state, losses) in [("40001", 3), ("40P01", 3), ("40001", 100)] {
        let lost = std::sync::atomic::AtomicUsize::new(0);
        let server = FakePostgres::start(move |_, sql| {
            let loses = sql == "write" && lost.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < losses;
            if loses { Reply::Refuse(state) } else { Reply::Done }
        })
        .await;
        let db = opened(&server).await;
        let done: Result<(), Failure> = again!(
            async {
                let tx = begin(&db).await?;
                tx.0.execute_unprepared("write").await?;
                commit(tx).await
            }
            .await
        );
        let writes = server.log.lock().unwrap().iter().filter(|(_, what)| what == "write").count();
        assert_eq!((done.is_ok(), writes), if losses == 3 { (true, 4) } else { (false, 9) }, "{state}");
        if losses == 3 {
            ask(&db, "write").await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_commit_got_no_answer_is_not_run_again() {
    let server =
        FakePostgres::start(|_, sql| if sql == "COMMIT" { Reply::HangUp } else { Reply::Done }).await;
    let db = opened(&server).await;
    let done: Result<(), Failure> = again!(async { commit(begin(&db).await?).await }.await);
    assert_eq!(done.unwrap_err().database_kind(), Some(DatabaseKind::Unsettled));
    assert_eq!(server.asked(0)[..2], ["BEGIN", "COMMIT"]);
    assert!(server.asked(1).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_waited_for_no_longer_than_the_settings_say() {
    let server = FakePostgres::start(|_, sql| if sql == "slow" { Reply::Nothing } else { Reply::Done }).await;
    let db = answering_within(&opened(&server).await, Duration::from_millis(200));
    let begun = std::time::Instant::now();
    let failure = ask(&db, "slow").await.unwrap_err();
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Silent), "{failure}");
    assert!(begun.elapsed() < Duration::from_secs(2));
    ask(&db, "next").await.unwrap();
    assert_eq!(server.asked(1), ["next"], "on another connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_takes_what_is_given_back_where_the_server_takes_no_more_connections() {
    let server = FakePostgres::start(|_, _| Reply::Done).await;
    server.most.store(1, std::sync::atomic::Ordering::SeqCst);
    let db = opened(&server).await;
    let begun = std::time::Instant::now();
    let first = begin(&db).await.unwrap();
    let second = tokio::spawn({
        let db = crate::storage::patient(&db);
        async move { ask(&db, "second").await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    commit(first).await.unwrap();
    second.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(server.asked(0), ["BEGIN", "COMMIT", "second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_not_used_for_longer_than_its_life() {
    let server = FakePostgres::start(|_, _| Reply::Done).await;
    let target =
        Target { waits: Waits { life: Some(Duration::ZERO), ..Waits::default() }, ..target(&server) };
    let db = open(&target).await.unwrap();
    ask(&db, "first").await.unwrap();
    ask(&db, "second").await.unwrap();
    assert_eq!(server.asked(1), ["second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_refused_is_an_answer_at_once() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let target = target_of(&format!("postgres://somebody@{nobody}/site?sslmode=disable"));
    let begun = std::time::Instant::now();
    let failure = open(&target).await.err().unwrap();
    assert_eq!(failure.database_kind(), Some(DatabaseKind::Refused), "{failure}");
    assert!(begun.elapsed() < Duration::from_secs(1));
}
