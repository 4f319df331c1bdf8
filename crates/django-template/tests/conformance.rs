//! Renders what the real Django rendered and compares the text byte for byte, an error with an error.
//! `conformance.py` makes the file; no Python is needed here.

#![allow(clippy::unwrap_used)]

mod spec;

use std::collections::HashMap;

use django_template::{Catalogues, Chain, Engine, Memory, Mo, Options, Settings, Tz};
use serde_json::Value as Json;

fn text<'j>(json: &'j Json, key: &str) -> Option<&'j str> {
    json.get(key).and_then(Json::as_str)
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn engine(all: &Json, templates: Chain) -> Engine {
    let strings = |key: &str| -> HashMap<String, String> {
        let map = all[key].as_object().unwrap();
        map.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())).collect()
    };
    let urls = strings("urls");
    let languages = all["languages"].as_array().unwrap().iter();
    let languages = languages.map(|l| (l[0].as_str().unwrap().to_owned(), l[1].as_str().unwrap().to_owned()));
    let mut catalogues = Catalogues::new();
    for entry in all["mo"].as_array().unwrap() {
        let bytes = bytes(entry[1].as_str().unwrap());
        catalogues.add(entry[0].as_str().unwrap(), Mo::parse(&bytes).unwrap());
    }
    let settings = Settings {
        media_url: "/media/".to_owned(),
        languages: languages.collect(),
        default_time_zone: text(all, "zone").unwrap().parse().unwrap(),
        ..Settings::default()
    };
    Engine::new(templates)
        .with_settings(settings)
        .with_manifest(strings("manifest"))
        .with_catalogues(catalogues)
        .with_urls(move |name, args, kwargs| {
            let mut url = urls.get(name)?.clone();
            for (i, arg) in args.iter().enumerate() {
                url = url.replace(&format!("{{{i}}}"), &arg.display());
            }
            for (key, value) in kwargs {
                url = url.replace(&format!("{{{key}}}"), &value.display());
            }
            (!url.contains('{')).then_some(url)
        })
}

fn render(all: &Json, case: &Json) -> Result<String, String> {
    let templates: Memory = match &case["t"] {
        Json::String(main) => Memory::new().with("main", main),
        many => many.as_object().unwrap().iter().map(|(n, t)| (n, t.as_str().unwrap())).collect(),
    };
    // Templates that all cases share.
    let shared = all["templates"].as_object().into_iter().flatten();
    let shared: Memory = shared.map(|(n, t)| (n, t.as_str().unwrap())).collect();
    let zone: Tz = text(case, "tz").or(text(all, "zone")).unwrap().parse().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339(text(all, "now").unwrap()).unwrap().to_utc();
    let mut options = Options::new(now).with_time_zone(zone);
    if let Some(language) = text(case, "lang") {
        options = options.with_language(language);
    }
    let context = spec::context(&case["c"]);
    engine(all, Chain::new().with(templates).with(shared))
        .render("main", &context, &options)
        .map_err(|e| e.to_string())
}

#[test]
fn templates_render_as_in_django() {
    // Another file of the same form can be compared too, such as one made of templates not ours to keep.
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance.json");
    let file = std::env::var("CONFORMANCE_FILE").unwrap_or_else(|_| own.to_owned());
    let all: Json = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let mut failures = Vec::new();
    for case in cases {
        let got = render(&all, case);
        let fits = match (text(case, "out"), &got) {
            (Some(want), Ok(got)) => want == got,
            (None, Err(_)) => true,
            _ => false,
        };
        if !fits {
            let want = text(case, "out").map(str::to_owned).ok_or(text(case, "err"));
            let input = serde_json::json!([case["t"], case["c"], case["lang"]]);
            failures.push(format!("{input}\n   want {want:?}\n   got  {got:?}"));
        }
    }
    println!("{} of {} cases differ", failures.len(), cases.len());
    let shown = failures.iter().take(400).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {} cases differ:\n{shown}", failures.len(), cases.len());
    assert!(file != own || cases.len() >= 600);
}
