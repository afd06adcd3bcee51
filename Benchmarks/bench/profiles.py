#!/usr/bin/env python3
"""Draws where a message's microseconds go: docs/performance/*.svg, and the same as a table on the terminal.

    python3 Benchmarks/bench/profiles.py

Runs goals 1 and 2, the file of goal 4 in which each message is a window of its own, and of goal 6 the thousand windows
at once, with the consumer under perf(1), which has to be installed and allowed to look. A sample counts for the
innermost of the parts below whose function is on its stack.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import programs
from programs import WORK, Endpoints, Program, StateDirectory, messages, producer
from report import DOCS, drawn

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


@dataclass
class Sample:
    moment: float
    part: str
    is_writing: bool


def samples(state: Path | None, count: int, sessions: int, speed: float) -> tuple[list[Sample], float]:
    """What ran when, in seconds, and the processor time of all together."""
    data, at = WORK / "perf.data", Endpoints()
    command = Program.start(
        *("perf", "record", "-q", "-F", "2000", "-g", "--call-graph", "fp", "-o", data, "--"),
        programs.RELEASE / "streamllm-consumer",
        *("--responder", "none", "--console", "none", "--log-file", "none", "--exit-on-end"),
        *("--input-endpoint", at.messages),
        *("--output-endpoint", at.entries),
        *("--output-replay-endpoint", at.entries_replay),
        *(["--state-dir", state] if state else ["--ephemeral"]),
    )
    command.wait_for("Publishing entries")
    giving = producer(messages(count, sessions), at, speed=speed)
    command.end()
    giving.end()
    script = subprocess.run(
        ["perf", "script", "-i", data, "-F", "comm,time,ip,sym,dso"], stdout=subprocess.PIPE, text=True, check=True
    )
    found = []
    for sample in script.stdout.split("\n\n"):
        lines = sample.strip().splitlines()
        if lines:
            moment = re.search(r"([0-9.]+):\s*$", lines[0])
            found.append(Sample(float(moment[1]), part([*lines[1:], lines[0]]), "JSONWriter" in sample))
    return found, command.cpu_seconds


def a_message(state: Path | None, sessions: int = 1000) -> Counter:
    """Microseconds of processor time a message, by part, at full speed."""
    count = 1_000_000
    found, seconds = samples(state, count, sessions, 0)
    return scaled(Counter(sample.part for sample in found), seconds / len(found) / count * 1e6)


def a_thousand_windows(state: Path) -> Counter:
    """Milliseconds of processor time, by part, from when a thousand windows close until all are out."""
    found, seconds = samples(state, 40_000, 1000, 5)
    writing = [sample.moment for sample in found if sample.is_writing]
    begins = [moment for before, moment in pairwise([0.0, *writing]) if moment - before > 1]
    # The last is the stream's end: the windows that are open then aren't full.
    begins.pop()
    near = Counter(sample.part for sample in found if any(-0.005 < sample.moment - begin < 0.03 for begin in begins))
    return scaled(near, seconds / len(found) / len(begins) * 1e3)


def scaled(counts: Counter, factor: float) -> Counter:
    return Counter({name: count * factor for name, count in counts.items()})


def main() -> None:
    if not shutil.which("perf"):
        sys.exit("perf isn't installed.")
    WORK.mkdir(exist_ok=True)
    folder = DOCS / "performance"
    folder.mkdir(exist_ok=True)
    with StateDirectory() as state, StateDirectory() as another:
        runs = [
            ("ephemeral", "A message's microseconds, without a store", "µs", a_message(None)),
            ("durable", "A message's microseconds, with the store", "µs", a_message(state)),
            (
                "windows-of-one",
                "A message's microseconds, each a window of its own, without a store",
                "µs",
                a_message(None, sessions=1_000_000),
            ),
            ("at-once", "A thousand windows at once: milliseconds, with the store", "ms", a_thousand_windows(another)),
        ]
    for file, title, unit, found in runs:
        names = [name for name, _ in PARTS] + [MEMORY, ELSE]
        chart = {
            "file": f"profile-{file}.svg",
            "title": title,
            "kind": "bars",
            "unit": unit,
            "description": "Processor time of the consumer, by part of the program.",
            "bars": [{"label": name, "value": found[name]} for name in names if found[name]],
        }
        (folder / chart["file"]).write_text(drawn(chart))
        print(f"{title}: {sum(found.values()):.2f} {unit}")
        for name in names:
            print(f"  {found[name]:6.2f}  {name}")


if __name__ == "__main__":
    main()
