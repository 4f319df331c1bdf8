//! `slash-o compare`: requests derived from a configuration and its rows, sent to the running Django and to this program on the
//! same database, and one verdict for each. README.md says what is sent and what never is.

mod answer;
mod declared;
mod django;
mod facts;
mod heard;
mod markup;
mod pace;
mod page;
mod plan;
mod report;
mod report_html;
mod request;
mod run;
mod slash_o;
mod verdict;
mod visitor;
mod wire;
mod write;

pub use django::{Address, Target};
pub use pace::{Bounds, Pace};
pub use plan::{Known, Plan, plan};
pub use report::Report;
pub use report_html::write as write_html;
pub use run::{Cookie, run};
pub use slash_o::SlashO;
pub use visitor::Visitor;
pub use write::{ThrowAway, Written, clean_up, count_tokens, write};
