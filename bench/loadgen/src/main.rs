//! Closed-loop load: each connection sends its next request when the last one is answered. Every answer's status and
//! content are checked; the last line of the output is JSON. Only loopback targets, and at most a minute.

mod http;
mod requests;
mod scenario;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use http::{Connection, Res};
use requests::Place;
use scenario::Scenario;

/// A server that is slow still gets one answer per connection measured.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Measured {
    /// Microseconds.
    times: Vec<u64>,
    wrong: BTreeMap<String, u64>,
    last: Option<Instant>,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(|e| e.to_string()).and_then(|runtime| {
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, run())
    });
    match done {
        Ok(is_right) => std::process::exit(i32::from(!is_right)),
        Err(error) => {
            println!("{}", serde_json::json!({ "n": 0, "wrong": { error: 1 } }));
            std::process::exit(1);
        }
    }
}

/// `--name value` of the command line.
fn option(name: &str) -> Res<String> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1).ok_or(format!("{name} is missing"))
}

fn number<T: std::str::FromStr>(name: &str) -> Res<T> {
    option(name)?.parse().map_err(|_| format!("{name} is no number"))
}

async fn run() -> Res<bool> {
    let host = option("--host")?;
    if !["127.", "localhost:", "[::1]:"].iter().any(|start| host.starts_with(start)) {
        return Err("only loopback targets".into());
    }
    let seed = std::fs::read_to_string(option("--seed")?).map_err(|e| format!("seed: {e}"))?;
    let seed = serde_json::from_str(&seed).map_err(|e| format!("seed: {e}"))?;
    let place = Rc::new(Place { host, jar: option("--jar")?, seed });
    let scenario = Rc::new(Scenario::prepare(&option("--scenario")?, &place).await?);
    let seconds = number::<f64>("--seconds")?.clamp(0.0, LONGEST.as_secs_f64());
    let begun = Instant::now();
    let end = begun + Duration::from_secs_f64(seconds);
    let clients: Vec<_> = (0..number::<usize>("--connections")?)
        .map(|client| tokio::task::spawn_local(work(place.clone(), scenario.clone(), client, end)))
        .collect();
    let mut all = Measured::default();
    for client in clients {
        let one = client.await.map_err(|e| e.to_string())?;
        all.times.extend(one.times);
        all.last = all.last.max(one.last);
        for (error, count) in one.wrong {
            *all.wrong.entry(error).or_default() += count;
        }
    }
    tell(all, begun)
}

async fn work(place: Rc<Place>, scenario: Rc<Scenario>, client: usize, end: Instant) -> Measured {
    let mut measured = Measured::default();
    let mut connection = Connection::new(&place.host);
    let mut number = client * 1_000_003;
    while Instant::now() < end || (measured.times.is_empty() && measured.wrong.is_empty()) {
        number += 1;
        let begun = Instant::now();
        let answered = tokio::time::timeout(LONGEST, scenario.run(&place, &mut connection, number)).await;
        match answered.unwrap_or_else(|_| Err("no answer within a minute".into())) {
            Ok(()) => {
                measured.times.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
                measured.last = Some(Instant::now());
            }
            Err(error) => {
                *measured.wrong.entry(error).or_default() += 1;
                connection.close();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    measured
}

fn tell(mut all: Measured, begun: Instant) -> Res<bool> {
    all.times.sort_unstable();
    let n = all.times.len();
    let at = |part: f64| all.times.get(((n.max(1) - 1) as f64 * part).round() as usize).map(|us| *us as f64 / 1000.0);
    let seconds = all.last.map_or(0.0, |last| last.duration_since(begun).as_secs_f64());
    let rate = if seconds > 0.0 { n as f64 / seconds } else { 0.0 };
    let told = serde_json::json!({
        "n": n, "seconds": seconds, "rps": rate, "p50_ms": at(0.5), "p99_ms": at(0.99), "wrong": all.wrong,
    });
    println!("{told}");
    Ok(all.wrong.is_empty() && n > 0)
}
