# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gates of a release, which cost too much for each test run or need tools of their own.

    PYTHONS="CORE=INTERPRETER ..." release_check.py [GATE ...]

Each gate runs on a copy of the collection, which must pass, and on a copy with a violation in it, which the gate must
refuse and name. The artefact stays in .cache/release/dist.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".cache" / "release"
# Folders of programs that `make release-check` installs.
RELEASE, DOCS = ROOT / ".venv/release/bin", ROOT / ".venv/docs/bin"
# The release of ansible-core that comes next, with the Pythons of its controllers.
COMING = "2.22 3.14 3.13"
TEXTS = {".md", ".yml", ".yaml", ".toml", ".rst", ".json", ".cfg", ".txt", ".py"}


class Refused(Exception):
    """What a gate objects to."""


def run(folder: Path, *command: str | Path, path: Path | None = None, **variables: str | Path) -> str:
    """The output of a command, standard error included. Raises Refused with it. ``path``: the first folder of PATH."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DET_", "MAKE", "MFLAGS"))}
    environ |= {name: str(value) for name, value in variables.items()}
    if path:
        environ["PATH"] = f"{path}:{environ['PATH']}"
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder,
        env=environ,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise Refused(f"{command[0]} failed with {done.returncode}:\n{done.stdout}")
    return done.stdout


def read_yaml(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8"))


def interpreters() -> list[tuple[str, str]]:
    """(release of ansible-core, Python), the oldest release first."""
    pairs = (pair.partition("=") for pair in os.environ["PYTHONS"].split())
    return [(core, python) for core, dummy, python in pairs]


def files(tree: Path) -> Iterator[Path]:
    """The texts of the project."""
    for name in run(tree, "git", "ls-files", "-co", "--exclude-standard").splitlines():
        path = tree / name
        if path.suffix in TEXTS and path.is_file():
            yield path


def check_metadata(tree: Path) -> None:
    """One address, one version, and nothing that is older than the first release."""
    galaxy = read_yaml(tree / "galaxy.yml")
    address, version = galaxy["repository"], galaxy["version"]
    name = f"{galaxy['namespace']}-{galaxy['name']}"
    elsewhere = re.compile(rf"https?://[\w./-]+/{re.escape(address.rpartition('/')[2])}\b")
    artefact = re.compile(rf"{name}-(\d[\w.-]*?)\.tar\.gz")
    added = re.compile(r"^ *version_added: *['\"]?0\.", re.MULTILINE)
    wrong = []
    for path in files(tree):
        text, place = path.read_text("utf-8"), path.relative_to(tree)
        if place.parts[0] == "tests":
            continue
        wrong += [f"{place}: {one} is not {address}" for one in elsewhere.findall(text) if one != address]
        wrong += [f"{place}: {one} is not {version}" for one in artefact.findall(text) if one != version]
        wrong += [f"{place}: version_added is before 1.0.0" for dummy in added.findall(text)]
    if wrong:
        raise Refused("\n".join(wrong))
    if "example.org" in address:
        print(f"         the address is still the placeholder {address}")


def check_changelog(tree: Path) -> None:
    before = (tree / "CHANGELOG.md").read_text("utf-8")
    run(tree, "tests/tools/changelog")
    if (tree / "CHANGELOG.md").read_text("utf-8") != before:
        raise Refused("CHANGELOG.md is not up to date: run make changelog")


def check_licences(tree: Path) -> None:
    run(tree, RELEASE / "reuse", "lint")


def check_importer(tree: Path) -> None:
    """The importer of Galaxy."""
    artefact = build(tree)
    said = run(
        scratch(tree),
        *(RELEASE / "python", "-m", "galaxy_importer.main", artefact),
        path=RELEASE,
        ANSIBLE_COLLECTIONS_PATH="",
        GALAXY_IMPORTER_CONFIG=tree / "tests/release/galaxy-importer.cfg",
    )
    if "ERROR" in said or "WARNING" in said or "completed successfully" not in said:
        raise Refused(said)


def check_extra(tree: Path) -> None:
    """The session of antsibull-nox that no other check has: what lies in plugins/, and who is in the action group."""
    run(tree, DOCS / "nox", "-e", "extra-checks", path=DOCS)


def check_site(tree: Path) -> None:
    run(tree, DOCS / "python", "tests/tools/site.py", ".cache/site", path=DOCS)


def check_environment(tree: Path) -> None:
    """As far as no network is needed: what an image is built from, and what the collection adds to it."""
    artefact = build(tree)
    context = scratch(tree, "context")
    shutil.copy(tree / "execution-environment.yml", context)
    shutil.copy(artefact, context)
    run(context, RELEASE / "ansible-builder", "create")
    if not list(context.glob(f"context/_build/collection/{artefact.name}")):
        raise Refused(f"the image would not have {artefact.name}")
    collections = install(artefact, context)
    said = run(context, RELEASE / "ansible-builder", "introspect", collections)
    needed = [line.split(" ")[0] for line in (tree / "requirements.txt").read_text("utf-8").splitlines()]
    missing = [one for one in needed if one != "#" and one not in said]
    if missing or len(needed) < 2:
        raise Refused(f"the image would not have {', '.join(missing)}:\n{said}")


def check_navigator(tree: Path) -> None:
    """What ansible-navigator shows of the installed collection, without an image."""
    collections = install(build(tree), scratch(tree))
    options = ("--ee", "false", "-m", "stdout")
    for command, seen in (
        (("doc", "determined_ai.determined.det_experiments"), "Puts all experiments of a selection"),
        (("collections",), "determined_ai.determined"),
    ):
        said = run(
            scratch(tree),
            *(RELEASE / "ansible-navigator", *command, *options),
            path=RELEASE,
            ANSIBLE_COLLECTIONS_PATH=collections,
        )
        if seen not in said:
            raise Refused(f"ansible-navigator {command[0]} does not show {seen!r}:\n{said}")


def check_emulator(tree: Path) -> None:
    """The emulator as an installed package: its program, and a plan of the installed collection against an export."""
    core, python = interpreters()[-1]
    venv = scratch(tree) / "emulator"
    make_venv(venv, python, f"ansible-core~={core}.0", "-r", tree / "requirements.txt", tree / "emulator")
    said = run(scratch(tree), venv / "bin/determined-emulator", "--help")
    if "usage: determined-emulator" not in said:
        raise Refused(said)
    play(tree, venv, tree / "tests/package/against.yml")


def check_dependencies(tree: Path) -> None:
    """The libraries at their lower bounds on the oldest ansible-core, and the newest on the newest."""
    found = interpreters()
    for bounds, (core, python) in {"lowest": found[0], "newest": found[-1]}.items():
        wanted = (tree / "requirements.txt").read_text("utf-8")
        if bounds == "lowest":
            wanted = re.sub(r"^([\w.-]+)>=([\w.]+)[^#\n]*", r"\1==\2 ", wanted, flags=re.MULTILINE)
        listed = scratch(tree) / f"{bounds}.txt"
        listed.write_text(wanted, encoding="utf-8")
        venv = scratch(tree) / bounds
        make_venv(venv, python, f"ansible-core~={core}.0", "-r", listed)
        play(tree, venv, tree / "tests/package/playbook.yml")


def check_coming(tree: Path) -> None:
    """The next release of ansible-core, as a candidate."""
    found = run(ROOT, "tests/tools/find-pythons", COMING).split()
    if not found:
        raise Refused(f"no Python on this machine for ansible-core {COMING}")
    core, python = found[-1].split("=", 1)
    make_venv(scratch(tree) / "coming", python, "--pre", f"ansible-core~={core}.0rc1", "-r", tree / "requirements.txt")
    play(tree, scratch(tree) / "coming", tree / "tests/package/playbook.yml")


def scratch(tree: Path, *names: str) -> Path:
    """A folder for what a gate makes. Tools misread paths in which two folders are called ansible_collections."""
    folder = tree.parents[2].joinpath("scratch", *names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def build(tree: Path) -> Path:
    """The artefact."""
    dist = tree.parents[2] / "dist"
    if not dist.exists():
        run(tree, "tests/tools/copy-tree", tree / ".cache/build")
        (copied,) = (tree / ".cache/build/ansible_collections").glob("*/*")
        run(copied, "ansible-galaxy", "collection", "build", "--output-path", dist)
    (artefact,) = dist.glob("*.tar.gz")
    return artefact


def install(artefact: Path, folder: Path) -> Path:
    """A folder of collections with that of the artefact."""
    collections = folder / "collections"
    command = ("ansible-galaxy", "collection", "install", "--offline", artefact, "--collections-path", collections)
    # Where it finds the collection already, such as in the clone, it installs nothing.
    run(folder, *command, ANSIBLE_COLLECTIONS_PATH=collections)
    return collections


def make_venv(folder: Path, python: str, *needed: str | Path) -> None:
    run(ROOT, python, "-m", "venv", folder)
    run(ROOT, folder / "bin/python", "-m", "pip", "install", "--quiet", *needed)


def play(tree: Path, venv: Path, playbook: Path) -> None:
    """Run a playbook with the artefact installed, on an emulator of the clone."""
    folder = scratch(tree, f"play-{venv.name}")
    collections = install(build(tree), folder)
    emulated = (ROOT / "tests/tools/with-emulator", "--experiments", "200", "--")
    run(folder, *emulated, venv / "bin/ansible-playbook", playbook, ANSIBLE_COLLECTIONS_PATH=collections)


@dataclass(frozen=True)
class Gate:
    """A check, and a violation: ``old`` becomes ``new`` in a file; the check must refuse that, and name ``seen``."""

    check: Callable[[Path], None]
    file: str
    old: str
    new: str
    seen: str
    # What the copy with the violation does without, to be quick.
    left_out: str = ""


GATES = {
    "metadata": Gate(
        check_metadata, "docs/docsite/links.yml", "example.org", "example.com", "links.yml: https://example.com"
    ),
    "changelog": Gate(check_changelog, "changelogs/fragments/1.0.0.yml", "First", "Planted", "CHANGELOG.md"),
    "licences": Gate(check_licences, "REUSE.toml", 'path = "**"', 'path = "roles/**"', "tests/unit/requirements.txt"),
    "extra": Gate(check_extra, "meta/runtime.yml", "  - det_wait\n", "", "det_wait"),
    "importer": Gate(check_importer, "galaxy.yml", "repository:", "# repository:", "'repository' is required"),
    "environment": Gate(
        check_environment, "meta/execution-environment.yml", "requirements.txt", "absent.txt", "absent.txt"
    ),
    "navigator": Gate(
        check_navigator,
        "plugins/modules/det_experiments.py",
        "short_description:",
        "\tshort_description:",
        "det_experiments",
    ),
    "emulator": Gate(
        check_emulator, "emulator/pyproject.toml", '"__pycache__"', '"__pycache__", "data"', "experiment_config.yml"
    ),
    "dependencies": Gate(check_dependencies, "requirements.txt", "requests>=2.28", "requests>=2.0.0", "requests"),
    "coming": Gate(
        check_coming, "plugins/plugin_utils/in_process.py", "import Display\n", "import Planted\n", "Planted"
    ),
    "site": Gate(
        check_site,
        "docs/results.md",
        "\n\n",
        "\n\n[planted](planted-page.md)\n\n",
        "planted-page.md",
        "plugins/[am]*/det_[b-t]*",
    ),
}


def copied(name: str) -> Path:
    """A copy of the collection that is a repository of its own."""
    made = subprocess.run([ROOT / "tests/tools/copy-tree", WORK / name], stdout=subprocess.PIPE, check=True)
    tree = Path(made.stdout.decode().strip())
    subprocess.run(["git", "init", "--quiet", tree], check=True)
    return tree


def plant(gate: Gate, tree: Path) -> None:
    for path in tree.glob(gate.left_out) if gate.left_out else ():
        path.unlink()
    path = tree / gate.file
    text = path.read_text("utf-8")
    if gate.old not in text:
        raise SystemExit(f"{gate.file} has no {gate.old!r} to plant a violation at")
    path.write_text(text.replace(gate.old, gate.new, 1), encoding="utf-8")


def refuses(gate: Gate, tree: Path) -> str | None:
    """What is wrong with a gate that must refuse the tree."""
    try:
        gate.check(tree)
    except Refused as refused:
        return None if gate.seen in str(refused) else f"does not name {gate.seen}:\n{refused}"
    return f"passes with {gate.new!r} in {gate.file}"


def main(names: list[str]) -> int:
    failed = []
    for name in names or GATES:
        gate = GATES[name]
        problem = None
        tree = copied(name)
        try:
            gate.check(tree)
        except Refused as refused:
            problem = str(refused)
        if name == "importer" and not problem:
            shutil.rmtree(WORK / "dist", ignore_errors=True)
            build(tree).parent.rename(WORK / "dist")
        planted = copied(f"{name}-planted")
        plant(gate, planted)
        problem = problem or refuses(gate, planted)
        print(f"{name:<14} {'DOES NOT HOLD' if problem else 'holds'}", flush=True)
        if problem:
            failed.append(name)
            print(problem[-3000:], file=sys.stderr, flush=True)
        for folder in (name, f"{name}-planted"):
            shutil.rmtree(WORK / folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
