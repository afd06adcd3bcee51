"""Runs streams through streamllm-consumer and through Flink, and compares what comes out."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from cluster import FLINK, Cluster, free_ports

PROGRAMS = Path(os.environ.get("STREAMLLM_PROGRAMS", FLINK.parent / ".build" / "debug"))
PATIENCE = 240.0
"""Seconds in which a program has to have ended."""

Record = dict[str, Any]


@dataclass
class Stream:
    """What a producer publishes."""

    id: str
    file: Path
    speed: str = "0"


def endpoint(port: int) -> str:
    return f"tcp://127.0.0.1:{port}"


class Programs:
    """Programs that are gone when this is left. Their logs are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.all: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *arguments: str, output: Path | None = None) -> subprocess.Popen[bytes]:
        log = self.folder / f"{name}-{len(self.all)}.log"
        with contextlib.ExitStack() as files:
            stdout = files.enter_context(output.open("ab")) if output else subprocess.DEVNULL
            process = subprocess.Popen(
                [PROGRAMS / f"streamllm-{name}", *arguments, "--log-file", "none"], stdin=subprocess.DEVNULL,
                stdout=stdout, stderr=files.enter_context(log.open("ab")))  # fmt: skip
        self.all.append(process)
        return process

    def produce(self, stream: Stream, live: str, *more: str, linger: int = 120) -> subprocess.Popen[bytes]:
        """Publishes a stream on `live`, and beside it."""
        (replay,) = free_ports(1)
        return self.start(
            "producer", "--input-file", str(stream.file), "--stream-id", stream.id, "--speed-factor", stream.speed,
            "--endpoint", live, "--replay-endpoint", endpoint(replay), "--linger", str(linger), *more)  # fmt: skip

    def log(self) -> str:
        return "".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in self.folder.glob("*.log")
        )

    def __enter__(self) -> Programs:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.all:
            process.kill()
            process.wait()


@contextlib.contextmanager
def programs() -> Iterator[Programs]:
    with tempfile.TemporaryDirectory(prefix="streamllm-flink-test-") as folder, Programs(Path(folder)) as some:
        yield some


def read(file: Path) -> list[Record]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def inputs(streams: Sequence[Stream]) -> list[str]:
    """An endpoint for each stream."""
    return [endpoint(port) for port in free_ports(len(streams))]


def options(name: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (name, value)]


def consumed(streams: Sequence[Stream], *rules: str) -> list[Record]:
    """What streamllm-consumer makes of streams, by some rules."""
    with programs() as run:
        live, output = inputs(streams), run.folder / "out.jsonl"
        ports = [endpoint(port) for port in free_ports(2)]
        for stream, place in zip(streams, live, strict=True):
            run.produce(stream, place)
        consumer = run.start(
            "consumer", *options("--input-endpoint", live), "--output-endpoint", ports[0],
            "--output-replay-endpoint", ports[1], "--feedback-endpoint", "none", "--ephemeral", "--responder", "none",
            "--console", "json", "--exit-on-end", "--linger", "0", *rules, output=output)  # fmt: skip
        assert consumer.wait(PATIENCE) == 0, run.log()
        return read(output)


class Reader:
    """A consumer that takes results from Flink. Killed, it can be started again."""

    def __init__(self, run: Programs, *more: str) -> None:
        self.run = run
        self.output = run.folder / "entries.jsonl"
        self.results, live, replay = (endpoint(port) for port in free_ports(3))
        self.live = live
        self.command = [
            "--windows-from", self.results, "--output-endpoint", live, "--output-replay-endpoint", replay,
            "--feedback-endpoint", "none", "--state-dir", str(run.folder / "state"), "--console", "none",
            "--exit-on-end", "--linger", "60", *(more or ("--responder", "none")),
        ]  # fmt: skip
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        self.process = self.run.start("consumer", *self.command)
        return self.process

    def follow(self) -> subprocess.Popen[bytes]:
        """A stranger to all this, who wants the entries from the first one on."""
        return self.run.start(
            "subscribe", "--endpoint", self.live, "--format", "json", "--exit-on-end", output=self.output
        )


def flinked(cluster: Cluster, streams: Sequence[Stream], *rules: str, parallelism: int = 2) -> list[Record]:
    """What Flink and a consumer behind it make of streams, by some rules."""
    with programs() as run:
        live = inputs(streams)
        for stream, place in zip(streams, live, strict=True):
            run.produce(stream, place)
        reader = Reader(run)
        follower = reader.follow()
        job = cluster.run(
            *options("--input-endpoint", live), "--results-to", reader.results, "--exit-on-end", *rules,
            parallelism=parallelism)  # fmt: skip
        try:
            cluster.wait_until(job, "FINISHED")
        except TimeoutError as problem:
            problem.add_note(run.log())
            raise
        assert follower.wait(PATIENCE) == 0, run.log()
        return read(reader.output)


def bare(record: Record) -> str:
    """A record without what is of its making alone."""
    data = {key: value for key, value in record["data"].items() if key != "timing"}
    left = {key: value for key, value in record.items() if key not in ("time", "sequence", "release")}
    return json.dumps({**left, "data": data}, sort_keys=True, ensure_ascii=False)


def without_words(record: Record) -> Record:
    """Why a line isn't JSON is said by another parser in other words."""
    data = record["data"]
    if record["type"].endswith("rejected.v1") and "JSON" in data["reason"]:
        return {**record, "data": {**data, "reason": "not valid JSON"}}
    return record


def without_reason(record: Record) -> Record:
    """Where a publisher's clock goes by real time, how far it had come when a message was set aside does, too."""
    return {**record, "data": {**record["data"], "reason": ""}} if "reason" in record["data"] else record


def renumbered(records: list[Record]) -> list[Record]:
    """As if one consumer had published them all."""
    return [{**record, "sequence": number} for number, record in enumerate(records, 1)]


def differences(ours: list[Record], flinks: list[Record], is_paced: bool = False) -> list[str]:
    """What isn't the same in two runs. Empty: nothing."""
    problems = []
    words = without_reason if is_paced else without_words
    a, b = (Counter(bare(words(record)) for record in some) for some in (ours, flinks))
    for name, only in (("only the consumer's", a - b), ("only Flink's", b - a)):
        if only:
            problems.append(f"{name}, {only.total()}: {next(iter(only))[:1500]}")
    if [record["sequence"] for record in flinks] != list(range(1, len(flinks) + 1)):
        problems.append("numbers have holes")
    orders: list[dict[tuple[str, str], list[str]]] = [{}, {}]
    for order, some in zip(orders, (ours, flinks), strict=True):
        for record in some:
            if record["type"].endswith("entry.v1"):
                key = (record["data"]["stream"], record["data"]["session_id"])
                order.setdefault(key, []).append(record["id"])
    if not (a - b or b - a) and orders[0] != orders[1]:
        problems.append("another order within a session")
    return problems
