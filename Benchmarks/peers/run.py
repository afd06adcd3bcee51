"""Runs the peers on one file, one after the other, and says how many messages a second each took in.

    python3 run.py INPUT [--runs N] [--peers plain-python,flink,bytewax,pathway] --json OUT

The work: JSON lines of chat messages to event-time tumbling windows of 30 s per session, written as JSON lines. INPUT
comes from ../bench/generate.py. A peer that can't be installed, fails, or finds other windows than there are is
reported with the reason, and the others go on. OUT is {"peers": [{"name", "version", "runs": [messages/s, …],
"median", "error"}]}. The exit code is 1 if no peer has a figure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import environment

SECONDS_A_WINDOW = 30


@dataclass(frozen=True)
class Peer:
    title: str
    script: str
    package: str | None = None
    java: bool = False


PEERS = {
    "plain-python": Peer("plain Python", "plain_python.py"),
    "flink": Peer("Apache Flink", "flink_windows.py", "apache-flink", java=True),
    "bytewax": Peer("Bytewax", "bytewax_windows.py", "bytewax"),
    "pathway": Peer("Pathway", "pathway_windows.py", "pathway"),
}


class Failed(Exception):
    """Why a peer has no figure, as a sentence."""


def count(source):
    """Gives the number of messages in the file, and of windows that they make."""
    messages, windows = 0, set()
    with open(source, encoding="utf-8") as file:
        for line in file:
            message = json.loads(line)
            moment = datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00")).timestamp()
            windows.add((message["session_id"], moment // SECONDS_A_WINDOW))
            messages += 1
    return messages, len(windows)


def has_java():
    home = os.environ.get("JAVA_HOME")
    return (home and os.access(f"{home}/bin/java", os.X_OK)) or shutil.which("java")


def output_of(command, timeout):
    """Runs a peer, and gives what it printed. At the time limit it ends the peer and what that has started: a JVM."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=timeout)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failed(f"it was ended after {timeout} s") from None
        raise
    if process.returncode != 0:
        raise Failed(f"it ended with exit code {process.returncode}: {environment.last_line(errors)}")
    return output


def run(peer, source, expected, timeout):
    """Runs a peer once, and gives messages a second."""
    python = environment.PYTHON if peer.package else sys.executable
    # On the disk that the input is on: /tmp may be memory.
    with tempfile.TemporaryDirectory(prefix=".peers-", dir=source.parent) as folder:
        command = [python, environment.HERE / peer.script, source, f"{folder}/windows.jsonl"]
        output = output_of([str(word) for word in command], timeout)
    last = environment.last_line(output)
    try:
        result = json.loads(last)
        found = (result["messages"], result["windows"])
        seconds = result["seconds"]
    except (ValueError, KeyError, TypeError):
        raise Failed(f"its last line is no result: {last}") from None
    if found != expected:
        raise Failed(
            f"it wrote {found[0]:,} messages in {found[1]:,} windows; there are {expected[0]:,} in {expected[1]:,}"
        )
    return round(found[0] / seconds)


def measure(peer, missing, source, expected, arguments):
    """Gives the peer's part of the result."""
    version = environment.requirements()[peer.package] if peer.package else platform.python_version()
    runs, error = [], missing.get(peer.package)
    try:
        if peer.java and not has_java():
            raise Failed("it needs Java, and there is none: apt-get install -y default-jre-headless")
        while error is None and len(runs) < arguments.runs:
            runs.append(run(peer, source, expected, arguments.timeout))
            print(f"  {peer.title} {version}: {runs[-1]:,} messages/s", flush=True)
    except Failed as failure:
        error = str(failure)
    if error:
        print(f"  {peer.title} {version}: no figure: {error}", flush=True)
    median = round(statistics.median(runs)) if runs and not error else None
    return {"name": peer.title, "version": version, "runs": runs, "median": median, "error": error}


def parse(arguments):
    parser = argparse.ArgumentParser(description="Runs stream processors on one file of messages, and times them.")
    parser.add_argument("input", type=Path, metavar="INPUT", help="messages as JSON lines, from generate.py")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="how often each peer runs (1)")
    parser.add_argument("--peers", default=",".join(PEERS), metavar="A,B", help="which (%(default)s)")
    parser.add_argument("--timeout", type=int, default=900, metavar="S", help="seconds a run may take (%(default)s)")
    parser.add_argument("--json", type=Path, required=True, metavar="OUT", help="where the result goes")
    parsed = parser.parse_args(arguments)
    parsed.peers = [name.strip() for name in parsed.peers.split(",") if name.strip()]
    unknown = [name for name in parsed.peers if name not in PEERS]
    if unknown:
        parser.error(f"no such peer: {', '.join(unknown)}; there are {', '.join(PEERS)}")
    if not parsed.peers or parsed.runs < 1 or parsed.timeout < 1:
        parser.error("there must be at least one peer, one run and one second")
    if not parsed.input.is_file():
        parser.error(f"there is no file {parsed.input}")
    return parsed


def main():
    arguments = parse(sys.argv[1:])
    source = arguments.input.resolve()
    peers = [PEERS[name] for name in arguments.peers]
    packages = [peer.package for peer in peers if peer.package]
    missing = environment.make(packages) if packages else {}
    expected = count(source)
    print(f"{source.name}: {expected[0]:,} messages, {expected[1]:,} windows", flush=True)
    results = [measure(peer, missing, source, expected, arguments) for peer in peers]
    arguments.json.write_text(json.dumps({"peers": results}, indent=2) + "\n")

    print(f"\n{'':24}{'messages/s':>12}")
    for result in results:
        figure = "-" if result["median"] is None else f"{result['median']:,}"
        print(f"{result['name'] + ' ' + result['version']:24}{figure:>12}")
    sys.exit(all(result["error"] for result in results))


if __name__ == "__main__":
    main()
