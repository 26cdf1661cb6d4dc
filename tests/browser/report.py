# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report in a real browser: on a phone and on a desk, in light and in dark.

report.py PAGE SCREENSHOT_FOLDER        needs playwright, and Chromium in the PATH (CHROMIUM names another one)
"""

from __future__ import annotations

import sys
from pathlib import Path

from chromium import launched
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = {"phone": 390, "desk": 1280}
# What a reader would see as broken, as texts: a page wider than the screen, a chart without bars, a label that is cut
# off or lies on another one, a link that leads nowhere, a text or a bar that hardly differs from what it stands on.
FAULTS = """() => {
  const faults = [], root = document.documentElement;
  if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide`);
  for (const link of document.querySelectorAll("a[href^='#']"))
    if (!document.getElementById(link.hash.slice(1))) faults.push(`${link.hash} leads nowhere`);
  for (const chart of document.querySelectorAll("figure")) {
    const name = chart.querySelector("h3").textContent, outer = chart.getBoundingClientRect();
    if (!chart.querySelector("rect, .figures")) faults.push(`${name}: no bars`);
    for (const bar of chart.querySelectorAll("rect"))
      if (bar.getBoundingClientRect().width < 0.5) faults.push(`${name}: a bar that nobody sees`);
    for (const axis of chart.querySelectorAll("svg")) {
      const boxes = [...axis.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()])
        .filter(([, box]) => box.width);
      boxes.forEach(([text, box], place) => {
        if (box.left < outer.left - 1 || box.right > outer.right + 1 || box.bottom > outer.bottom + 1)
          faults.push(`${name}: ${text} is cut off`);
        for (const [other, against] of boxes.slice(0, place))
          if (box.left < against.right - 1 && against.left < box.right - 1
              && box.top < against.bottom - 3 && against.top < box.bottom - 3)
            faults.push(`${name}: ${text} lies on ${other}`);
      });
    }
  }
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const parts = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (parts(colour)[3]) return colour;
    }
    return "white";
  };
  const texts = "h1, h2, h3, p, a, dt, dd, td, th, li, summary, caption, pre, span, svg text, rect";
  for (const node of document.querySelectorAll(texts)) {
    const style = getComputedStyle(node), svg = node instanceof SVGElement, bar = node.matches("rect");
    if (!bar && !node.textContent.trim()) continue;
    const both = [light(svg ? style.fill : style.color), light(ground(node))].sort((one, two) => two - one);
    const contrast = (both[0] + 0.05) / (both[1] + 0.05);
    if (contrast < (bar ? 3 : 4.5))
      faults.push(`contrast ${contrast.toFixed(1)}: ${bar ? "bar " + node.classList : node.textContent.slice(0, 40)}`);
  }
  return [...new Set(faults)];
}"""


def look(browser: Browser, address: str, width: int, scheme: str, picture: Path) -> list[str]:
    """What is wrong with the page at this width and in this scheme; a screenshot of all of it."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints = listen(page, address)
    page.goto(address)
    page.screenshot(path=picture, full_page=True)
    found = complaints + page.evaluate(FAULTS)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found += page.evaluate(FAULTS)
    page.close()
    return found


def listen(page: Page, address: str) -> list[str]:
    """A list that fills with errors of scripts, messages of the console, dialogs, and requests for anything else."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("dialog", lambda dialog: (complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda one: complaints.append(f"request {one.url[:80]}") if foreign(one.url, address) else None)
    return complaints


def foreign(url: str, address: str) -> bool:
    return url != address and not url.startswith(("data:", "blob:"))


def main() -> None:
    address, folder = Path(sys.argv[1]).resolve().as_uri(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    faults = []
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for name, width in WIDTHS.items():
            for scheme in ("light", "dark"):
                picture = folder / f"{name}-{scheme}.png"
                faults += [f"{name}, {scheme}: {one}" for one in look(browser, address, width, scheme, picture)]
        browser.close()
    if faults:
        sys.exit("\n".join(faults))
    print(f"The page is sound on a phone and on a desk, light and dark; screenshots are in {folder}")


if __name__ == "__main__":
    main()
