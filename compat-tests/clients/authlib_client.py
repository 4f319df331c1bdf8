"""Authlib in a Flask application: discovery, PKCE, state, nonce, keys by the JWKS."""

from urllib.parse import urlsplit

from authlib.integrations.flask_client import OAuth
from common import CALLBACK, SCOPE, Provider, run
from flask import Flask, jsonify


def log_in(provider: Provider, kind: str) -> str:
    app = Flask(__name__)
    app.secret_key = "of a test"
    app.testing = True
    client = OAuth(app).register(
        "site",
        client_id=provider.client_id,
        client_secret=provider.secret,
        server_metadata_url=provider.issuer + "/.well-known/openid-configuration",
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"},
    )

    @app.get("/login")
    def login():
        return client.authorize_redirect(CALLBACK)

    @app.get("/cb")
    def callback():
        token = client.authorize_access_token()
        claims = client.userinfo(token=token)
        assert claims["sub"] == token["userinfo"]["sub"]
        return jsonify(sub=claims["sub"], email=token["userinfo"]["email"])

    browser = app.test_client()
    back = provider.visit(browser.get("/login").headers["Location"], kind)
    user = browser.get("/cb?" + urlsplit(back).query).get_json()
    return f"{user['sub']} {user['email']}"


run(log_in)
