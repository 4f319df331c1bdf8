# `i18n_patterns`: paths that begin with a language.


def in_languages(document, settings, found):
    """slash-o serves every language's paths and answers each in its language; its documents name the first."""
    first = language_patterns(settings)
    if first is not None:
        document.put("i18n_patterns", collections.OrderedDict([("prefix_default_language", bool(first.prefix_default_language))]), "server")
    for names in (ADVERTISED, ("login",)):
        several = [found.by_language[name] for name in names if len(found.by_language.get(name, ())) > 1]
        if several:
            document.finding("i18n_patterns: %s" % next(iter(several[0].values())), "it stands at %s" % " and at ".join(several[0].values()),
                             "slash-o's documents and redirects name the first of these paths, in every language",
                             "take the include out of i18n_patterns, or keep the other languages at Django in the proxy")


def has_locale_middleware(settings):
    """Also one that comes from Django's."""
    return any(name.endswith("LocaleMiddleware") for name in settings.MIDDLEWARE)


def language_patterns(settings):
    """What LocaleMiddleware looks for: the first of its kind in the root URL configuration."""
    from django.urls import get_resolver

    if not settings.USE_I18N:
        return None
    kind = "LocalePrefixPattern"
    return next((entry.pattern for entry in get_resolver().url_patterns if any(c.__name__ == kind for c in type(entry.pattern).__mro__)), None)
