"""Goals 6 and 7: how soon."""

from __future__ import annotations

import os
import statistics
import time
from bisect import bisect_left
from pathlib import Path

from programs import WORK, Endpoints, Program, StateDirectory, consumer, messages, moment, producer, tool
from results import Goal, check, figure


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Watched:
    """What a plain subscriber saw of both sockets, and when."""

    def __init__(self, path: Path) -> None:
        self.messages: list[tuple[float, float]] = []
        self.entries: list[tuple[float, float]] = []
        for line in path.read_text().splitlines():
            kind, when, what = line.split()
            (self.messages if kind == "m" else self.entries).append((float(when), moment(what)))


def watch(seconds: float, speed: float, with_consumer: bool) -> Watched:
    """Lets messages flow at a pace for a while. The input's messages are 5 ms of event time apart."""
    needed = int(seconds * speed * 200) + 1000
    file = messages(1_000_000 if needed <= 1_000_000 else 5_000_000, 1000)
    at, path = Endpoints(), WORK / "watched.txt"
    with StateDirectory() as state, path.open("w") as output:
        taking = consumer(at, state=state) if with_consumer else None
        if taking:
            taking.wait_for("Publishing entries")
        watching = Program.start(tool("watch"), at.messages, *([at.entries] if taking else []), output=output)
        time.sleep(0.3)
        giving = producer(file, at, speed=speed)
        time.sleep(seconds)
        watching.stop()
        giving.stop()
        if taking:
            taking.stop()
    return Watched(path)


def delays(watched: Watched) -> list[float]:
    """Milliseconds from the arrival of the message that closes a window to the window's entry. Both are seen by the same
    program."""
    times = [time for _, time in watched.messages]
    found = []
    for arrived, end in watched.entries:
        index = bisect_left(times, end)
        if 0 < index < len(times):
            found.append((arrived - watched.messages[index][0]) * 1000)
    return found


def pacing(watched: Watched, speed: float) -> tuple[float, float]:
    """The 99th percentile of how far messages were from their time, and the drift within a minute, in milliseconds."""
    start, first = watched.messages[0]
    off = [((arrived - start) - (time - first) / speed) * 1000 for arrived, time in watched.messages]
    # The first message's own lateness isn't held against the others.
    middle = statistics.median(off)
    tenth = max(1, len(off) // 10)
    drift = statistics.median(off[-tenth:]) - statistics.median(off[:tenth])
    return percentile([abs(one - middle) for one in off], 0.99), abs(drift)


def goal_6(runs: int, seconds: float = 60) -> Goal:
    goal = Goal(
        "6", "Delay and pacing",
        f"Delay: for {seconds:.0f} s, 1,000 messages/s, the store on, no responder; a plain subscriber of both sockets "
        "writes down when the message came that closes a window, and when the window's entry did. Pacing: the same "
        "subscriber at speeds 1, 10 and 100; how far each message was from its time, the median taken as zero, and how "
        "far the last tenth of a minute was from the first.", [])
    middles, edges = [], []
    for _ in range(runs):
        found = delays(watch(seconds, 5, with_consumer=True))
        middles.append(percentile(found, 0.5))
        edges.append(percentile(found, 0.99))
    goal.figures += [figure("delay, median", "ms", middles), figure("delay, 99th percentile", "ms", edges)]
    for index, bound in enumerate((3, 15)):
        one = goal.figures[index]
        goal.checks.append(
            check(f"{one['label']}: under {bound} ms", one["median"], bound, "at most", unit="ms", figure=one["label"]))
    for speed in (1, 10, 100):
        edge, drift = pacing(watch(seconds, speed, with_consumer=False), speed)
        for name, value in (("99th percentile", edge), ("drift", drift)):
            label = f"pacing at speed {speed}, {name}"
            goal.figures.append(figure(label, "ms", [value]))
            goal.checks.append(check(f"{label}: under 1 ms", value, 1, "at most", unit="ms", figure=label))
    return goal


def goal_7(runs: int) -> Goal:
    ready, idle = [], []
    for _ in range(runs):
        with StateDirectory() as state:
            taking = consumer(Endpoints(), state=state)
            up = max(taking.when("Listening to"), taking.when("Publishing entries"))
            ready.append((up - taking.started) * 1000)
            taking.stop()
    with StateDirectory() as state:
        at = Endpoints()
        taking = consumer(at, state=state)
        taking.wait_for("Publishing entries")
        fifo = WORK / "idle.fifo"
        fifo.unlink(missing_ok=True)
        os.mkfifo(fifo)
        giving = producer(fifo, at)
        taking.wait_for("has begun")
        time.sleep(2)
        before, seconds = (cpu(taking), cpu(giving)), 20
        time.sleep(seconds)
        after = (cpu(taking), cpu(giving))
        idle = [(b - a) / seconds * 100 for a, b in zip(before, after)]
        taking.stop()
        giving.stop()
        fifo.unlink()
    goal = Goal(
        "7", "Start and idling",
        "Start: from the start of the process to the log's lines that both sockets are up, on an empty store. Idling: "
        "processor time in 20 s of a consumer whose producer reads a pipe that nobody writes to.",
        [figure("ready", "ms", ready), figure("consumer, idle", "%", [idle[0]])])
    goal.checks.append(check("ready in under 150 ms", goal.figures[0]["median"], 150, "at most", unit="ms"))
    goal.checks.append(
        check("under 1 % of a core", idle[0], 1, "at most", unit="%", figure="consumer, idle", against=None))
    return goal


def cpu(program: Program) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{program.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
