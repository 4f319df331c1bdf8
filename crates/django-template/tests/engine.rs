//! The engine around the language: places in errors, loaders, caching, checks, own libraries.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use django_template::{
    Arity, Chain, Context, Directories, Engine, Error, Finding, FragmentCache, Kind, Library, Loader, Memory,
    Mo, Object, Options, Settings, Source, Value,
};

fn options() -> Options {
    Options::new(chrono::DateTime::from_timestamp(1_710_000_000, 0).unwrap())
}

fn render(engine: &Engine, text: &str) -> Result<String, Error> {
    engine.render_text(text, &Context::new().with("x", "<x>"), &options())
}

fn error(files: &[(&str, &str)]) -> Error {
    let engine = Engine::new(files.iter().copied().collect::<Memory>());
    engine.render("main.html", &Context::new(), &options()).unwrap_err()
}

#[test]
fn errors_name_template_line_column_and_tag() {
    let e = error(&[("main.html", "one\n  {% include 'inc.html' %}"), ("inc.html", "\né{% nope x %}")]);
    assert_eq!((e.template(), e.line(), e.column(), e.tag()), ("inc.html", 2, 2, "{% nope x %}"));
    assert_eq!(*e.kind(), Kind::UnknownTag("nope".to_owned()));
    assert!(e.to_string().starts_with("inc.html (memory:inc.html), line 2, column 2: `{% nope x %}`: "));
}

#[test]
fn errors_while_rendering_name_the_innermost_tag() {
    let e = error(&[
        ("main.html", "{% extends 'base.html' %}\n{% block a %}\n{{ 1|add:missing }}{% endblock %}"),
        ("base.html", "{% if True %}{% block a %}{% endblock %}{% endif %}"),
    ]);
    assert_eq!((e.template(), e.line(), e.tag()), ("main.html", 3, "{{ 1|add:missing }}"));
    assert_eq!(*e.kind(), Kind::MissingVariable("missing".to_owned()));
}

#[test]
fn unknown_names_are_told_apart() {
    let kind = |text: &str| error(&[("main.html", text)]).kind().clone();
    let lacks = "{% load crispy_forms_tags %}{% crispy form %}";
    assert_eq!(kind(lacks), Kind::UnknownLibrary("crispy_forms_tags".to_owned()));
    assert_eq!(kind("{% load a %}{{ form|crispy }}"), Kind::UnknownLibrary("a".to_owned()));
    assert_eq!(kind("{{ form|crispy }}"), Kind::UnknownFilter("crispy".to_owned()));
    assert_eq!(kind("{% url 'home' %}"), Kind::NoReverse("home".to_owned()));
    assert_eq!(kind("{% extends 'gone.html' %}"), Kind::NotFound("gone.html".to_owned()));
    assert_eq!(kind("{% if x %}"), Kind::Syntax);
    assert_eq!(kind("{% include 'main.html' %}"), Kind::Limit);
}

#[test]
fn old_libraries_load_as_nothing() {
    let engine = Engine::new(Memory::new()).with_urls(|name, _, _| Some(format!("/{name}/")));
    let text = "{% load url from future %}{% load url from compat %}{% load staticfiles admin_static %}\
        {% url 'home' %} {% static 'a.css' %}";
    assert_eq!(render(&engine, text).unwrap(), "/home/ /static/a.css");
}

#[test]
fn a_template_may_extend_the_next_one_of_its_own_name() {
    let one =
        Memory::new().with("a.html", "{% extends 'a.html' %}{% block b %}1{{ block.super }}{% endblock %}");
    let two =
        Memory::new().with("a.html", "{% extends 'a.html' %}{% block b %}2{{ block.super }}{% endblock %}");
    let three = Memory::new().with("a.html", "[{% block b %}3{% endblock %}]");
    let engine = Engine::new(Chain::new().with(one).with(two).with(three));
    assert_eq!(engine.render("a.html", &Context::new(), &options()).unwrap(), "[123]");
    assert!(engine.check("a.html").is_ok());
}

#[test]
fn directories_are_searched_in_order_and_never_left() {
    let root = std::env::temp_dir().join(format!("django-template-{}", std::process::id()));
    for (name, text) in
        [("one/a.html", "1"), ("two/a.html", "2"), ("two/sub/b.html", "b"), ("secret.txt", "s")]
    {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let loader = Directories::new([root.join("one"), root.join("two")]);
    assert_eq!(loader.load("a.html").unwrap().text, "1");
    assert_eq!(loader.load_all("a.html").len(), 2);
    assert_eq!(loader.load("sub/b.html").unwrap().text, "b");
    let absolute = root.join("secret.txt");
    for name in ["../secret.txt", "sub/../../secret.txt", absolute.to_str().unwrap(), "", ".", "a\0"] {
        assert_eq!(loader.load(name), None, "{name}");
    }
    std::fs::remove_dir_all(root).unwrap();
}

/// A loader whose one template can be changed.
struct Changing(Mutex<String>);

impl Loader for Changing {
    fn load(&self, _name: &str) -> Option<Source> {
        Some(Source::new(self.0.lock().unwrap().clone(), "changing"))
    }
}

#[test]
fn changes_are_seen_under_debug_only() {
    for (debug, wanted) in [(false, "old"), (true, "new")] {
        let loader = Arc::new(Changing(Mutex::new("old".to_owned())));
        let mut engine = Engine::new(Arc::clone(&loader));
        engine.set_debug(debug);
        assert_eq!(engine.render("t", &Context::new(), &options()).unwrap(), "old");
        "new".clone_into(&mut loader.0.lock().unwrap());
        assert_eq!(engine.render("t", &Context::new(), &options()).unwrap(), wanted);
    }
}

#[test]
fn a_check_lists_lookups_urls_and_includes() {
    let loader = Memory::new()
        .with("base.html", "{{ site.name }}{% block a %}{% endblock %}{% include 'gone.html' %}")
        .with(
            "main.html",
            "{% extends 'base.html' %}{% block a %}{% url 'x' %}{% for i in rows %}{{ i.a }}{{ forloop.counter }}\
             {% endfor %}{% with q=1 %}{{ q }}{% endwith %}{% include part %}{% endblock %}",
        );
    let engine = Engine::new(loader).with_urls(|_, _, _| None);
    let found: Vec<_> = engine.check("main.html").unwrap().into_iter().map(|w| w.finding).collect();
    for finding in [
        Finding::Lookup("site.name".to_owned()),
        Finding::Lookup("rows".to_owned()),
        Finding::Url("x".to_owned()),
        Finding::Lookup("rows.0.a".to_owned()),
        Finding::Lookup("part".to_owned()),
        Finding::Dynamic("part".to_owned()),
        Finding::MissingInclude("gone.html".to_owned()),
    ] {
        assert!(found.contains(&finding), "{finding:?} is missing in {found:?}");
    }
    assert_eq!(found.len(), 7, "{found:?}");
    let broken =
        Engine::new(Memory::new().with("m", "{% include 'i' %}").with("i", "{% load nope %}{% nope %}"));
    assert_eq!(broken.check("m").unwrap_err().template(), "i");
}

#[test]
fn lookups_follow_parents_includes_loops_and_translations() {
    let loader = Memory::new()
        .with("base.html", "{% block a %}{% endblock %}{% include 'part.html' with x=request.user %}")
        .with("part.html", "{% load i18n %}{% blocktranslate with n=y.z %}{{ n }} {{ trans.name }}{% endblocktranslate %}")
        .with(
            "main.html",
            "{% extends 'base.html' %}{% block a %}{% for a, b in pairs.items %}{{ b.c }}{% endfor %}\
             {% with u=user %}{{ u.name }}{% endwith %}{% if perms.app.x %}{% csrf_token %}{% endif %}{% endblock %}",
        )
        .with("open.html", "{% include name %}")
        .with("query.html", "{% querystring a=1 %}");
    let engine = Engine::new(loader).with_urls(|_, _, _| None);
    let found = engine.lookups("main.html").unwrap();
    for name in
        ["request", "request.user", "trans", "y.z", "pairs.items.0.1.c", "user.name", "perms", "csrf_token"]
    {
        assert!(found.has(name), "{name} is missing in {found:?}");
    }
    for name in ["messages", "request.session", "n", "b", "u", "users"] {
        assert!(!found.has(name), "{name} is in {found:?}");
    }
    assert!(engine.lookups("open.html").unwrap().has("anything"));
    assert!(engine.lookups("query.html").unwrap().has("request.GET"));
    let context = Context::new().with("a", Value::map().with("b", vec![1, 2]));
    assert_eq!(context.lookup("a.b.1"), Some(Value::Int(2)));
    assert_eq!(context.lookup("a.c"), None);
}

#[test]
fn all_tags_that_do_not_work_are_told() {
    let base = "{% load i18n crispy %}{% block a %}{% endblock %}\n  é{% crispy form %}{% trans 'x' %}";
    let page = "{% extends 'base.html' %}{% load own %}{% block a %}{% thumb x %}y{% endthumb %}{{ z }}{% endblock %}";
    let engine = Engine::new(Memory::new().with("base.html", base).with("page.html", page));
    let (errors, warnings) = engine.check_all("page.html");
    let tags: Vec<_> = errors.iter().map(|e| (e.template(), e.line(), e.column(), e.tag())).collect();
    let wanted = [
        ("page.html", 1, 26, "{% load own %}"),
        ("page.html", 1, 53, "{% thumb x %}"),
        ("page.html", 1, 67, "{% endthumb %}"),
        ("base.html", 1, 1, "{% load i18n crispy %}"),
        ("base.html", 2, 4, "{% crispy form %}"),
    ];
    assert_eq!(tags, wanted);
    assert_eq!(warnings.len(), 1);
    let hopeless = Engine::new(Memory::new().with("a", "{% if x %}{% no %}"));
    assert_eq!(hopeless.check_all("a").0.len(), 2);
    assert_eq!(engine.check_all("gone").0.len(), 1);
    assert_eq!(engine.origin("page.html").as_deref(), Some("memory:page.html"));
}

#[test]
fn own_filters_and_tags_can_be_loaded() {
    let library = Library::new("shop")
        .filter("double", Arity::None, |value, _| Ok(format!("{0}{0}", value.display()).into()))
        .filter("fail", Arity::One, |_, _| Err("no".to_owned()))
        .tag("sum", |args, kwargs| Ok(Value::from(format!("{}<{}", args.len(), kwargs.len()))));
    let engine = Engine::new(Memory::new()).with_library(library);
    let text = "{% load shop %}{{ x|double }} {% sum 1 2 a=3 %} {% sum x as s %}{{ s }}";
    assert_eq!(render(&engine, text).unwrap(), "&lt;x&gt;&lt;x&gt; 2&lt;1 1&lt;0");
    assert!(render(&engine, "{% load shop %}{{ x|fail:1 }}").is_err());
    assert!(render(&engine, "{{ x|double }}").is_err());
}

#[derive(Default)]
struct Store(Mutex<HashMap<String, String>>);

impl FragmentCache for Store {
    fn get(&self, key: &str) -> Option<String> {
        self.0.lock().unwrap().get(key).cloned()
    }
    fn set(&self, key: &str, html: &str, _seconds: Option<i64>) {
        self.0.lock().unwrap().insert(key.to_owned(), html.to_owned());
    }
}

#[test]
fn fragments_are_kept_by_name_and_arguments() {
    let engine = Engine::new(Memory::new()).with_fragment_cache(Store::default());
    let text = "{% load cache %}{% cache 60 frag key %}{{ x }}{% endcache %}";
    let render = |x: &str, key: &str| {
        engine.render_text(text, &Context::new().with("x", x).with("key", key), &options()).unwrap()
    };
    assert_eq!((render("1", "a"), render("2", "a"), render("3", "b")), ("1".into(), "1".into(), "3".into()));
}

struct User;

impl Object for User {
    fn get(&self, name: &str) -> Option<Value> {
        (name == "username").then(|| "ada".into())
    }
    fn display(&self) -> String {
        "ada <a>".to_owned()
    }
}

#[test]
fn objects_answer_lookups_and_missing_ones_print_nothing() {
    let context = Context::new().with("user", Value::object(User)).with("f", Value::lazy(|| 42.into()));
    let engine = Engine::new(Memory::new());
    let text =
        "{{ user }}|{{ user.username }}|{{ user.profile.image.url }}|{{ f }}|{% if user %}y{% endif %}";
    assert_eq!(engine.render_text(text, &context, &options()).unwrap(), "ada &lt;a&gt;|ada||42|y");
    let settings = Settings { string_if_invalid: "[%s?]".to_owned(), ..Settings::default() };
    let engine = engine.with_settings(settings);
    assert_eq!(engine.render_text("{{ a.b }}{{ a|upper }}", &context, &options()).unwrap(), "[a.b?][a?]");
}

#[test]
fn damaged_catalogues_and_manifests_are_refused() {
    let head = [0xde, 0x12, 0x04, 0x95];
    assert!(Mo::parse(b"").is_none());
    assert!(Mo::parse(&[&head[..], &[0xff; 60]].concat()).is_none());
    assert!(Mo::parse(&[&head[..], &[0; 24]].concat()).is_some_and(|mo| mo.is_empty()));
    assert!(Engine::parse_manifest("{}").is_none());
    let paths = Engine::parse_manifest(r#"{"paths": {"a.css": "a.1.css"}, "version": "1.1"}"#);
    assert_eq!(paths.unwrap()["a.css"], "a.1.css");
}

#[test]
fn a_template_that_cannot_be_read_is_an_error_and_not_absent() {
    let folder = std::env::temp_dir().join(format!("unreadable-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("folder.html")).unwrap();
    std::fs::write(folder.join("latin.html"), b"caf\xe9").unwrap();
    let engine = Engine::new(
        Chain::new().with(Directories::new([&folder])).with(Memory::new().with("latin.html", "ours")),
    );
    for name in ["latin.html", "folder.html"] {
        let error = engine.render(name, &Context::new(), &options()).unwrap_err();
        assert_eq!(error.kind(), &Kind::Unreadable);
        assert!(error.to_string().contains(folder.join(name).to_str().unwrap()), "{error}");
        assert!(engine.check(name).is_err());
    }
    assert_eq!(
        engine.render("absent.html", &Context::new(), &options()).unwrap_err().kind(),
        &Kind::NotFound("absent.html".into())
    );
    assert_eq!(
        engine.render("latin.html/x", &Context::new(), &options()).unwrap_err().kind(),
        &Kind::NotFound("latin.html/x".into())
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn line_ends_are_read_as_python_reads_text() {
    let folder = std::env::temp_dir().join(format!("line-ends-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.html"), "a\r\nb\rc\n").unwrap();
    let engine = Engine::new(Directories::new([&folder]));
    assert_eq!(engine.render("a.html", &Context::new(), &options()).unwrap(), "a\nb\nc\n");
    std::fs::remove_dir_all(folder).unwrap();
}
