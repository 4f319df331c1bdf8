//! Renders a template below a directory with values from a JSON file:
//! `cargo run -p django-template --example render -- templates page.html values.json`

use django_template::{Context, Directories, Engine, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, name, values] = arguments.as_slice() else {
        return Err("usage: render DIRECTORY TEMPLATE VALUES.json".into());
    };
    let values: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(values)?)?;
    let engine = Engine::new(Directories::new([directory]));
    for warning in engine.check(name)? {
        eprintln!("{}:{}: {:?}", warning.place.template, warning.place.line, warning.finding);
    }
    let context: Context = values.into_iter().collect();
    // A program that prints the time passes the real one.
    let now = chrono::DateTime::UNIX_EPOCH;
    println!("{}", engine.render(name, &context, &Options::new(now))?);
    Ok(())
}
