"""The client of the second tutorial: a Flask application with server-side sessions and PKCE, as a program of its own.

Arguments: port, provider's URL, client_id, client_secret, a folder for the sessions.
"""

import secrets
import sys
from urllib.parse import urlencode

import pkce
import requests
from cachelib.file import FileSystemCache
from flask import Flask, Response, abort, redirect, request, session
from flask_session import Session

PORT, PROVIDER, CLIENT_ID, CLIENT_SECRET, FOLDER = sys.argv[1:6]
CALLBACK = f"http://127.0.0.1:{PORT}/callback"
app = Flask(__name__)
app.config.update(SESSION_TYPE="cachelib", SESSION_CACHELIB=FileSystemCache(FOLDER), SESSION_COOKIE_NAME="flask")
Session(app)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/")
def start() -> Response:
    verifier, challenge = pkce.generate_pkce_pair(code_verifier_length=128)
    session["verifier"], session["state"] = verifier, secrets.token_urlsafe(16)
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK,
        "scope": "read",
        "state": session["state"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return redirect(f"{PROVIDER}/oauth/authorize/?{urlencode(query)}")  # type: ignore[return-value]


@app.get("/callback")
def callback() -> str:
    if request.args.get("state") != session.pop("state", None):
        abort(400, "another state came back")
    assert len(session["verifier"]) == 128
    form = {
        "grant_type": "authorization_code",
        "code": request.args["code"],
        "redirect_uri": CALLBACK,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "code_verifier": session.pop("verifier"),
    }
    answer = requests.post(f"{PROVIDER}/oauth/token/", data=form)
    if answer.status_code != 200:
        abort(502, answer.text)
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    protected = requests.get(f"{PROVIDER}/protected/", headers=bearer)
    return f"<pre id=result>{protected.status_code} {protected.text}</pre>"


if __name__ == "__main__":
    app.run("127.0.0.1", int(PORT))
