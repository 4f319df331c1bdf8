"""Google's oauth2client (its OAuth2WebServerFlow) pointed at the provider."""

import httplib2
import requests
from oauth2client.client import OAuth2WebServerFlow

from compat_tests.html_form import Form
from compat_tests.places import CALLBACK, PASSWORD, SECRET, Places


def test_a_web_server_flow(places: Places) -> None:
    places.set_up()
    server = places.slash_o()
    base = server.base_url
    flow = OAuth2WebServerFlow(
        client_id="web",
        client_secret=SECRET,
        scope=["read", "write"],
        redirect_uri=CALLBACK,
        auth_uri=f"{base}/o/authorize/",
        token_uri=f"{base}/o/token/",
        revoke_uri=f"{base}/o/revoke_token/",
        pkce=True,
    )
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(flow.step1_get_authorize_url(state="here"))
    page = browser.post(page.url, data={**Form.first_of(page.text).fields, "username": "alice", "password": PASSWORD})
    form = {**Form.first_of(page.text).fields, "allow": "Authorize"}
    answer = browser.post(page.url, data=form, allow_redirects=False)
    location = answer.headers["Location"]
    assert location.startswith(f"{CALLBACK}?code=") and location.endswith("&state=here"), location
    code = location.split("code=")[1].split("&")[0]
    credentials = flow.step2_exchange(code, http=httplib2.Http(proxy_info=None))
    assert (credentials.token_response["scope"], credentials.token_response["token_type"]) == ("read write", "Bearer")
    http = credentials.authorize(httplib2.Http(proxy_info=None))
    response, body = http.request(f"{base}/api/me")
    assert (response.status, body) == (200, b'{"resource_owner": "alice"}')
    first = credentials.access_token
    credentials.refresh(httplib2.Http(proxy_info=None))
    assert credentials.access_token != first
    response, body = credentials.authorize(httplib2.Http(proxy_info=None)).request(f"{base}/api/me")
    assert response.status == 200
