//! One side's way through a flow: cookies are kept, codes and tokens are learned, answers are noted without them.

use std::collections::BTreeMap;

use http::{HeaderName, Method, header};

use crate::compare::answer::{Answer, NoAnswer};
use crate::compare::django::Target;
use crate::compare::markup::{Piece, pieces};
use crate::compare::pace::Pace;
use crate::compare::request::Ask;
use crate::compare::slash_o::SlashO;
use crate::settings::Settings;
use crate::site::Site;
use crate::urls::Url;

use super::cleaned::{self, Learned};

const TOKEN_FIELD: &str = "csrfmiddlewaretoken";

/// Who is asked.
#[derive(Clone, Copy)]
pub enum Side<'a> {
    Django(&'a Target),
    SlashO(&'a SlashO, &'a Target),
}

/// One request with its answer, both without what was made for this side only.
pub struct Step {
    pub ask: Ask,
    pub answer: Result<Answer, NoAnswer>,
    pub logged: Vec<String>,
    /// What the ID tokens of the answer say.
    pub claims: Vec<(String, String)>,
}

pub struct Walk<'a> {
    side: Side<'a>,
    pace: &'a mut Pace,
    site: &'a Site,
    jar: BTreeMap<String, String>,
    learned: Learned,
    steps: Vec<Step>,
    /// The page that was answered last.
    page: String,
}

impl<'a> Walk<'a> {
    pub fn new(side: Side<'a>, pace: &'a mut Pace, site: &'a Site, session: Option<&str>) -> Walk<'a> {
        let name = &site.settings.django.session.name;
        let jar = session.map(|key| (name.clone(), key.to_owned())).into_iter().collect();
        let mut learned = Learned::default();
        session.into_iter().for_each(|key| learned.add("session", key));
        Walk { side, pace, site, jar, learned, steps: Vec::new(), page: String::new() }
    }

    pub fn settings(&self) -> &'a Settings {
        &self.site.settings
    }

    /// A secret that was made for the run, so that no report shows it.
    pub fn keep_secret(&mut self, name: &str, value: &str) {
        self.learned.add(name, value);
    }

    /// What an answer brought, the newest.
    pub fn known(&self, name: &str) -> Option<String> {
        self.learned.find(name)
    }

    /// Where the configuration has a URL; none where it has it not.
    pub fn place(&self, url: Url) -> Option<Ask> {
        let route = self.settings().urls.routes().iter().find(|route| route.url == url)?;
        let path = format!("{}{}", self.settings().django.force_script_name, route.pattern.as_str());
        Some(Ask::new(Some(url), &path, Method::GET, route.pattern.as_str()))
    }

    /// Asks without cookies, as programs do.
    pub async fn ask(&mut self, ask: Ask) {
        self.send(ask, false).await;
    }

    /// Asks as a browser does.
    pub async fn browse(&mut self, ask: Ask) {
        self.send(ask, true).await;
    }

    /// Sends the form of the page that was answered last, to where it came from.
    pub async fn submit(&mut self, mut ask: Ask, more: &[(&str, &str)]) {
        let mut pairs = hidden(&self.page);
        let named = |pairs: &[(String, String)], name: &str| pairs.iter().any(|(known, _)| known == name);
        if !named(&pairs, TOKEN_FIELD)
            && let Some(token) = self.jar.get(&self.settings().django.csrf.name)
        {
            pairs.push((TOKEN_FIELD.to_owned(), token.clone()));
        }
        for (name, value) in more {
            pairs.retain(|(known, _)| known != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        ask.method = Method::POST;
        // Over https Django wants to know where a form comes from.
        let referer = format!("{}{}{}", self.origin(), self.settings().django.force_script_name, ask.target);
        let ask = ask.form(&pairs).header(header::REFERER, &referer);
        self.send(ask, true).await;
    }

    /// The redirect that was answered last, if it stays on this host.
    pub fn redirected_to(&self, url: Url, location: &str) -> Option<Ask> {
        let path = match url::Url::parse(location) {
            Ok(absolute) if location.starts_with(&self.origin()) => absolute.path().to_owned(),
            Ok(_) => return None,
            Err(_) => location.to_owned(),
        };
        let script = &self.settings().django.force_script_name;
        let target = path.strip_prefix(script.as_str()).unwrap_or(&path).to_owned();
        Some(Ask { target, ..self.place(url)? })
    }

    pub fn location(&self) -> Option<String> {
        self.learned.location.clone()
    }

    pub fn steps(self) -> Vec<Step> {
        self.steps
    }

    fn target(&self) -> &'a Target {
        match self.side {
            Side::Django(target) | Side::SlashO(_, target) => target,
        }
    }

    fn origin(&self) -> String {
        let usual = |name: &HeaderName| {
            self.target().usual.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let proto = usual(&HeaderName::from_static("x-forwarded-proto")).unwrap_or("http");
        format!("{proto}://{}", usual(&header::HOST).unwrap_or_default())
    }

    async fn send(&mut self, ask: Ask, as_browser: bool) {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = Some(cookies.join("; ")).filter(|text| as_browser && !text.is_empty());
        let (answer, logged) = match self.side {
            Side::Django(target) => {
                self.pace.wait().await;
                let answer = target.ask(&ask, cookies.as_deref()).await;
                self.pace.note(&answer);
                (answer, Vec::new())
            }
            Side::SlashO(slash_o, target) => {
                match slash_o.ask(&ask, &target.usual_with(cookies.as_deref())).await {
                    Ok((answer, logged)) => (Ok(answer), logged),
                    Err(why) => (Err(why), Vec::new()),
                }
            }
        };
        if let Ok(answer) = &answer {
            self.take_in(answer, as_browser);
        }
        let now = self.site.clock.now();
        let (learned, claims) = (&self.learned, answer.as_ref().map(|answer| cleaned::claims(answer, now)));
        let step = Step {
            ask: cleaned::ask(ask, learned),
            claims: claims.unwrap_or_default(),
            answer: answer.map(|answer| cleaned::answer(answer, learned, now)),
            logged,
        };
        self.steps.push(step);
    }

    fn take_in(&mut self, answer: &Answer, as_browser: bool) {
        self.learned.learn(answer);
        if !as_browser {
            return;
        }
        self.page = String::from_utf8_lossy(&answer.body).into_owned();
        for line in answer.lines(&header::SET_COOKIE) {
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            match value.trim_matches('"') {
                "" => self.jar.remove(name),
                _ => self.jar.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

/// What the page's forms send without being seen.
fn hidden(page: &str) -> Vec<(String, String)> {
    let of = |piece: Piece| match piece {
        Piece::Open { tag, attributes } if tag == "input" => {
            let of = |name: &str| Piece::attribute(&attributes, name).map(str::to_owned);
            let is_hidden = of("type").is_some_and(|kind| kind == "hidden");
            Some((of("name").filter(|_| is_hidden)?, of("value").unwrap_or_default()))
        }
        _ => None,
    };
    pieces(page).into_iter().filter_map(of).collect()
}
