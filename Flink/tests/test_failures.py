"""Whatever is killed while a model answers: a follower sees each entry once, with its messages, and nothing else.

FLINK_SEEDS=1,2,3 FLINK_SECONDS=90 are for a long run, in which fourteen are.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

import model
import streams
from rig import (
    PATIENCE,
    Cluster,
    Programs,
    Reader,
    Record,
    Stream,
    consumed,
    differences,
    endpoint,
    free_ports,
    programs,
    read,
)

SEEDS = [int(seed) for seed in os.environ.get("FLINK_SEEDS", "1").split(",")]
SECONDS = float(os.environ.get("FLINK_SECONDS", "25"))
"""How long the streams last, in real time."""
RULES = ("--window", "session", "--session-gap", "15", "--session-max", "45", "--allowed-lateness", "10",
         "--max-out-of-orderness", "2")  # fmt: skip


class Killer:
    """Kills what runs, at random times and in random order, and starts it again."""

    def __init__(
        self, cluster: Cluster, run: Programs, reader: Reader, stream: Stream, live: str, job: list[str], seed: int
    ):
        self.cluster = cluster
        self.run = run
        self.reader = reader
        self.stream = stream
        self.live = live
        self.job = job
        self.draw = random.Random(seed)
        self.replay = endpoint(free_ports(1)[0])
        self.done: list[str] = []
        self.produce()
        self.id = cluster.run(*job, parallelism=2)

    def produce(self) -> None:
        self.producer = self.run.start(
            "producer", "--input-file", str(self.stream.file), "--stream-id", self.stream.id, "--speed-factor",
            self.stream.speed, "--endpoint", self.live, "--replay-endpoint", self.replay, "--linger", "99")  # fmt: skip

    def end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def worker(self) -> None:
        self.cluster.kill(self.draw.choice(self.cluster.taskers))
        self.cluster.start_worker()

    def workers(self) -> None:
        for worker in list(self.cluster.taskers):
            self.cluster.kill(worker)
        for _ in range(self.cluster.workers):
            self.cluster.start_worker()

    def consumer(self) -> None:
        self.end(self.reader.process)
        self.reader.start()

    def publisher(self) -> None:
        self.end(self.producer)
        self.produce()

    def manager(self) -> None:
        """Without high availability, somebody submits the job again, from its last checkpoint."""
        self.cluster.wait_for("a checkpoint", lambda: self.cluster.checkpoints(self.id) > 0)
        if self.cluster.manager:
            self.cluster.kill(self.cluster.manager)
        checkpoint = self.cluster.latest_checkpoint(self.id)
        self.cluster.start_manager()
        self.cluster.wait_for(
            "the cluster", lambda: self.cluster.get("/overview")["taskmanagers"] >= self.cluster.workers
        )
        self.id = self.cluster.run(*self.job, parallelism=2, savepoint=checkpoint)

    def play(self, faults: list[str], seconds: float) -> None:
        """Does these things in the given time."""
        for fault in faults:
            time.sleep(self.draw.uniform(0.5, 1.5) * seconds / len(faults))
            getattr(self, fault)()
            self.done.append(fault)


def unanswer(record: Record) -> str:
    """Takes the answer out of an entry. Returns how it was made."""
    record["data"].pop("answers", None)
    return str(record["data"].pop("response", {}).get("status", ""))


class Failures(unittest.TestCase):
    def run_one(self, seed: int, faults: list[str]) -> tuple[list[Record], list[Record]]:
        """One stream under faults, and the same without."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
            lines = streams.random_lines(seed, int(SECONDS * 40))
            times = [line for line in lines if "timestamp" in line]
            file = streams.write(folder / "in.jsonl", lines)
            self.assertTrue(times)
            ours = consumed([Stream(f"stream-{seed}", file)], *RULES)
            cluster = stack.enter_context(Cluster(folder / "cluster", workers=2, slots=1))
            run = stack.enter_context(programs())
            live = endpoint(free_ports(1)[0])
            reader = Reader(run, *stack.enter_context(model.serving()))
            follower = reader.follow()
            stream = Stream(f"stream-{seed}", file, speed=str(streams.seconds(lines) / SECONDS))
            job = ["--input-endpoint", live, "--results-to", reader.results, "--exit-on-end", *RULES]
            killer = Killer(cluster, run, reader, stream, live, job, seed)
            killer.play(faults, SECONDS)
            cluster.wait_until(killer.id, "FINISHED")
            self.assertEqual(0, follower.wait(PATIENCE), run.log())
            print(f"seed {seed}: {' '.join(killer.done)}", flush=True)
            return ours, read(reader.output)

    def test_kills(self) -> None:
        for seed in SEEDS:
            draw = random.Random(seed)
            few = ["worker", "workers", "consumer", "publisher", "manager"]
            many = ["worker"] * 9 + ["workers", "consumer", "consumer", "publisher", "manager"]
            faults = many if SECONDS > 60 else few
            draw.shuffle(faults)
            with self.subTest(seed=seed, faults=faults):
                ours, theirs = self.run_one(seed, faults)
                twice = [name for name, count in Counter(record["id"] for record in theirs).items() if count > 1]
                self.assertEqual([], twice)
                answers = Counter(unanswer(record) for record in theirs if "response" in record["data"])
                print(f"{answers.total()} entries: {dict(answers)}", flush=True)
                self.assertEqual({"generated"}, set(answers))
                for record in ours:
                    unanswer(record)
                self.assertEqual([], differences(ours, theirs, is_paced=True))


if __name__ == "__main__":
    unittest.main(verbosity=2)
