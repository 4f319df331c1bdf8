# Tags and filters of template libraries that slash-o does not know, in the templates of the pages that it shows: where each
# stands, and what the project's own parser makes of it.

#: Modules whose tags and filters slash-o has.
TAG_MODULES = """
django.template.defaulttags django.template.defaultfilters django.template.loader_tags
django.templatetags.static django.templatetags.i18n django.templatetags.l10n django.templatetags.tz django.templatetags.cache
django.contrib.humanize.templatetags.humanize django.contrib.staticfiles.templatetags.staticfiles
django.contrib.admin.templatetags.admin_static django.templatetags.future widget_tweaks.templatetags.widget_tweaks
""".split()


def django_engine():
    """The first engine of Django's own; None without one."""
    from django.template import engines
    from django.template.backends.django import DjangoTemplates

    found = [backend for backend in engines.all() if isinstance(backend, DjangoTemplates)]
    return found[0].engine if found else None


def foreign_libraries(engine):
    """Dotted path to library, of those that slash-o does not have."""
    out = collections.OrderedDict(zip(engine.builtins, engine.template_builtins))
    out.update((engine.libraries[name], library) for name, library in engine.template_libraries.items())
    return collections.OrderedDict((module, library) for module, library in out.items() if module not in TAG_MODULES)


def foreign_functions(engine):
    """By their ids: the functions of foreign tags and filters, and their names."""
    known = set()
    for module in TAG_MODULES:
        library = getattr(sys.modules.get(module), "register", None)
        if library:
            known |= {id(function) for function in list(library.tags.values()) + list(library.filters.values())}
    out = {}
    for module, library in foreign_libraries(engine).items():
        for name, function in list(library.tags.items()) + list(library.filters.items()):
            if id(function) not in known:
                out[id(function)] = "%s.%s" % (module, name)
    return out


def is_stock(path):
    """Django's own templates and DOT's: slash-o has its own in their place."""
    import django

    modules = [django] + [sys.modules[name] for name in ("oauth2_provider",) if name in sys.modules]
    return os.path.abspath(path).startswith(tuple(os.path.dirname(os.path.abspath(m.__file__)) + os.sep for m in modules))


def template_of(engine, name):
    """Path and text of the template that Django uses; None where it has none, or its own."""
    from django.template import TemplateDoesNotExist

    for loader in engine.template_loaders:
        for origin in loader.get_template_sources(name):
            try:
                text = loader.get_contents(origin)
            except (TemplateDoesNotExist, UnicodeDecodeError):
                continue
            return None if is_stock(str(origin.name)) else (origin, text)
    return None


def tokens_of(text):
    """Those that are not in a comment, with their places."""
    from django.template.base import DebugLexer

    out, inside = [], False
    for token in DebugLexer(text).tokenize():
        words = token.contents.split() if token.token_type.value == 2 else []
        if words[:1] == ["comment"]:
            inside = True
        elif words[:1] == ["endcomment"]:
            inside = False
        elif not inside:
            out.append(token)
    return out


def shown_templates(engine):
    """Name, origin and text of every template of the project below the pages that slash-o shows."""
    names, out = list(PAGES), collections.OrderedDict()
    while names:
        name = names.pop(0)
        if name in out:
            continue
        out[name] = found = template_of(engine, name)
        for token in tokens_of(found[1]) if found else []:
            bits = token.split_contents() if token.token_type.value == 2 else []
            if bits[:1] in (["extends"], ["include"]) and len(bits) > 1 and re.match("^(\"[^\"]*\"|'[^']*')$", bits[1]):
                names.append(bits[1][1:-1])
    return [(name, found[0], found[1]) for name, found in out.items() if found]


class Use(object):
    """A foreign tag with all that belongs to it, or a foreign filter."""

    def __init__(self, function, start, end, tag, node):
        self.function, self.start, self.end, self.tag, self.node = function, start, end, tag, node


def uses_of(engine, origin, text, foreign):
    """Parses as Django does, with an eye on what is foreign."""
    from django.template.base import DebugLexer, Parser, VariableNode

    class Watching(Parser):
        def __init__(self, tokens):
            self.everything, self.uses, self.now = list(tokens), [], None
            Parser.__init__(self, tokens, engine.template_libraries, engine.template_builtins, origin)

        def add_library(self, library):
            Parser.add_library(self, library)
            for name, function in library.tags.items():
                if id(function) in foreign:
                    self.tags[name] = self.watched(function)

        def watched(self, function):
            def compiled(parser, token):
                node = function(parser, token)
                last = self.everything[len(self.everything) - len(self.tokens) - 1]
                self.use(function, token, last, node)
                return node

            return compiled

        def use(self, function, first, last, node):
            start, end = first.position[0], last.position[1]
            self.uses.append(Use(foreign[id(function)], start, end, text[start:first.position[1]], node))

        def next_token(self):
            self.now = Parser.next_token(self)
            return self.now

        def find_filter(self, name):
            function = Parser.find_filter(self, name)
            if id(function) in foreign and self.now is not None:
                # Only what stands alone could be rendered alone.
                self.use(function, self.now, self.now, self.now.contents if self.now.token_type.value == 1 else None)
            return function

    parser = Watching(DebugLexer(text).tokenize())
    parser.parse()
    for use in parser.uses:
        if isinstance(use.node, str):
            use.node = VariableNode(Parser.compile_filter(plain_parser(parser), use.node))
    outer = []
    for use in sorted(parser.uses, key=lambda use: (use.start, -use.end)):
        if not any(other.start <= use.start and use.end <= other.end for other in outer):
            outer.append(use)
    return outer


def plain_parser(parser):
    """One with the same filters that watches nothing."""
    from django.template.base import Parser

    made = Parser([])
    made.filters = parser.filters
    return made


def without_foreign(engine, token):
    """`{% load a b %}` with what slash-o has."""
    words = token.contents.split()
    known = [word for word in words[1:] if engine.libraries.get(word) in TAG_MODULES]
    if len(words) > 3 and words[-2] == "from":
        known = words[1:] if words[-1] in known else []
    return "{%% load %s %%}" % " ".join(known) if known else ""
