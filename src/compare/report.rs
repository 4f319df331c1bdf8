//! What was found: per URL, with a score; as lines for people and as JSON for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::declared::Difference;
use super::request::Ask;
use super::verdict::Verdict;

/// Requests that are told one by one; JSON has all of them.
const TOLD: usize = 40;

pub struct Outcome {
    pub ask: Ask,
    pub verdict: Verdict,
}

#[derive(Default)]
pub struct Report {
    pub outcomes: Vec<Outcome>,
    pub left_out: Vec<String>,
    /// Why not everything was sent.
    pub stopped: Option<String>,
    /// Lines about what the run itself did to the database.
    pub notes: Vec<String>,
}

/// How many requests ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub equal: usize,
    pub declared: usize,
    pub different: usize,
    pub unreached: usize,
}

impl Count {
    pub fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Count {
        let mut count = Count::default();
        for outcome in outcomes {
            match outcome.verdict {
                Verdict::Equal => count.equal += 1,
                Verdict::Declared(_) => count.declared += 1,
                Verdict::Different(_) => count.different += 1,
                Verdict::Unreached(_) => count.unreached += 1,
            }
        }
        count
    }

    pub fn all(self) -> usize {
        self.equal + self.declared + self.different + self.unreached
    }

    /// Of a hundred requests, how many are equal or differ on purpose; rounded down, so that only all are 100.
    pub fn score(self) -> usize {
        (self.equal + self.declared) * 100 / self.all().max(1)
    }

    /// `12 equal, 1 different`.
    pub fn told(self) -> String {
        let parts = [
            (self.equal, "equal"),
            (self.declared, "declared"),
            (self.different, "different"),
            (self.unreached, "not reachable"),
        ];
        let told: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        told.join(", ")
    }
}

impl Report {
    pub fn count(&self) -> Count {
        Count::of(self.outcomes.iter())
    }

    /// Whether everything was asked, answered, and is equal or declared.
    pub fn is_good(&self) -> bool {
        let count = self.count();
        self.stopped.is_none() && count.different == 0 && count.unreached == 0 && count.all() > 0
    }

    /// Each path with its outcomes, in the order of the plan.
    pub fn paths(&self) -> Vec<(&str, Vec<&Outcome>)> {
        let mut paths: Vec<(&str, Vec<&Outcome>)> = Vec::new();
        for outcome in &self.outcomes {
            match paths.iter_mut().find(|(path, _)| *path == outcome.ask.path) {
                Some((_, outcomes)) => outcomes.push(outcome),
                None => paths.push((&outcome.ask.path, vec![outcome])),
            }
        }
        paths
    }

    /// The lines of docs/differences.md that were met, and how often.
    pub fn lines(&self) -> Vec<(&str, usize)> {
        let mut lines: Vec<(&str, usize)> = Vec::new();
        for outcome in &self.outcomes {
            let Verdict::Declared(met) = &outcome.verdict else { continue };
            for line in met {
                match lines.iter_mut().find(|(known, _)| known == line) {
                    Some((_, count)) => *count += 1,
                    None => lines.push((line, 1)),
                }
            }
        }
        lines
    }

    pub fn different(&self) -> impl Iterator<Item = (&Ask, &Vec<Difference>)> {
        self.outcomes.iter().filter_map(|outcome| match &outcome.verdict {
            Verdict::Different(differences) => Some((&outcome.ask, differences)),
            _ => None,
        })
    }

    /// Cuts a secret out of everything that may be shown.
    pub fn hide(&mut self, secret: Option<&str>) {
        let Some(secret) = secret.filter(|secret| !secret.is_empty()) else { return };
        for outcome in &mut self.outcomes {
            let Verdict::Different(differences) = &mut outcome.verdict else { continue };
            for difference in differences {
                for text in [&mut difference.django, &mut difference.slash_o] {
                    *text = text.replace(secret, "…");
                }
            }
        }
    }

    pub fn text(&self) -> String {
        let mut out = String::new();
        let paths = self.paths();
        let width = paths.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
        for (path, outcomes) in &paths {
            let _ = writeln!(out, "  {path:width$}  {}", Count::of(outcomes.iter().copied()).told());
        }
        let lines = self.lines();
        if !lines.is_empty() {
            out.push_str("Declared, by their lines in docs/differences.md:\n");
        }
        for (line, count) in lines {
            let _ = writeln!(out, "  {count} x  {line}");
        }
        self.tell_different(&mut out);
        let unreached = self.outcomes.iter().filter_map(|outcome| match &outcome.verdict {
            Verdict::Unreached(why) => Some((&outcome.ask, why)),
            _ => None,
        });
        for (ask, why) in unreached.take(3) {
            let _ = writeln!(out, "Not reachable: {}\n  {why}", ask.told());
        }
        out.push_str("Left out, because it writes, guesses or is not Django's:\n");
        for what in &self.left_out {
            let _ = writeln!(out, "  {what}");
        }
        for line in self.notes.iter().chain(&self.stopped) {
            let _ = writeln!(out, "{line}");
        }
        let count = self.count();
        let _ = writeln!(out, "{} requests: {}. Score: {} of 100", count.all(), count.told(), count.score());
        out
    }

    fn tell_different(&self, out: &mut String) {
        let all = self.different().count();
        if all > 0 {
            out.push_str("Different:\n");
        }
        for (ask, differences) in self.different().take(TOLD) {
            let _ = writeln!(out, "  {}", ask.told());
            for Difference { field, django, slash_o } in differences {
                let _ = writeln!(out, "    {field}\n      Django:  {django}\n      slash-o: {slash_o}");
            }
        }
        if all > TOLD {
            let _ = writeln!(out, "  and {} more (--json has all)", all - TOLD);
        }
    }

    pub fn json(&self) -> Value {
        let count = self.count();
        let urls = self.paths().into_iter().map(|(path, outcomes)| {
            let count = Count::of(outcomes.iter().copied());
            let requests = outcomes.iter().filter_map(|outcome| told(outcome)).collect::<Vec<_>>();
            json!({
                "url": path, "equal": count.equal, "declared": count.declared, "different": count.different,
                "unreachable": count.unreached, "requests": requests,
            })
        });
        json!({
            "requests": count.all(), "equal": count.equal, "declared": count.declared,
            "different": count.different, "unreachable": count.unreached, "score": count.score(),
            "stopped": self.stopped, "notes": self.notes, "left_out": self.left_out,
            "urls": urls.collect::<Vec<_>>(),
        })
    }
}

/// A request that is not equal.
fn told(outcome: &Outcome) -> Option<Value> {
    let request = outcome.ask.told();
    Some(match &outcome.verdict {
        Verdict::Equal => return None,
        Verdict::Declared(lines) => json!({ "request": request, "verdict": "declared", "lines": lines }),
        Verdict::Unreached(why) => json!({ "request": request, "verdict": "not reachable", "why": why }),
        Verdict::Different(all) => {
            let fields = all
                .iter()
                .map(|one| json!({ "field": one.field, "django": one.django, "slash_o": one.slash_o }));
            json!({ "request": request, "verdict": "different", "fields": fields.collect::<Vec<_>>() })
        }
    })
}
