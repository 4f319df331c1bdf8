"""URLs as projects have them, one URLconf each, what the exporter is to write of each, and what it is to name."""

from dataclasses import dataclass, field
from typing import Any

HEAD = """
from functools import partial, wraps
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required, user_passes_test
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider import urls as dot, views

def text(request, **more):
    return HttpResponse("own")

def bare(view):
    def inner(request, *args, **more):
        return view(request, *args, **more)
    return inner

def limited(view):
    @wraps(view)
    def ratelimited(request, *args, **more):
        return view(request, *args, **more)
    return ratelimited

def calls_token(request):
    return views.TokenView.as_view()(request)

class Plain(views.TokenView):
    pass

class Own(views.AuthorizationView):
    template_name = "shop/consent.html"
    def get_initial(self):
        return super().get_initial()

def part(*patterns):
    return include((list(patterns), "oauth2_provider"), namespace="oauth2_provider")

TOKEN = path("token/", views.TokenView.as_view(), name="token")
AUTHORIZE = path("authorize/", views.AuthorizationView.as_view(), name="authorize")
WHOLE = path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))
ACCOUNTS = path("accounts/", include("django.contrib.auth.urls"))
HOME = path("", text, name="home")
"""
ALL_BUT_BASE = dict.fromkeys(
    ("metadata_urlpatterns", "management_urlpatterns", "oidc_urlpatterns", "dcr_urlpatterns"), False
)


@dataclass(frozen=True)
class Layout:
    """`patterns` is urlpatterns as Python; `server` what `[server]` holds of URLs; `findings` the whole names."""

    patterns: str
    mount: list[str] = field(default_factory=lambda: ["/o/"])
    endpoints: dict[str, Any] = field(default_factory=dict)
    accounts: str = "/accounts/"
    findings: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    #: Further paths that both sides are asked for.
    asked: tuple[str, ...] = ()
    #: Documents that are a 500 in Django, and what slash-o leaves out of them, by the start of their paths.
    without: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Other settings of `[server]`.
    server: dict[str, Any] = field(default_factory=dict)


LAYOUTS: dict[str, Layout] = {
    "stock": Layout("[WHOLE, ACCOUNTS, HOME]"),
    "tutorial 2": Layout(
        """[path("o/", part(AUTHORIZE, TOKEN, path("revoke-token/", views.RevokeTokenView.as_view(), name="revoke-token"),
            *dot.management_urlpatterns)), ACCOUNTS]""",
        endpoints={
            "base_urlpatterns": False, "authorize": True, "token": True, "revoke-token": "revoke-token/",
            "metadata_urlpatterns": False, "oidc_urlpatterns": False, "dcr_urlpatterns": False,
        },
        asked=("/o/revoke-token/",),
    ),
    "an optional slash": Layout(
        r"""[re_path(r"^o/token/?$", views.TokenView.as_view()), WHOLE, ACCOUNTS]""",
        endpoints={"token": ["token/", "token"]},
        asked=("/o/token", "/o/tokens"),
    ),
    "an optional slash with a name": Layout(
        r"""[path("o/", part(re_path(r"^token/?$", views.TokenView.as_view(), name="token"),
            re_path(r"^revoke[-_]token/$", views.RevokeTokenView.as_view(), name="revoke-token"), *dot.metadata_urlpatterns)), ACCOUNTS]""",
        endpoints={
            "base_urlpatterns": False, "token": ["token", "token/"], "revoke-token": ["revoke-token/", "revoke_token/"],
            "management_urlpatterns": False, "oidc_urlpatterns": False, "dcr_urlpatterns": False,
        },
        asked=("/o/token", "/o/revoke-token/"),
    ),
    "without management": Layout(
        """[path("o/", part(*dot.base_urlpatterns, *dot.metadata_urlpatterns, *dot.oidc_urlpatterns)), ACCOUNTS]""",
        endpoints={"management_urlpatterns": False, "dcr_urlpatterns": False},
    ),
    "token and revocation only": Layout(
        """[path("api/oauth/", part(TOKEN, dot.base_urlpatterns[2])), ACCOUNTS]""",
        mount=["/api/oauth/"],
        endpoints={"base_urlpatterns": False, "token": True, "revoke-token": True, **ALL_BUT_BASE},
        asked=("/api/oauth/token/", "/api/oauth/revoke_token/", "/api/oauth/authorize/", "/o/token/"),
    ),
    "without the device flow": Layout(
        """[path("o/", part(*[p for p in dot.urlpatterns if "device" not in p.name])), ACCOUNTS]""",
        endpoints={"device_urlpatterns": False},
    ),
    "one application page left out": Layout(
        """[path("o/", part(*[p for p in dot.urlpatterns if p.name != "register"])), ACCOUNTS]""",
        endpoints={"register": False},
    ),
    "at the root": Layout("""[path("", include("oauth2_provider.urls")), ACCOUNTS]""", mount=["/"]),
    "at the root with the login": Layout(
        """[path("", include("django.contrib.auth.urls")), path("", include("oauth2_provider.urls"))]""",
        mount=["/"], accounts="/", endpoints={"rp-initiated-logout": False},
        findings=("URL name: oauth2_provider:rp-initiated-logout",),
    ),
    "documents at the root": Layout(
        """[WHOLE, path("", include((dot.metadata_urlpatterns, "oauth2_provider"), namespace="root")), ACCOUNTS]""",
        server={"metadata_at_root": True},
        asked=("/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/tenant"),
    ),
    "discovery at the root": Layout(
        """[path("", part(path(".well-known/openid-configuration", views.ConnectDiscoveryInfoView.as_view(), name="oidc-connect-discovery-info"),
            path("o/", include([p for p in dot.urlpatterns if p.name != "oidc-connect-discovery-info"])))), ACCOUNTS]""",
        endpoints={"oidc-connect-discovery-info": "/.well-known/openid-configuration"},
        asked=("/.well-known/openid-configuration",),
    ),
    "documents at another place": Layout(
        """[path("", part(path("id/", include(dot.metadata_urlpatterns)), path("o/", include([p for p in dot.urlpatterns
            if p not in dot.metadata_urlpatterns])))), ACCOUNTS]""",
        endpoints={
            "oauth-server-metadata": "/id/.well-known/oauth-authorization-server",
            "oauth-server-metadata-issuer": "/id/.well-known/oauth-authorization-server/<path:issuer_path>",
            "oauth-resource-metadata": "/id/.well-known/oauth-protected-resource",
            "oauth-resource-metadata-path": "/id/.well-known/oauth-protected-resource/<path:resource_path>",
        },
        asked=("/id/.well-known/oauth-authorization-server", "/id/.well-known/oauth-protected-resource"),
    ),
    "without a document of the server": Layout(
        """[path("o/", part(*[p for p in dot.urlpatterns if "oauth-server-metadata" not in p.name])), ACCOUNTS]""",
        endpoints={"oauth-server-metadata": False, "oauth-server-metadata-issuer": False},
    ),
    "without introspection and revocation": Layout(
        """[path("o/", part(*[p for p in dot.urlpatterns if p.name not in ("introspect", "revoke-token", "dcr-register")])), ACCOUNTS]""",
        endpoints={"revoke-token": False, "introspect": False, "dcr-register": False},
    ),
    "without userinfo and jwks": Layout(
        """[path("o/", part(*[p for p in dot.urlpatterns if p.name not in ("user-info", "jwks-info", "rp-initiated-logout")])), ACCOUNTS]""",
        endpoints={"oidc_urlpatterns": False, "oidc-connect-discovery-info": True},
        without={"/o/.well-known/openid-configuration": ("jwks_uri", "userinfo_endpoint", "end_session_endpoint")},
    ),
    "two mounts": Layout(
        """[path("oauth/", include("oauth2_provider.urls")), path("o/", include("oauth2_provider.urls", namespace="second")), ACCOUNTS]""",
        mount=["/oauth/", "/o/"],
        asked=("/oauth/token/", "/oauth/.well-known/openid-configuration", "/oauth/applications/"),
    ),
    "two mounts of which one is a part": Layout(
        """[WHOLE, path("v2/", include(([TOKEN, dot.base_urlpatterns[2]], "v2"))), ACCOUNTS]""",
        endpoints={"token": ["token/", "/v2/token/"], "revoke-token": ["revoke_token/", "/v2/revoke_token/"]},
        asked=("/v2/token/", "/v2/revoke_token/", "/v2/authorize/", "/v2/applications/"),
    ),
    "in a namespace of an app": Layout(
        """[path("api/", include(([path("v1/", include([WHOLE]))], "api"))), ACCOUNTS]""",
        mount=["/api/v1/o/"],
        asked=("/api/v1/o/token/", "/api/v1/o/applications/", "/api/v1/o/.well-known/openid-configuration"),
        findings=tuple(f"URL name: oauth2_provider:{name}" for name in
                       ("authorize", "token", "revoke-token", "introspect", "jwks-info", "user-info", "rp-initiated-logout", "dcr-register",
                        "oidc-connect-discovery-info", "oauth-server-metadata")),
    ),  # fmt: skip
    "in two languages": Layout(
        """[*i18n_patterns(WHOLE), ACCOUNTS]""",
        mount=["/en/o/", "/de/o/"],
        settings={"LANGUAGES": [("en", "English"), ("de", "German")], "LANGUAGE_CODE": "en"},
        findings=("i18n_patterns: /en/o/authorize/",),
        asked=("/en/o/token/", "/de/o/token/", "/fr/o/token/"),
    ),
    "the login at the root": Layout(
        """[WHOLE, path("login/", auth.LoginView.as_view(), name="login"), path("logout/", auth.LogoutView.as_view(), name="logout")]""",
        accounts="/", endpoints={"password_change": False, "password_change_done": False},
        asked=("/login/", "/logout/", "/login"),
    ),
    "the login beside the provider": Layout(
        """[path("auth/o/", include("oauth2_provider.urls")), path("auth/", include("django.contrib.auth.urls"))]""",
        mount=["/auth/o/"], accounts="/auth/",
        asked=("/auth/login/", "/auth/o/token/", "/auth/password_reset/", "/auth/o/applications/"),
        server={"left_to_django": [
            "/auth/password_reset/", "/auth/password_reset/done/", "/auth/reset/<uidb64>/<token>/", "/auth/reset/done/",
        ]},
    ),  # fmt: skip
    "a login of another spelling": Layout(
        """[WHOLE, path("signin", auth.LoginView.as_view(), name="login"), HOME]""",
        accounts="", endpoints={"login": "/signin"}, asked=("/signin", "/signin/"),
    ),
    "a login of the project's own": Layout("""[WHOLE, path("accounts/login/", text, name="login")]""", accounts=""),
    "the admin's login": Layout(
        """[WHOLE, path("admin/", __import__("django.contrib.admin").contrib.admin.site.urls)]""",
        accounts="", settings={"LOGIN_URL": "/admin/login/"}, asked=("/admin/login/",),
    ),
    "decorators that change nothing": Layout(
        """[path("o/token/", csrf_exempt(views.TokenView.as_view())), path("o/applications/", login_required(views.ApplicationList.as_view())),
            path("o/revoke_token/", csrf_exempt(views.RevokeTokenView.as_view())), WHOLE,
            path("accounts/login/", never_cache(auth.LoginView.as_view(template_name="registration/login.html"))), ACCOUNTS]""",
    ),
    "decorators that change answers": Layout(
        """[path("o/authorize/", csrf_exempt(views.AuthorizationView.as_view())), path("o/token/", never_cache(Plain.as_view())),
            path("o/introspect/", cache_control(max_age=5)(views.IntrospectTokenView.as_view())),
            path("o/device/", xframe_options_exempt(views.DeviceUserCodeView.as_view())),
            path("o/revoke_token/", limited(views.RevokeTokenView.as_view())),
            path("o/userinfo/", bare(views.UserInfoView.as_view())), path("o/logout/", partial(views.RPInitiatedLogoutView.as_view())),
            path("o/applications/", user_passes_test(lambda user: user.is_staff)(views.ApplicationList.as_view())), WHOLE, ACCOUNTS]""",
        findings=tuple(f"URL: /o/{end}/" for end in
                       ("authorize", "token", "introspect", "device", "revoke_token", "userinfo", "logout", "applications")),
    ),  # fmt: skip
    "views of the project's own": Layout(
        """[path("o/authorize/", Own.as_view(), name="authorize"), path("o/applications/new/", text), path("o/device/", text),
            path("api/token/", calls_token), WHOLE, path("<slug:tenant>/token/", views.TokenView.as_view()), ACCOUNTS]""",
        endpoints={"device": False},
        findings=("URL: /o/authorize/", "URL: /o/applications/new/", "URL: /o/device/", "URL: /api/token/", "URL: /<slug:tenant>/token/"),
        asked=("/o/applications/new/", "/api/token/", "/acme/token/"),
    ),
    "a regular expression without an end": Layout(
        r"""[path("o/", part(re_path(r"^token", views.TokenView.as_view(), name="token"))), ACCOUNTS]""",
        endpoints={"base_urlpatterns": False, "token": "token", **ALL_BUT_BASE},
        findings=("URL: /o/token and others",),
        asked=("/o/token",),
    ),
    "numbers and words for keys": Layout(
        r"""[path("o/", part(AUTHORIZE, TOKEN, path("a/<int:pk>/", views.ApplicationDetail.as_view(), name="detail"),
            path("b/<str:pk>/x/", views.ApplicationUpdate.as_view(), name="update"),
            re_path(r"^c/(?P<pk>\d{1,8})/$", views.ApplicationDelete.as_view(), name="delete"))), ACCOUNTS]""",
        endpoints={
            "base_urlpatterns": False, "authorize": True, "token": True, "management_urlpatterns": False, "detail": "a/<int:pk>/",
            "update": "b/<str:pk>/x/", "delete": "c/<pk>/", **{k: v for k, v in ALL_BUT_BASE.items() if k != "management_urlpatterns"},
        },
        findings=("URL: /o/c/<pk>/ and others",),
        asked=("/o/a/1/", "/o/a/x/", "/o/b/1/x/", "/o/c/1/"),
    ),
    "in languages, the first without a prefix": Layout(
        """[*i18n_patterns(WHOLE, prefix_default_language=False), ACCOUNTS]""",
        mount=["/o/", "/de/o/"],
        settings={"LANGUAGES": [("en", "English"), ("de", "German")], "LANGUAGE_CODE": "en"},
        findings=("i18n_patterns: /o/authorize/",),
        asked=("/en/o/token/", "/de/o/token/"),
    ),
    "a mount of two spellings": Layout(
        r"""[re_path(r"^(?:api/)?o/", include("oauth2_provider.urls", namespace="oauth2_provider")), ACCOUNTS]""",
        mount=["/o/", "/api/o/"],
        asked=("/api/o/token/", "/api/o/applications/", "/api/o/.well-known/openid-configuration"),
    ),
    "several spellings of one view": Layout(
        """[path("o/", part(AUTHORIZE, path("access_token/", views.TokenView.as_view(), name="access"), path("t/",
            csrf_exempt(Plain.as_view()), name="token"))), path("in/", auth.LoginView.as_view(), name="login")]""",
        endpoints={"base_urlpatterns": False, "authorize": True, "token": ["t/", "access_token/"], **ALL_BUT_BASE, "login": "/in/"},
        accounts="",
        asked=("/o/access_token/", "/o/t/", "/in/"),
    ),
    "a tenant before the mount": Layout(
        """[path("<slug:tenant>/o/", include("oauth2_provider.urls", namespace="tenants")), WHOLE, ACCOUNTS]""",
        findings=("mount: /<slug:tenant>/o/",),
    ),
    "what as_view is given": Layout(
        """[WHOLE, path("accounts/login/", auth.LoginView.as_view(redirect_authenticated_user=True, next_page="/in/"), name="login"),
            path("accounts/logout/", auth.LogoutView.as_view(next_page="/out/"), name="logout"), ACCOUNTS]""",
        server={"redirect_authenticated_user": True},
    ),
}
#: Bases below which every stock URL is asked of both sides.
BASES = ("/o/", "/", "/accounts/")
