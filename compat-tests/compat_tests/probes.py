"""Templates that print what a page's context holds, and the pages that they stand in for."""

from pathlib import Path

COMMON = """{% load i18n static %}
user={{ user }}|{{ user.username }}|{{ user.get_username }}|{{ user.is_authenticated }}|{{ user.is_anonymous }}|{{ user.pk }}
user={{ user.id }}|{{ user.email }}|{{ user.get_full_name }}|{{ user.is_staff }}|{{ user.is_superuser }}|{{ user.is_active }}
user={{ user.profile.image.url }}|{{ user.date_joined|date:"Y" }}|{{ user.nothing|default:"nothing" }}
perms={{ perms.oauth2_provider.add_application }}|{{ perms.auth.view_user }}|{% if perms.oauth2_provider %}app{% endif %}
perms={% if perms.nothing %}no{% endif %}|{% if 'auth.view_user' in perms %}in{% endif %}|{% if 'auth' in perms %}auth{% endif %}
request={{ request.method }}|{{ request.path }}|{{ request.path_info }}|{{ request.get_full_path }}|{{ request.scheme }}
request={{ request.get_host }}|{{ request.is_secure }}|{{ request.build_absolute_uri }}|{{ request.get_port }}
request={{ request.GET.next }}|{{ request.GET.urlencode }}|{{ request.GET.flavour }}|{{ request.COOKIES.flavour }}
request={{ request.META.HTTP_X_PROBE }}|{{ request.META.QUERY_STRING }}|{{ request.META.REQUEST_METHOD }}|{{ request.headers.x_probe }}
request={% for name, value in request.POST.items %}{% if name != "csrfmiddlewaretoken" %}{{ name }}:{{ value }} {% endif %}{% endfor %}
request={{ request.user }}|{{ request.user.email }}|{{ request.session.colour }}|{{ request.encoding }}
request={{ request.LANGUAGE_CODE }}|{{ request.META.SERVER_PROTOCOL }}|{{ request.META.SERVER_PORT }}
match={{ request.resolver_match.view_name }}|{{ request.resolver_match.url_name }}|{{ request.resolver_match.namespace }}
match={{ request.resolver_match.kwargs }}|{{ request.resolver_match.app_name }}|{{ request.resolver_match.namespaces }}
match={{ request.resolver_match.args }}|{{ request.resolver_match.route }}
messages={{ messages|length }}{% for m in messages %}[{{ m }}|{{ m.message }}|{{ m.tags }}|{{ m.level }}|{{ m.level_tag }}|{{ m.extra_tags }}]{% endfor %}
levels={{ DEFAULT_MESSAGE_LEVELS.SUCCESS }}|{{ DEFAULT_MESSAGE_LEVELS.items }}
view={{ view.kwargs }}|{{ view.args }}|{{ view.template_name }}|{{ view.request.path }}
debug={{ debug }}|{{ sql_queries }}|{{ STATIC_URL }}|{{ MEDIA_URL }}|{{ LANGUAGE_CODE }}|{{ LANGUAGES|length }}|{{ LANGUAGE_BIDI }}|{{ TIME_ZONE }}
urls={% url 'home' %}|{% url 'shop:product' pk=7 slug='a-b' %}|{% url 'shop:product' 8 'x' %}|{% url 'admin:index' %}|{% url 'login' %}
urls={% url 'oauth2_provider:detail' 7 %}|{% url 'oauth2_provider:update' pk=7 %}|{% url 'nothing' as no %}{{ no }}|{% static 'a/b c.css' %}
titles={{ title }}|{{ subtitle }}|{{ site_name }}|{{ site.name }}|{{ site.domain }}|{{ next }}|{{ error }}|{{ error.error }}|{{ error.description }}
csrf={% csrf_token %}|{{ csrf_token|length }}
form={{ form }}
fields={% for f in form %}{{ f.name }}|{{ f.field.max_length }}|{{ f.field.required }}|{{ f.html_name }}|{{ f.label }}|{{ f.label_tag }}|{{ f.id_for_label }}|{{ f.is_hidden }}|{{ f.help_text }}|{{ f.errors }}|{{ f }}
{% endfor %}
form={{ form.as_p }}{{ form.as_table }}{{ form.as_ul }}{{ form.errors }}{{ form.non_field_errors }}{{ form.media }}{{ form.is_bound }}
hidden={% for f in form.hidden_fields %}{{ f }}{% endfor %}|{{ form.visible_fields|length }}
"""
APPLICATION = """
application={{ application }}|{{ application.pk }}|{{ application.id }}|{{ application.name }}|{{ application.client_id }}
application={{ application.user }}|{{ application.user.email }}|{{ application.user_id }}|{{ application.get_client_type_display }}
application={{ application.get_authorization_grant_type_display }}|{{ application.redirect_uris }}|{{ application.get_absolute_url }}
application={{ application.client_type }}|{{ application.authorization_grant_type }}|{{ application.skip_authorization }}
application={{ application.algorithm }}|{{ application.get_algorithm_display }}|{{ application.allowed_origins }}|{{ application.created|date:"Y" }}
application={{ application.default_redirect_uri }}|{{ application.hash_client_secret }}|{{ application.post_logout_redirect_uris }}
object={{ object }}|{{ object.pk }}
"""
AUTHORIZE = """
asked={{ client_id }}|{{ redirect_uri }}|{{ response_type }}|{{ state }}|{{ scopes }}|{{ scopes_descriptions }}|{{ scopes|join:"," }}
asked={{ code_challenge }}|{{ code_challenge_method }}|{{ nonce }}|{{ claims }}|{{ resource }}|{{ url }}
"""
LISTS = """
list={{ is_paginated }}|{{ paginator }}|{{ page_obj }}|{{ object_list|length }}
{% for a in applications %}{{ a }}|{{ a.pk }}|{{ a.client_id }}|{{ a.user }}|{{ a.get_absolute_url }}
{% endfor %}{% for t in authorized_tokens %}{{ t.pk }}|{{ t.application }}|{{ t.application.client_id }}|{{ t.application.user }}|{{ t.scope }}
{{ t.scopes }}|{% for name, text in t.scopes.items %}{{ name }}={{ text }},{% endfor %}|{{ t.is_expired }}|{{ t.is_valid }}|{{ t.user }}|{{ t.expires|date:"Y" }}
{% endfor %}token={{ accesstoken.pk }}|{{ accesstoken.scope }}|{{ accesstoken.user }}|{{ accesstoken.application }}
"""
DEVICE = """
device={{ devicegrant.pk }}|{{ object.user_code }}|{{ object.status }}|{{ object.get_status_display }}|{{ object.client_id }}|{{ object.scope }}
device={{ object.interval }}|{{ object.user }}|{{ object.expires|date:"Y" }}
"""

NAMES = [
    "oauth2_provider/authorize.html",
    "oauth2_provider/application_list.html",
    "oauth2_provider/application_detail.html",
    "oauth2_provider/application_form.html",
    "oauth2_provider/application_registration_form.html",
    "oauth2_provider/application_confirm_delete.html",
    "oauth2_provider/authorized-tokens.html",
    "oauth2_provider/authorized-token-delete.html",
    "oauth2_provider/device/user_code.html",
    "oauth2_provider/device/accept_deny.html",
    "oauth2_provider/device/device_grant_status.html",
    "registration/login.html",
    "registration/logged_out.html",
    "registration/password_change_form.html",
    "registration/password_change_done.html",
    "403_csrf.html",
]


def write(folder: Path) -> Path:
    """A probe for every page; each extends one base by a block."""
    whole = COMMON + APPLICATION + AUTHORIZE + LISTS + DEVICE
    for name in NAMES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{% extends "probe_base.html" %}{% block content %}' + whole + "{% endblock %}")
    (folder / "probe_base.html").write_text("<!doctype html>\n{% block content %}{% endblock %}\n<p>end</p>\n")
    return folder
