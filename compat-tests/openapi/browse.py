"""A person at the documentation's page: logs in through its Authorize button, then tries operations.

Prints what was seen as one JSON object. Arguments: Chromium, the page's URL, user, password, folder for screenshots,
and `operation=field:value` for each operation to try; `{token}` stands for the access token.
"""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response, sync_playwright

SECONDS = 90_000


class Visit:
    """One browser window and what it saw."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.console: list[str] = []
        self.urls: list[str] = []
        self.token: dict[str, Any] = {}
        page.context.on("console", lambda message: self.note(message.type, message.text, message.location["url"]))
        page.context.on("request", lambda request: self.urls.append(request.url))
        page.on("response", self.look)

    def note(self, kind: str, text: str, url: str) -> None:
        # The login page names no icon, so the browser looks for one; there is none.
        if kind in ("error", "warning") and not url.endswith("/favicon.ico"):
            self.console.append(f"{kind}: {text} {url}")

    def look(self, response: Response) -> None:
        if response.url.endswith("/token/"):
            self.token = response.json()

    def shoot(self, name: str, page: Page | None = None) -> None:
        (page or self.page).screenshot(path=str(self.folder / f"{name}.png"))

    def authorize(self, user: str, password: str) -> None:
        page = self.page
        page.click(".scheme-container button.authorize")
        section = page.locator(".auth-container", has_text="OAuth2, authorizationCode").first
        assert section.locator("input[data-name=clientId], #client_id_authorizationCode").first.input_value()
        self.shoot("authorize-dialog")
        with page.context.expect_page() as opened:
            section.locator("button.authorize", has_text="Authorize").click()
        popup = opened.value
        popup.wait_for_selector("input[name=username]")
        self.shoot("login", popup)
        popup.fill("input[name=username]", user)
        popup.fill("input[name=password]", password)
        popup.click("input[type=submit], button[type=submit]")
        popup.wait_for_selector("[name=allow]")
        self.shoot("consent", popup)
        with popup.expect_event("close"):
            popup.click("[name=allow]")
        section.locator("button", has_text="Logout").wait_for()
        self.shoot("authorized")
        page.click("button.btn-done")

    def try_out(self, operation: str, fields: dict[str, str]) -> dict[str, Any]:
        block = self.page.locator(f"[id$='-{operation}'].opblock").first
        block.locator(".opblock-summary-control").first.click()
        block.locator("button.try-out__btn").first.click()
        for row in block.locator("tr[data-property-name]").all():
            name = row.get_attribute("data-property-name") or ""
            box = row.locator("input[type=text], textarea").first
            if box.count():
                box.fill(fields.get(name, ""))
        with self.page.expect_response(lambda r: r.request.method != "GET" or operation in r.url) as sent:
            block.locator("button.execute").first.click()
        answer = sent.value
        shown = block.locator(".live-responses-table tbody .response-col_status").first
        shown.wait_for()
        self.shoot(f"try-{operation}")
        return {"status": answer.status, "body": answer.text(), "shown": shown.inner_text().split()[0]}


def main() -> None:
    chromium, url, user, password, folder, *wanted = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1200, "height": 1400})
        context.set_default_timeout(SECONDS)
        visit = Visit(context.new_page(), Path(folder))
        visit.page.goto(url)
        visit.page.wait_for_selector(".opblock")
        visit.shoot("page")
        visit.authorize(user, password)
        tried = {}
        for want in wanted:
            operation, _, field = want.partition("=")
            name, _, value = field.partition(":")
            fields = {name: value.replace("{token}", visit.token["access_token"])} if name else {}
            tried[operation] = visit.try_out(operation, fields)
        browser.close()
    print(json.dumps({"tried": tried, "token": visit.token, "console": visit.console, "urls": visit.urls}))


main()
