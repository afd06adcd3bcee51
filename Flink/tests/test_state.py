"""A job is stopped in mid-stream and goes on: at another parallelism, and as another version of itself."""

from __future__ import annotations

import contextlib
import os
import tempfile
import unittest
from pathlib import Path

import streams
from rig import PATIENCE, Cluster, Reader, Stream, consumed, differences, endpoint, free_ports, options, programs, read

SECONDS = float(os.environ.get("FLINK_SECONDS", "40"))
RULES = ("--window", "session", "--session-gap", "20", "--session-max", "90", "--allowed-lateness", "15")


class State(unittest.TestCase):
    def test_rescaling(self) -> None:
        """Savepoints in mid-stream, and parallelism 1, 2, 4: the records are the same."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
            some = []
            for seed in (11, 12, 13):
                lines = streams.random_lines(seed, 400)
                file = streams.write(folder / f"{seed}.jsonl", lines)
                some.append(Stream(f"stream-{seed}", file, str(streams.seconds(lines) / SECONDS)))
            ours = consumed([Stream(one.id, one.file) for one in some], *RULES)
            cluster = stack.enter_context(Cluster(folder / "cluster", workers=2, slots=2))
            run = stack.enter_context(programs())
            live = [endpoint(port) for port in free_ports(len(some))]
            for stream, place in zip(some, live, strict=True):
                run.produce(stream, place)
            reader = Reader(run)
            follower = reader.follow()
            inputs = options("--input-endpoint", live)
            arguments = [*inputs, "--results-to", reader.results, "--exit-on-end", *RULES]
            savepoint = ""
            for parallelism in (1, 2, 4):
                job = cluster.run(*arguments, parallelism=parallelism, savepoint=savepoint)
                if parallelism == 4:
                    break
                cluster.wait_until(job, "RUNNING")
                before = cluster.checkpoints(job)
                # So long that each has something to do.
                checkpoints = before + max(2, int(SECONDS / 10))
                cluster.wait_for("checkpoints", lambda job=job, n=checkpoints: cluster.checkpoints(job) >= n)
                savepoint = cluster.stop(job)
            cluster.wait_until(job, "FINISHED")
            self.assertEqual(0, follower.wait(PATIENCE), run.log())
            self.assertEqual([], differences(ours, read(reader.output), is_paced=True))


if __name__ == "__main__":
    unittest.main(verbosity=2)
