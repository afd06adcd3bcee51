"""Goals 1, 2, 3, 4 and 8: how much goes through."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

from programs import Endpoints, StateDirectory, consumer, messages, producer, summary, tool
from results import Goal, check, figure, ratio


def libzmq_alone(file: Path) -> float:
    """Messages a second from PUB to SUB, three frames each, without any work."""
    endpoint = Endpoints().messages
    publisher = subprocess.Popen([tool("publish"), endpoint, file])
    counted = subprocess.run([tool("subscribe"), endpoint, "message/"], stdout=subprocess.PIPE, text=True, check=True)
    publisher.wait()
    seen = json.loads(counted.stdout)
    return seen["messages"] / (seen["last"] - seen["first"])


class Flow:
    """One run from the file to the output's subscriber. The time is from the stream's beginning at the consumer to the
    last entry at a plain subscriber, or to the stream's end at the consumer where that is later."""

    def __init__(self, file: Path, *options: object, state: Path | None = None, responder: str = "none") -> None:
        at = Endpoints()
        subscriber = subprocess.Popen([tool("subscribe"), at.entries, "workspace/"], stdout=subprocess.PIPE, text=True)
        taking = consumer(at, "--exit-on-end", *options, state=state, responder=responder)
        taking.wait_for("Publishing entries")
        time.sleep(0.3)  # The subscriber connects again at most 100 ms after a refusal.
        giving = producer(file, at)
        began, ended = taking.when("has begun"), taking.when("has ended")
        self.consumer, self.producer = taking.end(), giving.end()
        if self.consumer.status != 0:
            raise RuntimeError(self.consumer.log)
        seen = json.loads(subscriber.communicate()[0])
        counts = summary(taking)
        seconds = max(seen["last"], ended) - began
        self.messages, self.entries = counts["accepted"], counts["entries"]
        self.seen = seen["messages"]
        self.rate = self.messages / seconds
        self.entry_rate = self.entries / seconds


def durable(file: Path, *options: object, responder: str = "none") -> Flow:
    with StateDirectory() as state:
        return Flow(file, *options, state=state, responder=responder)


def goals_1_and_2(runs: int, peers: list[dict]) -> list[Goal]:
    file = messages(1_000_000, 1000)
    alone, kept, unkept = [], [], []
    for _ in range(runs):
        alone.append(libzmq_alone(file))
        unkept.append(Flow(file))
        kept.append(durable(file))
    libzmq = figure("libzmq alone", "messages/s", alone)
    seen = sum(flow.seen for flow in unkept) / sum(flow.entries for flow in unkept)
    how = (
        "1,000,000 messages of 1,000 sessions, at full speed: file, producer, feed, tumbling windows of 30 s, entries "
        "on the second socket. The clock runs from the stream's beginning at the consumer to the last entry at a plain "
        "subscriber. libzmq alone is one PUB and one SUB socket over TCP with three frames a message of the same size, "
        "from the first message received to the last. All in turn, on the same machine; a ratio is the "
        "median of those of each round."
    )
    first = Goal(
        "1",
        "Throughput without a store",
        how
        + f" The plain subscriber saw {seen:.0%} of the entries as they were published; the rest, which its queue had "
        "no room for, it would have to ask for.",
        [figure("consumer, --ephemeral", "messages/s", [flow.rate for flow in unkept]), libzmq],
    )
    first.checks.append(check("at least 0.8 of libzmq alone", first.ratio(0, 1), 0.8))
    second = Goal(
        "2",
        "Throughput with the store",
        how + " The store is written with `synchronous=FULL`.",
        [figure("consumer, store on", "messages/s", [flow.rate for flow in kept]), libzmq],
    )
    second.checks.append(check("at least 0.5 of libzmq alone", second.ratio(0, 1), 0.5))
    measured = [peer for peer in peers if peer["median"]]
    fastest = max(measured, key=lambda peer: peer["median"], default=None)
    if fastest:
        second.figures.append(figure(fastest["name"], "messages/s", fastest["runs"]))
    second.checks.append(
        check(
            "at least 8 times the fastest peer",
            second.ratio(0, 2) if fastest else None,
            8,
            against=fastest["name"] if fastest else None,
        )
    )
    bars = [
        {"label": f["label"], "value": f["median"], "peer": f is libzmq}
        for f in (libzmq, first.figures[0], second.figures[0])
    ] + [{"label": peer["name"], "value": peer["median"], "peer": True} for peer in peers]
    second.charts.append(
        {
            "file": "throughput.svg",
            "title": "From a file to windows",
            "kind": "bars",
            "unit": "messages/s",
            "bars": bars,
            "description": "Messages a second for libzmq alone, the consumer without and with its store, "
            "and the peers.",
        }
    )
    return [first, second, memory(unkept, kept)]


def memory(unkept: list[Flow], kept: list[Flow]) -> Goal:
    """Goal 5, of the runs of goals 1 and 2 and of one more."""
    at = Endpoints()
    long = producer(messages(10_000_000, 1000), at, "--linger", 0).end()
    goal = Goal(
        "5",
        "Memory",
        "The most that the kernel says was resident: of the consumer in the runs of goals 1 and 2, of the producer on "
        "a file of 10,000,000 lines.",
        [
            figure("consumer, --ephemeral", "MB", [flow.consumer.peak_mb for flow in unkept]),
            figure("consumer, store on", "MB", [flow.consumer.peak_mb for flow in kept]),
            figure("producer, 10,000,000 lines", "MB", [long.peak_mb]),
        ],
    )
    for index, bound in enumerate((150, 150, 50)):
        goal.checks.append(
            check(
                f"{goal.figures[index]['label']}: at most {bound} MB",
                max(goal.figures[index]["runs"]),
                bound,
                "at most",
                unit="MB",
                figure=goal.figures[index]["label"],
            )
        )
    return goal


def goal_3(runs: int) -> Goal:
    file = messages(5_000_000, 1000)
    behind, recovered = [], []
    for _ in range(runs):
        at = Endpoints()
        giving = producer(file, at, "--linger", 600)
        giving.wait_for("Stream has ended")
        taking = consumer(at, "--exit-on-end")
        behind.append(5_000_000 / (taking.when("has ended") - taking.when("has begun")))
        taking.end()
        giving.stop()
        recovered.append(recovery())
    goal = Goal(
        "3",
        "Catching up and recovery",
        "Catching up: a consumer without a store that starts when the producer has published 5,000,000 messages, from "
        "the stream's beginning there to its end. Recovery: a consumer is killed while it takes messages of windows of "
        "600 s at full speed; the next one says how many messages of the journal it ran, and how long that took. "
        "Runs with less than 100,000 of them are done again.",
        [figure("catching up", "messages/s", behind), figure("recovery", "messages/s", recovered)],
    )
    for one in goal.figures:
        goal.checks.append(
            check(
                f"{one['label']}: at least 1,000,000/s",
                one["median"],
                1_000_000,
                unit="messages/s",
                figure=one["label"],
            )
        )
    return goal


def recovery() -> float:
    """Messages a second that a consumer runs through from the journal of one that was killed with a long one."""
    file = messages(1_000_000, 1000)
    with StateDirectory() as state:
        for attempt in range(20):
            at = Endpoints()
            # With long windows much is open, and the journal long.
            taking = consumer(at, "--window-size", 600, state=state)
            giving = producer(file, at)
            taking.wait_for("has begun")
            time.sleep(0.6 + 0.1 * attempt)
            taking.stop(9)
            giving.stop(9)
            next_one = consumer(at, "--window-size", 600, state=state)
            words = next_one.wait_for("ran ").split("ran ")[1].split()
            next_one.stop()
            ran, milliseconds = int(words[0]), int(words[words.index("in") + 1])
            if ran >= 100_000:
                return ran / milliseconds * 1000
            shutil.rmtree(state)
            state.mkdir()
    raise RuntimeError("no consumer had a long journal when it was killed")


def goal_4(runs: int) -> Goal:
    goal = Goal(
        "4",
        "Growth",
        "As goal 1, with more and more of one thing. Sessions: with as many messages in each window, 6 on average, so "
        "that only what the consumer has to remember grows (1,000,000 messages, or 12 a session where that is more). "
        "Fewer messages a window: the same 1,000,000 messages spread over more and more sessions, so that in the end "
        "each makes an entry by itself. Messages: files of 1,000 sessions. Window size: 1,000,000 messages of 1,000 "
        "sessions. A check is the lowest ratio to the series' first; the points of a series are measured in turn.",
        [],
    )

    def series(name: str, label: str, points: list[tuple[int, Path, list[object]]], bound: float, scale: str) -> None:
        flows = [[Flow(file, *options) for _, file, options in points] for _ in range(runs)]
        columns = list(zip(*flows, strict=True))
        rates = [
            figure(f"{name} {value:,}", "messages/s", [flow.rate for flow in column])
            for (value, _, _), column in zip(points, columns, strict=True)
        ]
        goal.figures.extend(rates)
        lowest = min(rates, key=lambda one: ratio(one, rates[0]))
        goal.checks.append(
            check(
                f"{name}: the rate stays at least {bound} of the first",
                ratio(lowest, rates[0]),
                bound,
                figure=lowest["label"],
                against=rates[0]["label"],
            )
        )
        goal.charts.append(
            {
                "file": f"growth-{name.replace(' ', '-')}.svg",
                "title": f"Rate by {label}",
                "kind": "lines",
                "description": f"Messages a second for a growing {label}.",
                "x": {"label": label, "scale": scale},
                "y": {"label": "messages/s"},
                "series": [
                    {
                        "label": "consumer, --ephemeral",
                        "points": [[point[0], rate["median"]] for point, rate in zip(points, rates, strict=True)],
                    }
                ],
            }
        )
        if name == "messages":
            peaks = [max(flow.consumer.peak_mb for flow in column) for column in columns]
            growth = peaks[-1] / peaks[0]
            goal.figures.append(figure("memory, longest by shortest file", "", [growth]))
            goal.checks.append(
                check(
                    "messages: memory grows by less than a tenth",
                    growth,
                    1.1,
                    "at most",
                    figure="memory, longest by shortest file",
                    against=None,
                )
            )

    sessions = (10, 100, 1000, 10_000, 100_000, 1_000_000)
    series(
        "sessions",
        "number of sessions",
        [(count, messages(max(1_000_000, 12 * count), count, count // 5), []) for count in sessions],
        0.5,
        "log",
    )
    series(
        "fewer messages a window",
        "number of sessions, with the same messages",
        [(count, messages(1_000_000, count), []) for count in sessions],
        0.5,
        "log",
    )
    series(
        "messages",
        "number of messages",
        [(count * 1_000_000, messages(count * 1_000_000, 1000), []) for count in (1, 2, 5, 10)],
        0.9,
        "linear",
    )
    series(
        "window size",
        "window size in seconds",
        [(size, messages(1_000_000, 1000), ["--window-size", size]) for size in (10, 30, 60, 180, 600)],
        0.75,
        "log",
    )
    return goal


def goal_8(runs: int) -> Goal:
    file = messages(1_000_000, 1_000_000)
    flows = [durable(file, responder="fallback") for _ in range(runs)]
    goal = Goal(
        "8",
        "Entries with canned replies",
        "As goal 2, with `--responder fallback` and 1,000,000 messages of 1,000,000 sessions: nearly each is a window "
        "of its own, and becomes an entry with its canned reply.",
        [figure("entries", "entries/s", [flow.entry_rate for flow in flows])],
    )
    goal.checks.append(check("at least 100,000 entries/s", goal.figures[0]["median"], 100_000, unit="entries/s"))
    return goal
