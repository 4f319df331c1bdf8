"""The client of the first tutorial, as a program of its own: plain requests, no PKCE, token by form POST."""

import html
import json
import re
import secrets
import sys
from urllib.parse import parse_qs, urlsplit

import requests


def main() -> None:
    site = json.load(sys.stdin)
    base, callback = site["base_url"], site["callback"]
    browser = requests.Session()
    state = secrets.token_urlsafe(16)
    query = {"response_type": "code", "client_id": site["client_id"], "redirect_uri": callback, "state": state}
    page = browser.get(f"{base}/o/authorize/", params=query)
    assert urlsplit(page.url).path == "/accounts/login/", page.url
    form = {**_fields(page.text), "username": site["username"], "password": site["password"]}
    page = browser.post(page.url, data=form)
    assert urlsplit(page.url).path == "/o/authorize/", page.url
    answer = browser.post(page.url, data={**_fields(page.text), "allow": "Authorize"}, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["Location"])
    returned = parse_qs(location.query)
    assert answer.headers["Location"].startswith(callback)
    assert returned["state"] == [state], returned
    answer = requests.post(
        f"{base}/o/token/",
        data={
            "grant_type": "authorization_code",
            "code": returned["code"][0],
            "redirect_uri": callback,
            "client_id": site["client_id"],
            "client_secret": site["client_secret"],
        },
    )
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    answer = requests.get(site["api"], headers={"Authorization": f"Bearer {token}"})
    print(json.dumps({"status": answer.status_code, "body": answer.json()}))


def _fields(page: str) -> dict[str, str]:
    inputs = re.findall(r"<input\b[^>]*>", page)
    attributes = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in inputs]
    return {
        a["name"]: html.unescape(a.get("value", "")) for a in attributes if "name" in a and a.get("type") != "submit"
    }


if __name__ == "__main__":
    main()
