//! Random and hostile templates give text or an error, never a panic, and stay within the limits.

#![allow(clippy::unwrap_used)]

use django_template::forms::{Choice, Field, Form, Kind, Widget};
use django_template::{Chain, Context, Engine, Limits, Memory, Options, Value};

/// A seeded generator (splitmix64), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn word(&mut self, words: &'static str) -> &'static str {
        self.pick(&words.split_whitespace().collect::<Vec<_>>())
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[usize::try_from(self.next() % items.len() as u64).unwrap()]
    }
}

const WORDS: &str = r#"
    x list d.a form form.f "a" 'é<' 5 -1 1e3 2.5 None True missing as in by with and or not is == < =
    a=1 count n=2 from only reversed silent for on off _('x') , | : . 9999999999 -9223372036854775808
    when day trimmed context asvar noop name i18n tz humanize cache static l10n 'Y-m-d'
"#;
const TAGS: &str = r#"
    if endif elif else for endfor empty block endblock extends include with endwith load url now cycle
    resetcycle firstof filter endfilter spaceless endspaceless verbatim endverbatim comment endcomment
    autoescape endautoescape ifchanged endifchanged regroup widthratio templatetag querystring lorem
    debug csrf_token trans blocktrans endblocktrans plural language endlanguage localize endlocalize
    localtime endlocaltime timezone endtimezone cache endcache static get_language_info
"#;
const FILTERS: &str = r#"
    add addslashes capfirst center cut date default default_if_none dictsort dictsortreversed
    divisibleby escape escapejs escapeseq filesizeformat first floatformat force_escape get_digit
    iriencode join json_script last length linebreaks linebreaksbr linenumbers ljust lower make_list
    phone2numeric pluralize pprint random rjust safe safeseq slice slugify stringformat striptags time
    timesince timeuntil title truncatechars truncatechars_html truncatewords truncatewords_html
    unordered_list upper urlencode urlize urlizetrunc wordcount wordwrap yesno naturaltime intword
    timezone
"#;
const TEXTS: &[&str] = &[
    "a",
    "<b>",
    "é\u{301}",
    "{",
    "}",
    "%",
    "{{",
    "%}",
    "\n",
    "{#",
    "#}",
    " ",
    "&amp;",
    "http://a.de/&;",
    "\u{1f600}",
];

fn expression(random: &mut Random) -> String {
    let mut out = random.word(WORDS).to_owned();
    while random.next().is_multiple_of(3) {
        out.push('|');
        out.push_str(random.word(FILTERS));
        if random.next().is_multiple_of(2) {
            out.push(':');
            out.push_str(random.word(WORDS));
        }
    }
    out
}

fn template(random: &mut Random) -> String {
    let mut out = String::from("{% load i18n tz humanize cache static l10n %}");
    for _ in 0..random.next() % 20 {
        match random.next() % 4 {
            0 => out.push_str(random.pick(TEXTS)),
            1 => out.push_str(&format!("{{{{ {} }}}}", expression(random))),
            2 => {
                let tag = random.word(TAGS);
                let words: Vec<_> = (0..random.next() % 5).map(|_| expression(random)).collect();
                out.push_str(&format!("{{% {tag} {} %}}", words.join(" ")));
            }
            _ => {
                let tag = random.pick(&["if", "for i in", "with a=", "spaceless", "filter", "ifchanged"]);
                let end = tag.split(' ').next().unwrap();
                let head = format!("{tag} {}", expression(random)).replace("= ", "=");
                out.push_str(&format!("{{% {head} %}}{}{{% end{end} %}}", random.pick(TEXTS)));
            }
        }
    }
    out
}

fn context() -> Context {
    let now = chrono::DateTime::from_timestamp(1_700_000_000, 5).unwrap();
    let form = Form::new().field(Field::new("f").widget(Kind::Radio(vec![Choice::new("a", "A")])));
    Context::new()
        .with("x", "Hé <b> & 'q' http://a.com/?a=1&b=2 bob@a.org")
        .with("list", vec![Value::from(1), "b".into(), Value::None, vec!["c", "d"].into(), 2.5.into()])
        .with("d", Value::map().with("a", 1).with("b", Value::safe("<i>x</i>")))
        .with("form", form)
        .with("when", now)
        .with("day", now.date_naive())
        .with("name", "z")
        .with("n", "1".repeat(200_000))
}

fn options() -> Options {
    Options::new(chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap())
}

#[test]
fn random_templates_never_panic() {
    let engine = Engine::new(Memory::new().with("x", "[{{ x }}]"));
    let (context, options) = (context(), options());
    let mut random = Random(42);
    let mut good = 0;
    for _ in 0..20_000 {
        let text = template(&mut random);
        good += usize::from(engine.render_text(&text, &context, &options).is_ok());
    }
    assert!(good > 500, "only {good} templates rendered");
}

#[test]
fn random_characters_never_panic() {
    let engine = Engine::new(Memory::new());
    let (context, options) = (context(), options());
    let mut random = Random(7);
    for _ in 0..20_000 {
        let text: String = (0..random.next() % 30)
            .map(|_| {
                random.pick(&[
                    "{", "%", "}", "#", "|", ":", "\"", "'", "\\", "_", "(", ")", ".", "é", " ", "x", "\n",
                ])
            })
            .collect();
        let _ = engine.render_text(&format!("{{{{ {text} }}}}{text}"), &context, &options);
    }
}

#[test]
fn a_template_cannot_run_away() {
    let deep = "{% if x %}".repeat(5_000) + &"{% endif %}".repeat(5_000);
    let double = "{% with x=x|add:x %}".repeat(50) + "{{ x }}" + &"{% endwith %}".repeat(50);
    let nested =
        "{% for a in x %}{% for b in x %}{% for c in x %}{% for d in x %}{% for e in x %}{% for f in x %}y";
    let nested = nested.to_owned() + &"{% endfor %}".repeat(6);
    let hostile = [
        deep,
        double,
        nested,
        "{{ x|ljust:999999999999 }}".to_owned(),
        "{{ x|stringformat:'999999999s' }}".to_owned(),
        "{{ 1|floatformat:99999999 }}".to_owned(),
        "{% lorem 999999999 w %}".to_owned(),
        format!("{{% if {} x %}}y{{% endif %}}", "not ".repeat(10_000)),
        format!("{{% if x {} %}}y{{% endif %}}", "or x ".repeat(10_000)),
        format!("{{{{ {} }}}}", "x.".repeat(10_000)),
        format!("{{{{ x{} }}}}", "|force_escape".repeat(10_000)),
        "{% include 'self' %}".to_owned(),
        "{% extends 'a' %}".to_owned(),
        "{% for i in n|make_list %}{% regroup g by z as g %}{% endfor %}{% for i in n|make_list %}{% for j in x %}\
         {% regroup list by z as list %}{% endfor %}{% endfor %}"
            .to_owned(),
    ];
    let loader = Memory::new()
        .with("self", "{% include 'self' %}")
        .with("a", "{% extends 'b' %}")
        .with("b", "{% extends 'a' %}");
    let limits = Limits { output: 1 << 20, steps: 200_000, ..Limits::default() };
    let engine = Engine::new(Chain::new().with(loader)).with_limits(limits);
    let (context, options) = (context(), options());
    for text in hostile {
        let result = engine.render_text(&text, &context, &options);
        let size = result.as_ref().map_or(0, String::len);
        assert!(size < 1 << 21, "{} bytes from {}", size, &text[..40]);
    }
}

/// Templates that would go on for hours, with the limits that everybody gets but for the clock.
#[test]
fn a_template_that_works_for_ever_ends_in_time() {
    let doubled = |body: &str| "{% with x=x|add:x %}".repeat(16) + body + &"{% endwith %}".repeat(16);
    let loops = (0..6).map(|i| format!("{{% for v{i} in x %}}")).collect::<String>();
    let hostile = [
        loops + "y" + &"{% endfor %}".repeat(6),
        doubled("{% for a in x %}{{ x|upper|length }}{% endfor %}"),
        doubled("{% for a in n %}{% if x == n %}y{% endif %}{% endfor %}"),
        doubled("{% for a in n %}{{ x|urlize|truncatewords_html:99999|striptags|wordwrap:3 }}{% endfor %}"),
        doubled(
            "{% with y=x|make_list %}{% for a in y %}{% for b in y %}{% endfor %}{% endfor %}{% endwith %}",
        ),
        "{% for a in n %}{% for b in list %}{% with list=list|add:list %}{{ list|length }}{% endwith %}"
            .to_owned()
            + "{% endfor %}{% endfor %}",
    ];
    let time = std::time::Duration::from_secs(1);
    let engine = Engine::new(Memory::new()).with_limits(Limits { time, ..Limits::default() });
    for text in hostile {
        let begun = std::time::Instant::now();
        let error = engine.render_text(&text, &context(), &options()).unwrap_err();
        assert_eq!(error.kind(), &django_template::Kind::Limit, "{error}");
        assert!(begun.elapsed() < time * 8, "{:?} for {}", begun.elapsed(), &text[..60]);
    }
    assert!(Limits::default().time <= time * 10);
}

#[test]
fn the_largest_depth_fits_a_small_stack() {
    let nested = |tag: &str, end: &str| tag.repeat(59) + "x" + &end.repeat(59);
    let texts = [
        nested("{% if x %}", "{% endif %}"),
        nested("{% with y=x %}", "{% endwith %}"),
        nested("{% for y in x|slice:':1' %}", "{% endfor %}"),
        nested("{% spaceless %}", "{% endspaceless %}"),
        "{% include 'self' %}".to_owned(),
    ];
    let mut loader = Memory::new()
        .with("self", "{% with a=1 %}{% include 'self' %}{% endwith %}")
        .with("0", "{% block a %}{% endblock %}");
    for i in 1..120 {
        let parent = i - 1;
        let text =
            format!("{{% extends '{parent}' %}}{{% block a %}}{{{{ block.super|upper }}}}{{% endblock %}}");
        loader.insert(i.to_string(), text);
    }
    let run = move || {
        let engine = Engine::new(loader);
        assert!(engine.check("119").is_err());
        assert!(engine.render("40", &context(), &options()).is_ok());
        assert!(engine.render("119", &context(), &options()).is_err());
        for text in texts {
            let _ = engine.render_text(&text, &context(), &options());
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn forms_with_strange_data_render() {
    let widgets =
        [Kind::Select(Vec::new()), Kind::Radio(Vec::new()), Kind::File, Kind::Checkbox, Kind::Textarea];
    for kind in widgets {
        for value in [Value::None, Value::from(""), Value::from(vec![1, 2]), Value::map(), Value::from(-0.0)]
        {
            let field =
                Field::new("").widget(Widget::new(kind.clone())).value(value).error("").hidden_initial();
            let form = Form { prefix: Some("%s".to_owned()), ..Form::new().field(field) };
            let context = Context::new().with("form", form);
            let text =
                "{{ form }}{{ form.as_p }}{% for f in form %}{% for w in f %}{{ w }}{% endfor %}{% endfor %}";
            assert!(Engine::new(Memory::new()).render_text(text, &context, &options()).is_ok());
        }
    }
}
