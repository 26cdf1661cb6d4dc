# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Swagger page of an emulator in a real browser: log in, list, archive an experiment with "Try it out".

swagger.py SCREENSHOT_FOLDER        needs playwright, and Chromium in the PATH (CHROMIUM names another one)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from chromium import launched
from playwright.sync_api import Locator, Page, expect, sync_playwright

from emulator.testing import running


def opened(page: Page, chapter: str, operation: str) -> Locator:
    """The block of an operation, ready to be tried out."""
    block = page.locator(f"#operations-{chapter}-{operation}")
    if not block.is_visible():
        page.locator(f"#operations-tag-{chapter}").click()
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block: Locator) -> dict:
    """Send it: the status that the page shows, and the answer."""
    block.get_by_role("button", name="Execute").click()
    status = block.locator(".live-responses-table .response-col_status").last
    expect(status).to_contain_text("200")
    return json.loads(block.locator(".live-responses-table .response-col_description pre").first.inner_text())


def archive_one(page: Page, folder: Path) -> int:
    """Log in by cookie, list the finished experiments, archive the first of them: its id."""
    login = opened(page, "access", "Login")
    login.locator("textarea").fill(json.dumps({"username": "admin", "password": "Testing1!"}))
    execute(login)
    found = opened(page, "experiments", "GetExperiments")
    found.locator("tr[data-param-name=archived] select").select_option("false")
    found.locator("tr[data-param-name=states] select").select_option("STATE_COMPLETED")
    found.locator("tr[data-param-name=limit] input").fill("3")
    number = execute(found)["experiments"][0]["id"]
    archive = opened(page, "experiments", "ArchiveExperiment")
    archive.locator("tr[data-param-name=id] input").fill(str(number))
    execute(archive)
    archive.screenshot(path=folder / "archived.png")
    return number


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with running(experiments=50, agents=4) as emulator, sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{emulator.url}/docs/rest-api/")
        expect(page.locator(".opblock-tag")).to_have_count(8)
        page.screenshot(path=folder / "page.png")
        number = archive_one(page, folder)
        page.screenshot(path=folder / "operations.png", full_page=True)
        shown = page.request.get(f"{emulator.url}/api/v1/experiments/{number}").json()["experiment"]
        browser.close()
        if complaints or not shown["archived"] or emulator.errors():
            sys.exit(f"experiment {number} archived: {shown['archived']}; {complaints}; {emulator.errors()}")
        print(f'Experiment {number} was archived with "Try it out"; screenshots are in {folder}')


if __name__ == "__main__":
    main()
