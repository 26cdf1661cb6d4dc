# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the site: guides, roles, and a page for each module and plugin. Any warning is an error; nothing is fetched.

    site.py FOLDER      # FOLDER/html/index.html; the pages it is made from are in FOLDER/pages

The Markdown of the repository keeps its folders, so that its links hold as they are. docs/docsite/rst/guides.rst says
which guides there are and how they are called.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDES = "docs/docsite/rst/guides.rst"
# What the pages of antsibull-docs refer to in the documentation of Ansible itself.
ANSIBLE = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
VARIABLES = ("ANSIBLE_CACHE_PLUGIN", *(f"ANSIBLE_CACHE_PLUGIN_{part}" for part in ("CONNECTION", "PREFIX", "TIMEOUT")))
SECTION = re.compile(r"^(.+)\n-{3,}\n\n((?:- .*\n)+)", re.MULTILINE)
GUIDE = re.compile(r"`([^`<]+) <([^>]*)/docs/([\w-]+\.md)>`__")
NAME = re.compile(r"`(\w+)`")
# A block of code, a heading, a link.
KEPT = re.compile(r"^(`{3,}).*?^\1 *$|^#[^\n]*$|\[[^\]]*\]\([^)]*\)", re.DOTALL | re.MULTILINE)


class Problem(Exception):
    """What is wrong with the pages, as a sentence."""


def read_guides(tree: Path) -> dict[str, dict[str, str]]:
    """Section -> file in docs/ -> title. Raises Problem where the list, the pages or the address do not agree."""
    text = (tree / GUIDES).read_text("utf-8")
    address = yaml.safe_load((tree / "galaxy.yml").read_text("utf-8"))["repository"]
    sections = {
        title: {file: name for name, _address, file in GUIDE.findall(lines)} for title, lines in SECTION.findall(text)
    }
    titles = {file: title for files in sections.values() for file, title in files.items()}
    pages = {path.name: path.read_text("utf-8").partition("\n")[0][2:] for path in (tree / "docs").glob("*.md")}
    if titles != pages:
        differing = sorted(dict(titles.items() ^ pages.items()))
        raise Problem(f"{GUIDES} and the headings of docs/ do not agree: {', '.join(differing)}")
    if {found for _title, found, _file in GUIDE.findall(text)} != {address}:
        raise Problem(f"{GUIDES} has another address than repository of galaxy.yml")
    return sections


def copy_markdown(tree: Path, pages: Path) -> None:
    """The Markdown pages, with each name of a module or role in them as a link to its page."""
    known = {path.stem: f"/reference/{path.stem}_module.rst" for path in (tree / "plugins/modules").glob("*.py")}
    # Those of one word, such as undo, are also options and values.
    known |= {path.name: f"/roles/{path.name}/README.md" for path in (tree / "roles").iterdir() if "_" in path.name}
    for path in [*tree.glob("*.md"), *(tree / "docs").glob("*.md"), *(tree / "roles").glob("*/README.md")]:
        target = pages / path.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = link_names(path.read_text("utf-8"), known)
        # The README is the start page.
        target.write_text(re.sub(r"(\]\((?:\.\./)?)README\.md\b", r"\1index.md", text), encoding="utf-8")
    shutil.copy(tree / "LICENSE", pages)
    shutil.copytree(tree / "docs/images", pages / "docs/images")


def link_names(text: str, pages: dict[str, str]) -> str:
    """Markdown with links at the names that have pages, but for those in blocks of code, in headings and in links."""

    def link(found: re.Match) -> str:
        name = found[1]
        return f"[`{name}`]({pages[name]})" if name in pages else found[0]

    parts, place = [], 0
    for kept in KEPT.finditer(text):
        parts += [NAME.sub(link, text[place : kept.start()]), kept[0]]
        place = kept.end()
    return "".join([*parts, NAME.sub(link, text[place:])])


def index_text(tree: Path, readme: str, sections: dict[str, dict[str, str]], roles: list[str]) -> str:
    """The README with the tables of contents that make the side bar."""
    trees = {title: [f"{name} <docs/{file}>" for file, name in files.items()] for title, files in sections.items()}
    trees["Roles"] = [f"{name} <roles/{name}/README.md>" for name in roles]
    trees["Reference"] = ["Modules and plugins <reference/index.rst>"]
    trees["Project"] = [path.name for path in sorted(tree.glob("*.md")) if path.name != "README.md"]
    return readme + "".join(
        f"\n```{{toctree}}\n:hidden:\n:maxdepth: 1\n:caption: {title}\n\n" + "\n".join(lines) + "\n```\n"
        for title, lines in trees.items()
    )


def make_reference(tree: Path, pages: Path) -> None:
    """The pages of the modules, plugins and roles."""
    guides = tree / GUIDES
    guides.write_text(GUIDE.sub(r":doc:`\1 </docs/\3>`", guides.read_text("utf-8")).replace(".md>`", ">`"), "utf-8")
    (pages / "reference").mkdir(mode=0o755)
    subprocess.run(
        [
            *("antsibull-docs", "--config-file", ROOT / "tests/site/antsibull-docs.cfg", "collection"),
            *("--use-current", "--squash-hierarchy", "--dest-dir", pages / "reference", "determined_ai.determined"),
        ],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(tree.parents[2])},
        check=True,
    )
    index = pages / "reference/index.rst"
    index.write_text(index.read_text("utf-8").replace("Determined_Ai.Determined", "determined_ai.determined"), "utf-8")


def write_inventory(path: Path) -> None:
    """An inventory of Sphinx with the labels and environment variables that Ansible's own would have."""
    lines = "".join(f"{label} std:label -1 {page} {label}\n" for label, page in ANSIBLE.items())
    for name in VARIABLES:
        lines += f"{name} std:envvar -1 {ANSIBLE['ansible_configuration_settings']}#envvar-{name} -\n"
    head = [
        "# Sphinx inventory version 2",
        "# Project: ansible",
        "# Version: devel",
        "# The remainder of this file is compressed using zlib.",
        "",
    ]
    path.write_bytes("\n".join(head).encode() + zlib.compress(lines.encode()))


def build(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([ROOT / "tests/tools/copy-tree", folder / "tree"], stdout=subprocess.PIPE, check=True)
    tree, pages = Path(made.stdout.decode().strip()), folder / "pages"
    sections = read_guides(tree)
    copy_markdown(tree, pages)
    roles = sorted(path.name for path in (tree / "roles").iterdir())
    readme = (pages / "README.md").rename(pages / "index.md")
    readme.write_text(index_text(tree, readme.read_text("utf-8"), sections, roles), encoding="utf-8")
    make_reference(tree, pages)
    write_inventory(pages / "ansible_devel.inv")
    shutil.copy(ROOT / "tests/site/conf.py", pages)
    options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(folder / "doctrees")]
    if subprocess.run(["sphinx-build", *options, pages, folder / "html"], check=False).returncode:
        raise Problem("sphinx-build has warnings")
    print(f"{len(list((folder / 'html').rglob('*.html')))} pages: {folder / 'html' / 'index.html'}")


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]).resolve())
    except Problem as problem:
        sys.exit(str(problem))
