//! Sends the planned requests to both sides, slowly, and stops where Django does not stand it.

use super::django::Target;
use super::pace::Pace;
use super::plan::Plan;
use super::report::{Outcome, Report};
use super::slash_o::SlashO;
use super::verdict::{Verdict, judge};

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
    pace: &mut Pace,
    mut progress: impl FnMut(usize, usize),
) -> Report {
    let (slash_o, django) = sides;
    let mut report = Report { left_out: plan.left_out, ..Report::default() };
    let total = plan.asks.len();
    for (done, ask) in plan.asks.into_iter().enumerate() {
        pace.wait().await;
        let sent = cookie.filter(|_| ask.is_of_user).map(|cookie| cookie.header.as_str());
        let theirs = django.ask(&ask, sent).await;
        pace.note(&theirs);
        let verdict = match theirs {
            Err(why) => Verdict::Unreached(why.to_string()),
            Ok(theirs) => match slash_o.ask(&ask, &django.usual_with(sent)).await {
                Ok((ours, logged)) => judge(&slash_o.app, &ask, &theirs, &ours, &logged),
                Err(why) => Verdict::Unreached(format!("slash-o: {why}")),
            },
        };
        report.outcomes.push(Outcome { ask, verdict });
        progress(done + 1, total);
        let left = total - done - 1;
        if let Some(why) = pace.is_over().filter(|_| left > 0) {
            report.stopped = Some(format!("{why}; {left} requests were not sent"));
            break;
        }
    }
    report.hide(cookie.map(|cookie| cookie.secret.as_str()));
    report
}
