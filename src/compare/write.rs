//! `--write`, on a copy of the database: whole flows of each enabled grant, first by Django, then by this program, with the same
//! throw-away application; answers and rows are compared. What a side has issued goes before the other side begins.

mod cleaned;
mod flows;
mod throw_away;
mod walk;

use http::Method;

use crate::failure::Failure;
use crate::site::Site;
use crate::storage::throw_away as stored;
use crate::urls::Url;
use crate::vocabulary::GrantType;

use super::declared::{Difference, line_of_row};
use super::django::Target;
use super::pace::Pace;
use super::report::Outcome;
use super::request::Ask;
use super::slash_o::SlashO;
use super::verdict::{Verdict, judge};

use flows::Flow;
use throw_away::Client;
pub use throw_away::{ThrowAway, clean_up};
use walk::{Side, Step, Walk};

/// What came of the flows.
#[derive(Default)]
pub struct Written {
    pub outcomes: Vec<Outcome>,
    pub left_out: Vec<String>,
    pub stopped: Option<String>,
}

/// What one side answered, and which rows it left.
struct Walked {
    steps: Vec<Step>,
    rows: Vec<(String, String)>,
}

/// Walks every flow on both sides.
///
/// # Errors
/// The database's own.
pub async fn write(
    (slash_o, django): (&SlashO, &Target),
    rows: &ThrowAway,
    pace: &mut Pace,
    mut progress: impl FnMut(&str),
) -> Result<Written, Failure> {
    let mut written = Written::default();
    for flow in Flow::all(slash_o.settings()) {
        if let Some(why) = flow.left_out(slash_o.settings(), rows) {
            written.left_out.push(format!("the flow of {}: {why}", flow.name()));
            continue;
        }
        let grant = flow.grant.unwrap_or(GrantType::ClientCredentials);
        let client = rows.client(&slash_o.app.site, flow.client, grant).await?;
        progress(&flow.name());
        let theirs = walk(Side::Django(django), slash_o, (&flow, &client, rows), pace).await?;
        if let Some(why) = pace.is_over() {
            written.stopped = Some(why);
            return Ok(written);
        }
        let ours = walk(Side::SlashO(slash_o, django), slash_o, (&flow, &client, rows), pace).await?;
        compare(slash_o, &flow, (theirs, ours), &mut written.outcomes);
    }
    Ok(written)
}

async fn walk(
    side: Side<'_>,
    slash_o: &SlashO,
    (flow, client, rows): (&Flow, &Client, &ThrowAway),
    pace: &mut Pace,
) -> Result<Walked, Failure> {
    let site = &slash_o.app.site;
    let session = rows.session(site).await?;
    let mut walk = Walk::new(side, pace, site, session.as_deref());
    flows::go(&mut walk, flow, client, rows).await;
    let steps = walk.steps();
    let of = stored::Of { id: client.id, client_id: &client.client_id };
    let left = stored::list(&site.db, of, site.clock.now()).await?;
    stored::clear(&site.db, of).await?;
    if let Some(key) = session {
        rows.end_session(site, &key).await?;
    }
    let mut told = rows.told(site).await?;
    for (at, row) in left.iter().enumerate() {
        let nth = left[..at].iter().filter(|other| other.table == row.table).count() + 1;
        let place = |column: &str| format!("row {} {nth} {column}", row.table);
        told.extend(row.columns.iter().map(|(column, text)| (place(column), text.clone())));
    }
    for step in &steps {
        told.extend(
            step.claims.iter().map(|(name, text)| (format!("{name} ({})", step.ask.what), text.clone())),
        );
    }
    Ok(Walked { steps, rows: told })
}

/// One outcome a request, and one for what stays in the database.
fn compare(slash_o: &SlashO, flow: &Flow, (theirs, ours): (Walked, Walked), out: &mut Vec<Outcome>) {
    let mut ours_left = ours.steps.into_iter();
    for step in theirs.steps {
        let same = ours_left.next().filter(|own| own.ask.what == step.ask.what);
        let verdict = match (step.answer, same.map(|own| (own.answer, own.logged))) {
            (Err(why), _) => Verdict::Unreached(why.to_string()),
            (Ok(_), None) => missing("not asked, as an answer before differs"),
            (Ok(_), Some((Err(why), _))) => Verdict::Unreached(format!("slash-o: {why}")),
            (Ok(theirs), Some((Ok(ours), logged))) => judge(&slash_o.app, &step.ask, &theirs, &ours, &logged),
        };
        out.push(Outcome { ask: step.ask, verdict });
    }
    for step in ours_left {
        let verdict = Verdict::Different(vec![difference(
            "request",
            "not asked, as an answer before differs".to_owned(),
            "asked".to_owned(),
        )]);
        out.push(Outcome { ask: step.ask, verdict });
    }
    out.push(Outcome { ask: rows_ask(flow), verdict: same_rows(&theirs.rows, &ours.rows) });
}

fn missing(slash_o: &str) -> Verdict {
    Verdict::Different(vec![difference("request", "asked".to_owned(), slash_o.to_owned())])
}

fn difference(field: &str, django: String, slash_o: String) -> Difference {
    Difference { field: field.to_owned(), django, slash_o }
}

/// Stands in the report for what a flow left.
fn rows_ask(flow: &Flow) -> Ask {
    let name = format!("{}: rows and claims", flow.name());
    let method = Method::from_bytes(b"LEFT").unwrap_or(Method::GET);
    Ask::new(None::<Url>, &name, method, &name)
}

fn same_rows(theirs: &[(String, String)], ours: &[(String, String)]) -> Verdict {
    let find = |rows: &[(String, String)], field: &str| {
        rows.iter()
            .find(|(name, _)| name == field)
            .map_or_else(|| "(absent)".to_owned(), |(_, text)| text.clone())
    };
    let mut fields: Vec<&String> = theirs.iter().chain(ours).map(|(field, _)| field).collect();
    fields.sort_unstable();
    fields.dedup();
    let all = fields.into_iter().map(|field| difference(field, find(theirs, field), find(ours, field)));
    let (declared, other): (Vec<_>, Vec<_>) = all
        .filter(|one| one.django != one.slash_o)
        .map(|one| (line_of_row(&one), one))
        .partition(|(line, _)| line.is_some());
    match (other.is_empty(), declared.is_empty()) {
        (false, _) => Verdict::Different(other.into_iter().map(|(_, one)| one).collect()),
        (true, false) => Verdict::Declared(declared.into_iter().filter_map(|(line, _)| line).collect()),
        (true, true) => Verdict::Equal,
    }
}

/// How many tokens the database holds.
///
/// # Errors
/// The database's own.
pub async fn count_tokens(site: &Site) -> Result<i64, Failure> {
    stored::count_tokens(&site.db).await
}
