#!/usr/bin/env python3
"""The same windows by streamllm-consumer and by Flink, in one run on this machine: messages a second, and how soon.

    flink.py [MESSAGES] [RUNS]

Needs a release build and what `make flink` sets up. Prints tables for docs/flink.md.
"""

from __future__ import annotations

import contextlib
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from programs import (
    RELEASE,
    REPOSITORY,
    WORK,
    Endpoints,
    Program,
    StateDirectory,
    consumer,
    messages,
    producer,
    spent,
    tool,
)
from timing import Sleeper, Watched, delays, percentile, watch

sys.path.insert(0, str(REPOSITORY / "Flink"))
from cluster import Cluster, free_ports

SQL = """
CREATE TABLE messages (
  `stream` STRING, session_id STRING, ts TIMESTAMP_LTZ(3), sender STRING, message STRING,
  WATERMARK FOR ts AS SOURCE_WATERMARK()
) WITH ('connector' = 'streamllm', 'endpoint' = '{endpoint}', 'exit-on-end' = 'true');
CREATE TABLE windows (session_id STRING, s TIMESTAMP(3), n BIGINT, said STRING) WITH ('connector' = 'blackhole');
INSERT INTO windows SELECT session_id, window_start, COUNT(*), LISTAGG(message, ' ')
  FROM TABLE(TUMBLE(TABLE messages, DESCRIPTOR(ts), INTERVAL '30' SECOND))
  GROUP BY session_id, window_start, window_end;
"""

SESSIONS = ("--window", "session", "--session-gap", "10")


@dataclass
class Rate:
    """Messages a second, and messages for each second of a processor."""

    wall: float
    cpu: float


def said(cluster: Cluster, words: str) -> float:
    """When the job logged a line, in seconds since 1970."""
    line = re.compile(rf"^(\S+ \S+),(\d+) .*{words}", re.MULTILINE)
    found = cluster.wait_for(words, lambda: line.search(cluster.log()))
    return time.mktime(time.strptime(found[1], "%Y-%m-%d %H:%M:%S")) + int(found[2]) / 1000


def by_consumer(file: Path, count: int) -> Rate:
    at = Endpoints()
    with StateDirectory() as state:
        taking = consumer(at, "--exit-on-end", "--linger", 0, state=state)
        taking.wait_for("Publishing entries")
        time.sleep(0.3)
        giving = producer(file, at)
        seconds = taking.when("has ended") - taking.when("has begun")
        taking.end()
        giving.end()
        return Rate(count / seconds, count / taking.cpu_seconds)


def by_flink(file: Path, count: int, parallelism: int, in_sql: bool = False) -> Rate:
    """The job and its results' consumer, or a query in SQL. Counted is the time of TaskManager and consumer."""
    at = Endpoints()
    (results,) = (f"tcp://127.0.0.1:{port}" for port in free_ports(1))
    with tempfile.TemporaryDirectory() as name, StateDirectory() as state:
        memory = {"taskmanager.memory.process.size": "3072m"}
        with Cluster(Path(name) / "cluster", workers=1, slots=parallelism, settings=memory) as cluster:
            taking = None
            if in_sql:
                script = Path(name) / "query.sql"
                script.write_text(SQL.format(endpoint=at.messages))
                job = cluster.run(str(script), parallelism=parallelism, main="streamllm.table.Script")
            else:
                taking = reading(at, results, state, "--exit-on-end", "--linger", 0)
                job = cluster.run(
                    "--input-endpoint", at.messages, "--results-to", results, "--exit-on-end", parallelism=parallelism
                )
            cluster.wait_until(job, "RUNNING")
            worker = cluster.taskers[0].pid
            before = spent(worker)
            giving = producer(file, at, "--stream-id", "measured", "--linger", 120)
            seconds = said(cluster, "Stream measured has ended") - said(cluster, "Stream measured has begun")
            cluster.wait_until(job, "FINISHED")
            cpu = spent(worker) - before
            if taking:
                cpu += taking.end().cpu_seconds
            giving.end()
            return Rate(count / seconds, count / cpu)


def reading(at: Endpoints, results: str, state: Path, *more: object) -> Program:
    """A consumer that takes results."""
    taking = Program.start(
        RELEASE / "streamllm-consumer",
        *("--windows-from", results, "--responder", "none", "--console", "none", "--log-file", "none"),
        *("--output-endpoint", at.entries, "--output-replay-endpoint", at.entries_replay),
        *("--feedback-endpoint", "none", "--state-dir", state, *more),
    )
    taking.wait_for("Publishing entries")
    return taking


def how_soon(seconds: float, *options: str) -> list[float]:
    """Milliseconds from the message that closes a window to the window's entry, at a subscriber of both."""
    at, path = Endpoints(), WORK / "watched.txt"
    (results,) = (f"tcp://127.0.0.1:{port}" for port in free_ports(1))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        state, output = stack.enter_context(StateDirectory()), stack.enter_context(path.open("w"))
        cluster = stack.enter_context(Cluster(folder / "cluster", workers=1, slots=2))
        taking = reading(at, results, state)
        job = cluster.run("--input-endpoint", at.messages, "--results-to", results, *SESSIONS, *options, parallelism=2)
        cluster.wait_until(job, "RUNNING")
        watching = Program.start(tool("watch"), at.messages, at.entries, output=output)
        giving = producer(messages(1_000_000, 1000), at, speed=5)
        time.sleep(seconds)
        watching.stop()
        giving.stop()
        taking.stop()
    return [delay for _, delay in delays(Watched(path, Sleeper().stop()))]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    file = messages(count, 1000)
    ways = {
        "`streamllm-consumer`": lambda: by_consumer(file, count),
        "the job, `-p 1`": lambda: by_flink(file, count, 1),
        "the job, `-p 2`": lambda: by_flink(file, count, 2),
        "Flink SQL, `-p 1`": lambda: by_flink(file, count, 1, in_sql=True),
        "Flink SQL, `-p 2`": lambda: by_flink(file, count, 2, in_sql=True),
    }
    rates: dict[str, list[Rate]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            rates[name].append(way())
            print(name, rates[name][-1], file=sys.stderr, flush=True)
    print("| | messages/s | messages for each second of a processor |\n| --- | --- | --- |")
    for name, some in rates.items():
        wall, cpu = (statistics.median(getattr(one, what) for one in some) for what in ("wall", "cpu"))
        print(f"| {name} | {wall:,.0f} | {cpu:,.0f} |")
    seconds = 40.0
    print("\n| from a window's close to its entry | median | p99 |\n| --- | --- | --- |")
    for name, values in (
        ("`streamllm-consumer`", [delay for _, delay in delays(watch(seconds, 5, list(SESSIONS)))]),
        ("the job, `--at-once`", how_soon(seconds, "--at-once")),
        ("the job, checkpoints each second", how_soon(seconds)),
    ):
        print(f"| {name} | {statistics.median(values):,.1f} ms | {percentile(values, 0.99):,.1f} ms |")


if __name__ == "__main__":
    main()
