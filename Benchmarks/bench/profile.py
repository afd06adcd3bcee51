#!/usr/bin/env python3
"""Draws where a message's microseconds go: docs/performance/*.svg, and the same as a table on the terminal.

    python3 Benchmarks/bench/profile.py

Runs goals 1 and 2 once each with the consumer under perf(1), which has to be installed and allowed to look. A sample
counts for the innermost of the parts below whose function is on its stack.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import programs
from programs import WORK, Endpoints, Program, StateDirectory, messages, producer
from report import DOCS, drawn

MESSAGES = 1_000_000
# In the order in which a message comes by them; the first that a function on the stack matches, from the inside.
PARTS = [
    ("from the socket into a batch", r"IntakeService|Subscription|Follower|ReplayClient"),
    ("decoding", r"BatchDecoder|MessageDecoder|simdjson"),
    ("windows: finding, filling, closing", r"Engine|StreamState|StreamWindows"),
    ("windows: on to the workspace", r"Pipeline"),
    ("entries as JSON", r"Workspace"),
    # SQLite leaves no trace of who called it: reading and writing files is nobody else's business here.
    ("committing: SQLite and its files", r"Store|libsqlite3|pread|pwrite|fdatasync|fsync"),
    ("publishing, and keeping for replay", r"OutputService|Publisher|KeptLog|MemoryLog"),
    ("libzmq's own thread", r"libzmq|ZMQbg"),
]
# Debian's libc often leaves no trace of who called it.
MEMORY = "malloc, free and copies, for whom isn't seen"
ELSE = "else: start, end, waking each other"


def part(stack: list[str]) -> str:
    for function in stack:
        for name, pattern in PARTS:
            if re.search(pattern, function):
                return name
    return MEMORY if stack and "libc.so" in stack[0] else ELSE


def profile(state: Path | None) -> Counter:
    """Microseconds of processor time a message, by part."""
    data, at = WORK / "perf.data", Endpoints()
    command = Program.start(
        "perf", "record", "-q", "-F", "2000", "-g", "--call-graph", "fp", "-o", data, "--",
        programs.RELEASE / "streamllm-consumer", "--responder", "none", "--console", "none", "--log-file", "none",
        "--exit-on-end", "--input-endpoint", at.messages, "--output-endpoint", at.entries,
        "--output-replay-endpoint", at.entries_replay, *(["--state-dir", state] if state else ["--ephemeral"]))
    command.wait_for("Publishing entries")
    giving = producer(messages(MESSAGES, 1000), at)
    command.end()
    giving.end()
    script = subprocess.run(
        ["perf", "script", "-i", data, "-F", "comm,period,ip,sym,dso"], stdout=subprocess.PIPE, text=True, check=True)
    found, total = Counter(), 0
    for sample in script.stdout.split("\n\n"):
        lines = sample.strip().splitlines()
        if not lines:
            continue
        total += 1
        found[part([*lines[1:], lines[0]])] += 1
    seconds = command.cpu_seconds
    return Counter({name: count / total * seconds / MESSAGES * 1e6 for name, count in found.items()})


def main() -> None:
    if not shutil.which("perf"):
        sys.exit("perf isn't installed.")
    WORK.mkdir(exist_ok=True)
    folder = DOCS / "performance"
    folder.mkdir(exist_ok=True)
    with StateDirectory() as state:
        runs = [("ephemeral", "without a store", profile(None)), ("durable", "with the store", profile(state))]
    for file, title, found in runs:
        names = [name for name, _ in PARTS] + [MEMORY, ELSE]
        chart = {
            "file": f"profile-{file}.svg", "title": f"A message's microseconds, {title}", "kind": "bars", "unit": "µs",
            "description": "Processor time of the consumer a message, by part of the program.",
            "bars": [{"label": name, "value": found[name]} for name in names if found[name]]}
        (folder / chart["file"]).write_text(drawn(chart))
        print(f"{title}: {sum(found.values()):.2f} µs")
        for name in names:
            print(f"  {found[name]:6.2f}  {name}")


if __name__ == "__main__":
    main()
