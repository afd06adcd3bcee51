"""Flink gives the windows of streamllm-consumer, field for field."""

from __future__ import annotations

import contextlib
import os
import tempfile
import unittest
from pathlib import Path

import streams
from rig import FLINK, Cluster, Stream, consumed, differences, flinked

FIXTURES = FLINK.parent / "Tests" / "StreamingTests" / "Fixtures"
SLIDING = ("--window", "sliding", "--window-size", "30", "--window-slide", "10")
SESSION = ("--window", "session", "--session-gap", "20")
TURN = ("--trigger", "turn", "--turn-silence", "2")
EVERYTHING = (
    "--window", "session", "--session-gap", "15", "--session-max", "60", "--max-out-of-orderness", "3",
    "--allowed-lateness", "20", *TURN,
)  # fmt: skip

RULES: dict[str, tuple[str, ...]] = {
    "tumbling": (),
    "out of order": ("--max-out-of-orderness", "3"),
    "lateness": ("--allowed-lateness", "25"),
    "sliding": SLIDING,
    "sliding, lateness": (*SLIDING, "--allowed-lateness", "15", "--max-out-of-orderness", "2"),
    "sessions": SESSION,
    "sessions, lateness": (*SESSION, "--allowed-lateness", "30"),
    "sessions, at most a minute": (*SESSION, "--session-max", "60"),
    "turns": TURN,
    "turns, out of order": (*TURN, "--max-out-of-orderness", "6"),
    "everything": EVERYTHING,
}

GOLDEN = (
    "tumbling", "lateness", "sliding", "sliding, lateness", "sessions", "sessions, at most a minute", "turns",
    "everything",
)  # fmt: skip
RANDOM_STREAMS = int(os.environ.get("FLINK_RANDOM_STREAMS", "22"))
"""How many are compared at least, a share by each of the rules."""


class Windows(unittest.TestCase):
    cluster: Cluster

    @classmethod
    def setUpClass(cls) -> None:
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-"))
        cls.cluster = stack.enter_context(Cluster(Path(folder), workers=2, slots=2))

    def compare(self, some: list[Stream], *rules: str, parallelism: int = 2) -> int:
        ours = consumed(some, *rules)
        theirs = flinked(self.cluster, some, *rules, parallelism=parallelism)
        self.assertEqual([], differences(ours, theirs))
        return len(ours)

    def test_golden(self) -> None:
        """What a real Flink's own windows were compared with."""
        some = [Stream(name, FIXTURES / f"{name}.jsonl") for name in ("pub_ordered", "pub_jitter")]
        for rule in GOLDEN:
            with self.subTest(rule=rule):
                self.assertGreater(self.compare(some, *RULES[rule]), 20)

    def test_random_streams(self) -> None:
        """Many streams in one job, by each of the rules."""
        share = -(-RANDOM_STREAMS // len(RULES))
        with tempfile.TemporaryDirectory() as folder:
            for number, (rule, words) in enumerate(RULES.items()):
                some = []
                for seed in range(number * share, (number + 1) * share):
                    file = streams.write(Path(folder) / f"{seed}.jsonl", streams.random_lines(seed))
                    some.append(Stream(f"stream-{seed}", file))
                with self.subTest(rule=rule, seeds=f"{number * share} to {(number + 1) * share - 1}"):
                    self.compare(some, *words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
