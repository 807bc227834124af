#!/usr/bin/env python3
"""Sends generated requests to every operation of the OpenAPI document under each role, and fails on what must never happen:
a server error, an answer that does not fit its schema, a route that answers without asking who calls.

    tests/api/attack.py BINARY [--requests N] [--seed S] [--role ROLE ..]

Needs `schemathesis` on the path. Starts the server itself, on a fresh folder of data, on loopback.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROLES = [
    ("platform-engineer", None),
    ("facilitator", "group"),
    ("principal-engineer", "team"),
    ("delivery-lead", "team"),
    ("engineer", "team"),
    ("council-member", None),
    ("support-lead", "group"),
    ("support-engineer", "group"),
    ("approver", None),
    ("product-owner", "team"),
    ("stakeholder", None),
]
PASSWORD = "a sentence nobody guesses"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, binary, folder):
        self.binary, self.folder, self.port = binary, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        env = dict(os.environ, BELLWETHER_LOG_LEVEL="error")
        self.log = open(folder / "server.log", "w")
        command = [binary, "serve", "--data", str(folder / "data"), "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=self.log)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url + "/livez", timeout=1)
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("the server did not start: " + (folder / "server.log").read_text())

    def run(self, *words, text=None):
        command = [self.binary, "--data", str(self.folder / "data"), "--json", *words]
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(words)}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

    def api(self, method, path, body=None):
        words = ["api", method, path]
        return self.run(*words, "--body", "-", text=json.dumps(body)) if body is not None else self.run(*words)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()


# Rules that no schema can hold (a zone exists, a period has begun, two fields agree) are answered with 422. Real keys are
# mixed into the generated ones, so that requests reach what lies behind "not found". The caller's own cookie is not
# replaced by a generated one.
CONFIG = """
[generation]
with-security-parameters = false

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "415", "422", "429", "5xx"]

[dictionaries.slugs]
values = ["alpha", "beta", "alpha-1", "alpha-2", "beta-1", "alpha-1-shop", "alpha-1-api", "lead-time", "latest", "7", "3", "operations"]

[parameters]
"path.team" = { dictionary = "slugs", probability = 0.8 }
"path.group" = { dictionary = "slugs", probability = 0.8 }
"path.workload" = { dictionary = "slugs", probability = 0.8 }
"path.service" = { dictionary = "slugs", probability = 0.8 }
"path.metric" = { dictionary = "slugs", probability = 0.8 }
"path.sprint" = { dictionary = "slugs", probability = 0.8 }
"query.subject" = { dictionary = "slugs", probability = 0.8 }
"""


def post_form(url, fields):
    """Posts a form as a browser without script does, and gives back the session cookie."""
    data = urllib.parse.urlencode(fields).encode()
    opener = urllib.request.build_opener(NoRedirect)
    request = urllib.request.Request(url, data, {"accept": "text/html", "sec-fetch-site": "same-origin"})
    try:
        answer = opener.open(request, timeout=30)
    except urllib.error.HTTPError as e:
        answer = e
    cookie = re.search(r"session=([0-9a-f]+)", answer.headers.get("set-cookie") or "")
    if not cookie:
        sys.exit(f"no session from {url}: {answer.status} {answer.read()[:300]}")
    return cookie.group(1)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def set_up(server):
    """Two groups, four teams, metrics, a template and values: enough for every route to find something."""
    server.api("PUT", "/api/v1/organisation", {"name": "Northmoor", "zone": "Europe/London", "version": 0})
    for group in ("alpha", "beta"):
        body = {"name": group.title(), "zone": "Europe/London", "first_day": "2026-01-14", "sprint_days": 14}
        server.api("POST", "/api/v1/groups", body)
        for n in (1, 2):
            team = f"{group}-{n}"
            server.api("POST", "/api/v1/teams", {"name": team, "group": group})
            server.api("POST", "/api/v1/workloads", {"name": f"{team} shop", "team": team})
            server.api("POST", "/api/v1/services", {"name": f"{team} api", "workload": f"{team}-shop"})
    metric = {
        "key": "lead-time", "title": "Lead time", "pillar": "operations", "unit": "h", "direction": "down",
        "period": "sprint", "subject": "team", "aggregation": "last", "least": 0,
    }
    server.api("POST", "/api/v1/metrics", metric)
    sections = [{"pillar": "operations", "rows": [{"metric": "lead-time"}]}]
    for group in ("alpha", "beta"):
        server.api("PUT", f"/api/v1/groups/{group}/template", {"template": {"sections": sections}, "version": 0})
    values = [
        {"metric": "lead-time", "subject": f"{g}-{n}", "period": str(s), "number": 10 + s}
        for g in ("alpha", "beta") for n in (1, 2) for s in range(1, 8)
    ]
    server.api("POST", "/api/v1/values", {"values": values})


def person(server, role, scope):
    """An account that holds one role, signed in."""
    made = server.api("POST", "/api/v1/people", {"name": role, "mail": f"{role}@example.org"})
    link = made.get("url") or made["link"]["url"]
    who = (made.get("person") or made)["id"]
    body = {"role": role}
    if scope:
        slug = "alpha" if scope == "group" else "alpha-1"
        body["scope"] = server.api("GET", f"/api/v1/{scope}s/{slug}")["id"]
    server.api("POST", f"/api/v1/people/{who}/roles", body)
    return post_form(link, {"password": PASSWORD, "again": PASSWORD})


def attack(server, role, cookie, requests, seed, folder):
    report = folder / f"{role}.xml"
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    # Signing out and ending accounts would end the attack; everything else may be done.
    command = [
        "schemathesis", "--config-file", str(config), "run", server.url + "/api/v1/openapi.json", "--url", server.url,
        "--checks", "all", "--max-examples", str(requests), "--seed", str(seed), "--phases", "examples,coverage,fuzzing",
        "--request-timeout", "20", "--continue-on-failure", "--no-color", "--report-junit-path", str(report),
        "--exclude-path-regex", "deactivation$",
    ]
    if cookie:
        command += ["--header", f"Cookie: session={cookie}"]
    # It keeps notes in its working folder.
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    (folder / f"{role}.log").write_text(done.stdout + done.stderr)
    return done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--requests", type=int, default=5, help="examples for each operation and role")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--role", action="append")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs")
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bw-attack-"))
    failed, sent = 0, 0
    try:
        roles = [("nobody", None), *ROLES]
        for role, scope in roles:
            if args.role and role not in args.role:
                continue
            own = folder / role
            own.mkdir()
            server = Server(os.path.abspath(args.binary), own)
            try:
                set_up(server)
                cookie = None if role == "nobody" else person(server, role, scope)
                done = attack(server, role, cookie, args.requests, args.seed, own)
            finally:
                server.stop()
            numbers = re.findall(r"(\d+) generated", done.stdout)
            count = sum(map(int, numbers[-1:]))
            sent += count
            good = done.returncode == 0
            print(f"{'good' if good else 'FAILED':6} {role}: {count} test cases")
            if not good:
                failed += 1
                print(done.stdout[-6000:])
                print((own / "server.log").read_text()[-2000:])
    finally:
        if args.keep:
            print("logs in", folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{sent} test cases, {failed} callers with faults")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
