//! The plural rule of a catalogue: a C expression in `n`.
//! gettext's `Plural-Forms` header.

/// A parsed plural rule.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    N,
    Number(i64),
    Not(Box<Rule>),
    Binary(&'static str, Box<Rule>, Box<Rule>),
    Choice(Box<Rule>, Box<Rule>, Box<Rule>),
}

/// Binary operators, those that bind weakest first.
const LEVELS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

/// Rules nested deeper are refused; real ones need fewer than ten levels.
const MAX_DEPTH: usize = 40;

impl Rule {
    /// Parses the expression after `plural=`; `None` if it is not well formed.
    pub fn parse(text: &str) -> Option<Rule> {
        let mut parser = Parser { rest: text.trim().trim_end_matches(';'), depth: 0 };
        let rule = parser.choice()?;
        parser.rest.trim().is_empty().then_some(rule)
    }

    /// `n == 1 ? 0 : 1`, the rule of English.
    pub fn english() -> Rule {
        Rule::Binary("!=", Box::new(Rule::N), Box::new(Rule::Number(1)))
    }

    pub fn eval(&self, n: i64) -> i64 {
        match self {
            Rule::N => n,
            Rule::Number(i) => *i,
            Rule::Not(inner) => (inner.eval(n) == 0).into(),
            Rule::Choice(condition, yes, no) => {
                if condition.eval(n) != 0 {
                    yes.eval(n)
                } else {
                    no.eval(n)
                }
            }
            Rule::Binary(operator, a, b) => binary(operator, a.eval(n), b.eval(n)),
        }
    }
}

fn binary(operator: &str, a: i64, b: i64) -> i64 {
    match operator {
        "||" => (a != 0 || b != 0).into(),
        "&&" => (a != 0 && b != 0).into(),
        "==" => (a == b).into(),
        "!=" => (a != b).into(),
        "<=" => (a <= b).into(),
        ">=" => (a >= b).into(),
        "<" => (a < b).into(),
        ">" => (a > b).into(),
        "+" => a.wrapping_add(b),
        "-" => a.wrapping_sub(b),
        "*" => a.wrapping_mul(b),
        "/" => a.checked_div(b).unwrap_or(0),
        _ => a.checked_rem(b).unwrap_or(0),
    }
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
}

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> Option<()> {
        self.rest = self.rest.trim_start();
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    fn choice(&mut self) -> Option<Rule> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let condition = self.level(0)?;
        let rule = if self.eat("?").is_some() {
            let yes = self.choice()?;
            self.eat(":")?;
            let no = self.choice()?;
            Rule::Choice(Box::new(condition), Box::new(yes), Box::new(no))
        } else {
            condition
        };
        self.depth -= 1;
        Some(rule)
    }

    fn level(&mut self, at: usize) -> Option<Rule> {
        let Some(operators) = LEVELS.get(at) else { return self.atom() };
        let mut left = self.level(at + 1)?;
        let mut count = 0;
        while let Some(operator) = operators.iter().find(|o| self.rest.trim_start().starts_with(**o)) {
            count += 1;
            if count > MAX_DEPTH {
                return None;
            }
            self.eat(operator)?;
            let right = self.level(at + 1)?;
            left = Rule::Binary(operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn atom(&mut self) -> Option<Rule> {
        if self.eat("!").is_some() {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return None;
            }
            let inner = self.atom()?;
            self.depth -= 1;
            return Some(Rule::Not(Box::new(inner)));
        }
        if self.eat("(").is_some() {
            let inner = self.choice()?;
            self.eat(")")?;
            return Some(inner);
        }
        if self.eat("n").is_some() {
            return Some(Rule::N);
        }
        let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok().map(Rule::Number)
    }
}
