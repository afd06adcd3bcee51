"""Streams that are made up, from a seed."""

from __future__ import annotations

import datetime
import json
import random
from pathlib import Path

START = datetime.datetime(2025, 1, 23, 14, 30, tzinfo=datetime.timezone.utc)


def text(time: float) -> str:
    moment = START + datetime.timedelta(milliseconds=round(time * 1000))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(time: float, session: str, sender: str, message: str) -> str:
    return json.dumps(
        {"session_id": session, "timestamp": text(time), "sender": sender, "message": message}, ensure_ascii=False
    )


SESSIONS = ["a", "b", "anna/1", "50%", "é", "e\u0301", "🙂", "\uffff", "session with spaces", "x" * 40, "z"]
WORDS = [
    "hello",
    "I'd like",
    "a loan",
    "refinance",
    "ü",
    "🏦",
    '"quoted"',
    "back\\slash",
    "tab\there",
    "line\nbreak",
    "",
]


def random_lines(seed: int, count: int = 60) -> list[str]:
    """A chat or several, with what goes wrong: out of order, late, far ahead, broken."""
    draw = random.Random(seed)
    sessions = draw.sample(SESSIONS, draw.randint(1, 5))
    pace, jitter = draw.choice([0.3, 2.0, 10.0]), draw.choice([0.0, 0.0, 3.0, 20.0])
    time, lines = draw.uniform(0, 1000), []
    for _ in range(count):
        time += draw.expovariate(1 / pace)
        if draw.random() < 0.02:
            time += draw.choice([31.0, 120.0, 5000.0])
        at = time - draw.random() * jitter
        what = draw.random()
        if what < 0.02:
            lines.append(draw.choice(["not json", "{}", '{"session_id": 1}', "[1]", '{"a": NaN}', '{"session_id":"x"']))
        elif what < 0.03:
            lines.append(line(at + draw.choice([4000, 10**6, 2 * 10**9]), draw.choice(sessions), "customer", "far"))
        else:
            words = " ".join(draw.choices(WORDS, k=draw.randint(1, 4)))
            lines.append(line(at, draw.choice(sessions), draw.choice(["customer", "customer", "rm"]), words))
    return lines


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def seconds(lines: list[str]) -> float:
    """From the first message to the last, in event time; what can't be believed doesn't count."""
    times = []
    for one in lines:
        try:
            moment = datetime.datetime.fromisoformat(json.loads(one)["timestamp"].replace("Z", "+00:00"))
        except (ValueError, TypeError, KeyError):
            continue
        times.append((moment - START).total_seconds())
    middle = sorted(times)[len(times) // 2]
    return max(time for time in times if abs(time - middle) < 100_000) - min(times)
