# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replay HTTP scenarios against a Determined master, to record what it answers or to compare.

    contract.py record  --url URL scenarios/*.yml      write recorded/NAME.json, what URL answered
    contract.py compare --url URL recorded/*.json      exit 1 where URL answers otherwise

A scenario is YAML:

    name: experiment-archive          # the recording's file name
    master: default                   # which set-up it was recorded on: default | rbac | agents
    about: one line, what it shows
    receiver: true                    # optional: listen on loopback for what the master posts to webhooks; ${receiver}
                                      # is the URL. The step `do: RECEIVED 2` waits until 2 requests came since the last
                                      # such step (10 s at most; then half a second for more) and its answer shows
                                      # them by path and event; a signature made with ${signing_key} shows as "valid".
                                      # A path of /status/500/x is answered with that status.
    known: [task]                     # optional: saved names (strings) whose values are put back as ${name} wherever
                                      # an answer shows them, keys and messages included, so that they are compared
    steps:
      - POST /api/v1/auth/login       # METHOD path, the query string included
      ...
Each step is either that bare string or a mapping:

    - do: POST /api/v1/experiments/${exp}/archive
      body: {…}                       # JSON body; left out, none is sent
      raw: "{"                        # a body sent as it is, instead
      headers: {Cookie: "a=b"}        # more request headers
      as: admin                       # whose token to send: a name saved by an earlier step; left out, the
                                      # token saved as `token`, if there is one; null sends none
      save: {exp: experiment.id}      # names for values of the answer: dotted path, list indexes are numbers
      until: {experiment.state: STATE_COMPLETED}   # poll (30 s at most) until the answer shows this
      any_order: [experiments]        # lists of the answer whose order means nothing
      loose: [experiment.config]      # parts of the answer of which only the JSON type is compared
      exact: [roles.*.roleId]         # parts that are compared by value though their key looks like an id or a time
      drop: [experiment.config]       # parts that are only compared for being there, and not kept in the recording
      note: what to see here

`${name}` stands for a saved value, anywhere in the path or the body. ${run} is fresh for each run, so names
that must be new on a master that is not can be made from it; ${key} is a fresh project key (5 characters).
In any_order, loose, exact and drop, `*` stands for any list index: experiments.*.config.

Compared: the status code, and the body's JSON: the same keys, the same types, the same values; but ids, times,
uuids, tokens and whatever a step calls loose are compared by type alone. Numbers, and numbers and uuids inside a text,
may differ where the two runs saved them under the same name (`experiment '12' not found`).
"""

import argparse
import contextlib
import hashlib
import hmac
import http.server
import json
import pathlib
import random
import re
import sys
import threading
import time
import uuid

import requests
import yaml

VOLATILE_KEY = re.compile(
    r"(^|[a-z_])(id|ids|Id|Ids|uuid|Uuid|time|Time|At|token|Token|date|expiry|hash|Hash|timestamp|progress"
    r"|diskSize|checkpointSize|modifiedAt|duration|address|version)$"
)
VOLATILE_VALUE = re.compile(
    r"^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$"
    r"|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
)


def dig(value, path):
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def named(path, patterns):
    return any(path == p or re.fullmatch(re.escape(p).replace(r"\*", r"\d+"), path) for p in patterns)


def drop(value, patterns, path=""):
    if path and value is not None and named(path, patterns):
        return "(dropped)"
    if isinstance(value, list):
        return [drop(v, patterns, f"{path}.{i}" if path else str(i)) for i, v in enumerate(value)]
    if isinstance(value, dict):
        return {k: drop(v, patterns, f"{path}.{k}" if path else k) for k, v in value.items()}
    return value


TOKEN = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+)")


def same_text(want, got, known):
    """Whether two texts differ by nothing but values that both runs saved under the same name."""
    recorded, live = known
    wants, gots = TOKEN.split(want), TOKEN.split(got)
    if len(wants) != len(gots) or wants[::2] != gots[::2]:
        return False
    return all(
        w == g or any(str(recorded[n]) == w and str(live.get(n)) == g for n in recorded)
        for w, g in zip(wants[1::2], gots[1::2], strict=True)
    )


def masked(value, key=""):
    """The value without what differs from run to run, to sort by."""
    if isinstance(value, dict):
        return {k: masked(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [masked(v, key) for v in value]
    if VOLATILE_KEY.search(key):
        return ""
    return TOKEN.sub("#", value) if isinstance(value, str) else value


def fill(value, names):
    if isinstance(value, str):
        whole = re.fullmatch(r"\$\{(\w+)\}", value)
        if whole:
            return names[whole.group(1)]
        return re.sub(r"\$\{(\w+)\}", lambda m: str(names[m.group(1)]), value)
    if isinstance(value, list):
        return [fill(v, names) for v in value]
    if isinstance(value, dict):
        return {fill(k, names): fill(v, names) for k, v in value.items()}
    return value


def parse(response):
    text = response.text
    try:
        return json.loads(text)
    except ValueError:
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    try:  # a gRPC-gateway stream: one JSON object a line
        return {"stream": [json.loads(line) for line in lines]} if lines else {"text": ""}
    except ValueError:
        return {"text": text[:2000]}


class Receiver:
    """What webhooks are posted to."""

    def __init__(self):
        self.requests = requests_ = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                requests_.append((self.path, dict(self.headers), body))
                status = re.match(r"/status/(\d+)", self.path)
                self.send_response(int(status.group(1)) if status else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, number, key):
        deadline = time.monotonic() + 10
        while len(self.requests) < number and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        came, self.requests[:] = self.requests[:], []
        shown = []
        for path, headers, body in came:
            headers = {k.lower(): v for k, v in headers.items()}
            signed, at = headers.get("x-determined-ai-signature"), headers.get("x-determined-ai-signature-timestamp")
            if signed is not None and key is not None:
                made = hmac.new(key.encode(), f"{at},".encode() + body, hashlib.sha256).hexdigest()
                signed = "valid" if made == signed else "not valid"
            shown.append(
                {
                    "path": path,
                    "content_type": headers.get("content-type"),
                    "signature": signed,
                    "timestamp": at,
                    "body": json.loads(body) if body else None,
                }
            )
        return {"requests": sorted(shown, key=lambda r: (r["path"], json.dumps(masked(r["body"]), sort_keys=True)))}


def send(session, url, step, names, receiver=None):
    method, path = fill(step["do"], names).split(" ", 1)
    if method == "RECEIVED":
        return 0, receiver.show(int(path), names.get("signing_key"))
    headers = {}
    holder = step.get("as", "token")
    if holder is not None and holder in names:
        headers["Authorization"] = f"Bearer {names[holder]}"
    headers.update(fill(step.get("headers") or {}, names))
    body = fill(step["body"], names) if "body" in step else None
    raw = fill(step["raw"], names) if "raw" in step else None
    deadline = time.monotonic() + 30
    while True:
        session.cookies.clear()
        response = session.request(method, url.rstrip("/") + path, json=body, data=raw, headers=headers, timeout=60)
        answer = parse(response)
        want = fill(step.get("until") or {}, names)
        if not want:
            return response.status_code, answer
        try:
            if all(dig(answer, k) == v for k, v in want.items()):
                return response.status_code, answer
        except (KeyError, IndexError, TypeError):
            pass
        if time.monotonic() > deadline:
            raise SystemExit(f"{step['do']}: never showed {want}; last answer {answer}")
        time.sleep(0.2)


def differences(want, got, path="", key="", any_order=(), loose=(), known=({}, {}), exact=()):
    at = path or "body"
    if isinstance(want, bool) or isinstance(got, bool) or want is None or got is None:
        same_type = type(want) is type(got)
    elif isinstance(want, (int, float)) and isinstance(got, (int, float)):
        same_type = True
    else:
        same_type = type(want) is type(got)
    if not same_type:
        kinds = type(got).__name__, type(want).__name__
        yield f"{at}: {kinds[0]} {json.dumps(got)[:80]}, recorded {kinds[1]} {json.dumps(want)[:80]}"
        return
    if named(path, loose):
        return
    if isinstance(want, dict):
        for k in sorted(set(want) - set(got)):
            yield f"{at}: no {k}"
        for k in sorted(set(got) - set(want)):
            yield f"{at}: {k} is not in the recording"
        for k in sorted(set(want) & set(got)):
            yield from differences(want[k], got[k], f"{path}.{k}" if path else k, k, any_order, loose, known, exact)
    elif isinstance(want, list):
        if len(want) != len(got):
            yield f"{at}: {len(got)} entries, recorded {len(want)}"
            return
        if named(path, any_order):

            def order(v):
                return json.dumps(masked(v, key), sort_keys=True), json.dumps(v, sort_keys=True)

            want, got = sorted(want, key=order), sorted(got, key=order)
        for i, (a, b) in enumerate(zip(want, got, strict=True)):
            yield from differences(a, b, f"{path}.{i}" if path else str(i), key, any_order, loose, known, exact)
    elif want != got:
        if named(path, exact):
            yield f"{at}: {json.dumps(got)[:120]}, recorded {json.dumps(want)[:120]}"
            return
        if VOLATILE_KEY.search(key):
            return
        if isinstance(want, str) and VOLATILE_VALUE.match(want) and VOLATILE_VALUE.match(got):
            return
        if same_text(str(want), str(got), known):
            return
        yield f"{at}: {json.dumps(got)[:120]}, recorded {json.dumps(want)[:120]}"


def scenario_steps(scenario):
    for step in scenario["steps"]:
        yield {"do": step} if isinstance(step, str) else dict(step)


def play(url, scenario, on_answer):
    names = {"run": uuid.uuid4().hex[:8]}
    names["key"] = random.choice("BCDFGHJKLMNPQRSTVWXZ") + "".join(random.choices("BCDFGHJKLMNPQRSTVWXZ23456789", k=4))
    names.update(scenario.get("given") or {})
    receiver = Receiver() if scenario.get("receiver") else None
    if receiver:
        names["receiver"] = receiver.url
    session = requests.Session()
    session.trust_env = False
    for number, step in enumerate(scenario_steps(scenario), 1):
        status, answer = send(session, url, step, names, receiver)
        names_before = dict(names)
        for name, path in (step.get("save") or {}).items():
            try:
                names[name] = dig(answer, path)
            except (KeyError, IndexError, TypeError):
                raise SystemExit(
                    f"{scenario['name']} step {number} {step['do']}: {status} {str(answer)[:600]}: no {path} to save"
                ) from None
        on_answer(number, step, status, put_back(answer, names, scenario.get("known")), names_before)
    if receiver:
        receiver.server.shutdown()


def put_back(answer, names, known):
    """The answer with the values of the names listed under `known` put back as ${name}, also in keys."""
    text = json.dumps(answer)
    for name in known or ():
        value = names.get(name)
        if value is None:
            continue
        text = (
            re.sub(r"(?<![\w-])" + re.escape(str(value)) + r"(?![\w-])", "${" + name + "}", text)
            if isinstance(value, str)
            else text
        )
    return json.loads(text)


def unfill(value, names):
    """The answer with this run's own fresh name put back as ${run}, and no live token, so that two runs compare."""
    text = json.dumps(value).replace(names["run"], "${run}").replace(names["key"], "${key}")
    text = re.sub(r"v2\.public\.[\w.-]+", "v2.public.redacted", text)
    return json.loads(
        re.sub(r"-----BEGIN \w+ PRIVATE KEY-----.*?-----END \w+ PRIVATE KEY-----", "redacted private key", text)
    )


def recorded(url, scenario):
    """The recording of a scenario: its steps with what URL answered."""
    steps = []

    def keep(number, step, status, answer, names):
        answer = drop(unfill(answer, names), step.get("drop") or ())
        steps.append({**step, "status": status, "answer": answer})

    play(url, scenario, keep)
    return {**{k: v for k, v in scenario.items() if k != "steps"}, "steps": steps}


def record(url, paths, out):
    for path in paths:
        recording = recorded(url, yaml.safe_load(pathlib.Path(path).read_text()))
        target = out / f"{recording['name']}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(recording, indent=1, sort_keys=False) + "\n")
        print(f"{target}: {len(recording['steps'])} steps")


def findings(url, recording):
    """Where URL answers otherwise than a recording, one line each."""
    found, saved_then = [], {}

    def check(number, step, status, answer, names):
        known = dict(saved_then), names
        for name, path in (step.get("save") or {}).items():
            with contextlib.suppress(KeyError, IndexError, TypeError):
                saved_then[name] = dig(step["answer"], path)
        where = f"step {number} {step['do']}"
        if status != step["status"]:
            found.append(f"{where}: status {status}, recorded {step['status']}: {str(answer)[:200]}")
            return
        answer = drop(unfill(answer, names), step.get("drop") or ())
        options = {name: step.get(name) or () for name in ("any_order", "loose", "exact")}
        found.extend(f"{where}: {line}" for line in differences(step["answer"], answer, known=known, **options))

    try:
        play(url, recording, check)
    except (SystemExit, requests.RequestException) as error:
        found.append(str(error))
    return found


def compare(url, paths):
    failed = 0
    for path in paths:
        recording = json.loads(pathlib.Path(path).read_text())
        found = findings(url, recording)
        failed += bool(found)
        print(f"{'FAIL' if found else 'ok  '} {recording['name']} ({len(recording['steps'])} steps)")
        for line in found[:20]:
            print(f"     {line}")
        if len(found) > 20:
            print(f"     and {len(found) - 20} more")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["record", "compare"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "recorded")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    if args.verb == "record":
        record(args.url, args.files, args.out)
        return 0
    return compare(args.url, args.files)


if __name__ == "__main__":
    sys.exit(main())
