"""Goals 6 and 7: how soon."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from bisect import bisect_left
from pathlib import Path

from programs import WORK, Endpoints, Program, StateDirectory, consumer, messages, moment, producer, spent, tool
from results import Goal, check, figure


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Sleeper:
    """Looks how late the machine itself is: sleeps 2 ms again and again, and notes when it woke and by how much too
    late. On a shared machine that is often more than what is measured beside it."""

    TOO_LATE = 0.5  # ms
    NEAR = 0.05  # s

    def __init__(self) -> None:
        self.wakings: list[tuple[float, float]] = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._sleep, daemon=True)
        self.thread.start()

    def _sleep(self) -> None:
        while not self.is_over.is_set():
            before = time.perf_counter()
            time.sleep(0.002)
            self.wakings.append((time.time(), (time.perf_counter() - before) * 1000 - 2))

    def stop(self) -> Sleeper:
        self.is_over.set()
        self.thread.join()
        self.late = [moment for moment, lateness in self.wakings if lateness > self.TOO_LATE]
        return self

    @property
    def edge(self) -> float:
        """The 99th percentile of its own lateness, in milliseconds."""
        return percentile([lateness for _, lateness in self.wakings], 0.99)

    def was_on_time(self, moment: float) -> bool:
        """Whether it never woke too late near a moment."""
        index = bisect_left(self.late, moment - self.NEAR)
        return index == len(self.late) or self.late[index] > moment + self.NEAR


class Watched:
    """What a plain subscriber saw of both sockets, and when."""

    def __init__(self, path: Path, sleeper: Sleeper) -> None:
        self.sleeper = sleeper
        self.messages: list[tuple[float, float]] = []
        self.entries: list[tuple[float, float]] = []
        for line in path.read_text().splitlines():
            kind, when, what = line.split()
            (self.messages if kind == "m" else self.entries).append((float(when), moment(what)))


def watch(seconds: float, speed: float, windows: list[object] | None = None) -> Watched:
    """Lets messages flow at a pace for a while, to a consumer too where it is said how that cuts windows. The input's
    messages are 5 ms of event time apart."""
    needed = int(seconds * speed * 200) + 1000
    file = messages(1_000_000 if needed <= 1_000_000 else 5_000_000, 1000)
    at, path = Endpoints(), WORK / "watched.txt"
    with StateDirectory() as state, path.open("w") as output:
        taking = None if windows is None else consumer(at, *windows, state=state)
        if taking:
            taking.wait_for("Publishing entries")
        watching = Program.start(tool("watch"), at.messages, *([at.entries] if taking else []), output=output)
        time.sleep(0.3)
        sleeper = Sleeper()
        giving = producer(file, at, speed=speed)
        time.sleep(seconds)
        sleeper.stop()
        watching.stop()
        giving.stop()
        if taking:
            taking.stop()
    return Watched(path, sleeper)


def delays(watched: Watched) -> list[tuple[float, float]]:
    """When entries came, and how many milliseconds after the message that closes their window. Both are seen by the
    same program."""
    times = [time for _, time in watched.messages]
    found = []
    for arrived, end in watched.entries:
        index = bisect_left(times, end)
        if 0 < index < len(times):
            found.append((arrived, (arrived - watched.messages[index][0]) * 1000))
    return found


def lateness(watched: Watched, speed: float) -> tuple[list[tuple[float, float]], float]:
    """When messages came, and how many milliseconds off their time, the median taken as zero; and the drift within a
    minute."""
    start, first = watched.messages[0]
    off = [(arrived, ((arrived - start) - (time - first) / speed) * 1000) for arrived, time in watched.messages]
    # The first message's own lateness isn't held against the others.
    middle = statistics.median(value for _, value in off)
    tenth = max(1, len(off) // 10)
    edges = [statistics.median(value for _, value in part) for part in (off[:tenth], off[-tenth:])]
    return [(arrived, abs(value - middle)) for arrived, value in off], abs(edges[1] - edges[0])


def fsync_ms(seconds: float = 2) -> float:
    """What it takes the disk to make 16 KiB durable, the median of some seconds."""
    took = []
    with tempfile.NamedTemporaryFile(dir=WORK) as file:
        end = time.time() + seconds
        while time.time() < end:
            before = time.perf_counter()
            os.pwrite(file.fileno(), bytes(16384), 0)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - before) * 1000)
            time.sleep(0.01)
    return statistics.median(took)


def goal_6(runs: int, seconds: float = 60) -> Goal:
    goal = Goal(
        "6",
        "Delay and pacing",
        f"Delay: for {seconds:.0f} s, 1,000 messages/s of 1,000 sessions, the store on, no responder; a plain "
        "subscriber of both sockets writes down when the message came that closes a window, and when the window's "
        "entry did. Session windows (a gap of 10 s) close one by one. Tumbling windows (30 s) of all sessions end at "
        "the same time, so that a thousand entries, more than a megabyte, come at once. Pacing: the same subscriber "
        "at speeds 1, 10 and 100; how far each message was from its time, the median taken as zero, and how far the "
        "last tenth of a minute was from the first. The machine's own lateness is that of a loop that sleeps 2 ms "
        "again and again beside it; “on time” are figures of those moments at which that loop woke no more than "
        f"{Sleeper.TOO_LATE} ms late within {Sleeper.NEAR * 1000:.0f} ms before and after.",
        [],
    )

    def add(label: str, values: list[float], bound: float | None = None) -> None:
        one = figure(label, "ms", values)
        goal.figures.append(one)
        if bound is not None:
            goal.checks.append(
                check(f"{label}: under {bound} ms", one["median"], bound, "at most", unit="ms", figure=label)
            )

    def add_percentiles(
        label: str,
        watched: list[Watched],
        found: list[list[tuple[float, float]]],
        bounds: list[tuple[str, float, float]],
    ) -> None:
        for name, share, bound in bounds:
            add(f"{label}, {name}", [percentile([value for _, value in one], share) for one in found], bound)
        on_time = [
            [value for when, value in one if each.sleeper.was_on_time(when)]
            for one, each in zip(found, watched, strict=True)
        ]
        if all(on_time):
            for name, share, bound in bounds:
                add(f"{label}, on time, {name}", [percentile(one, share) for one in on_time], bound)
        shares = [len(good) / len(one) * 100 for good, one in zip(on_time, found, strict=True)]
        goal.figures.append(figure(f"{label}, on time", "%", shares))
        add(f"{label}, the machine's own lateness, 99th percentile", [each.sleeper.edge for each in watched])

    kinds = {"delay, one by one": ["--window", "session", "--session-gap", 10], "delay, a thousand at once": []}
    fsyncs, watched = [], {kind: [] for kind in kinds}
    for _ in range(runs):
        fsyncs.append(fsync_ms())
        for kind, windows in kinds.items():
            watched[kind].append(watch(seconds, 5, windows))
    for kind, each in watched.items():
        add_percentiles(kind, each, [delays(one) for one in each], [("median", 0.5, 3), ("99th percentile", 0.99, 15)])
    add("making 16 KiB durable, median", fsyncs)
    for speed in (1, 10, 100):
        each = watch(seconds, speed)
        off, drift = lateness(each, speed)
        add_percentiles(f"pacing at speed {speed}", [each], [off], [("99th percentile", 0.99, 1)])
        add(f"pacing at speed {speed}, drift", [drift], 1)
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
        before, seconds = (spent(taking.process.pid), spent(giving.process.pid)), 20
        time.sleep(seconds)
        after = (spent(taking.process.pid), spent(giving.process.pid))
        idle = [(b - a) / seconds * 100 for a, b in zip(before, after, strict=True)]
        taking.stop()
        giving.stop()
        fifo.unlink()
    goal = Goal(
        "7",
        "Start and idling",
        "Start: from the start of the process to the log's lines that both sockets are up, on an empty store. Idling: "
        "processor time in 20 s of a consumer whose producer reads a pipe that nobody writes to.",
        [figure("ready", "ms", ready), figure("consumer, idle", "%", [idle[0]])],
    )
    goal.checks.append(check("ready in under 150 ms", goal.figures[0]["median"], 150, "at most", unit="ms"))
    goal.checks.append(
        check("under 1 % of a core", idle[0], 1, "at most", unit="%", figure="consumer, idle", against=None)
    )
    return goal
