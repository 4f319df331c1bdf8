//! Sends the planned requests to both sides, slowly, and stops where Django does not stand it.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::answer::Answer;
use super::django::Target;
use super::plan::Plan;
use super::report::{Outcome, Report};
use super::slash_o::SlashO;
use super::verdict::{Verdict, judge};

/// Answers in a row by which a Django says that it has had enough.
const ENOUGH: usize = 10;
const TOO_MANY: u16 = 429;

/// What a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests a second; none: as fast as they are answered.
    pub per_second: Option<f64>,
    /// Requests to Django in one run.
    pub most: usize,
}

/// The session of `--user`: its cookie, which no report shows.
pub struct Cookie {
    pub header: String,
    pub secret: String,
}

/// Asks both sides everything; `progress` is told after each request how many are done.
pub async fn run(
    plan: Plan,
    sides: (&SlashO, &Target),
    cookie: Option<&Cookie>,
    bounds: Bounds,
    mut progress: impl FnMut(usize, usize),
) -> Report {
    let (slash_o, django) = sides;
    let pause = bounds.per_second.map_or(Duration::from_micros(1), |n| Duration::from_secs_f64(1.0 / n));
    let mut clock = interval(pause);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut report = Report { left_out: plan.left_out, ..Report::default() };
    let (total, mut errors) = (plan.asks.len(), 0);
    for (done, ask) in plan.asks.into_iter().enumerate() {
        clock.tick().await;
        let sent = cookie.filter(|_| ask.is_of_user).map(|cookie| cookie.header.as_str());
        let theirs = django.ask(&ask, sent).await;
        let is_bad = theirs.as_ref().map_or(true, |a: &Answer| a.status >= 500 || a.status == TOO_MANY);
        errors = if is_bad { errors + 1 } else { 0 };
        let verdict = match theirs {
            Err(why) => Verdict::Unreached(why.to_string()),
            Ok(theirs) => match slash_o.ask(&ask, &django.usual_with(sent)).await {
                Ok((ours, logged)) => judge(&slash_o.app, &ask, &theirs, &ours, &logged),
                Err(why) => Verdict::Unreached(format!("slash-o: {why}")),
            },
        };
        report.outcomes.push(Outcome { ask, verdict });
        progress(done + 1, total);
        if errors == ENOUGH {
            let rest = total - done - 1;
            report.stopped = Some(format!(
                "stopped: {ENOUGH} answers in a row were 5xx or {TOO_MANY}, or did not come; {rest} requests were not sent. Look \
                 at Django's log, and run it again"
            ));
            break;
        }
    }
    report.hide(cookie.map(|cookie| cookie.secret.as_str()));
    report
}
