"""A job is stopped in mid-stream and goes on: at another parallelism, and as another version of itself.

What a version has left behind is kept in states/, a folder each: what was published, the savepoint, and the records
that were out by then. `python3 test_state.py keep FOLDER` makes one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import streams
from rig import (
    PATIENCE,
    Cluster,
    Reader,
    Stream,
    consumed,
    differences,
    endpoint,
    free_ports,
    options,
    programs,
    read,
    renumbered,
)

SECONDS = float(os.environ.get("FLINK_SECONDS", "40"))
RULES = ("--window", "session", "--session-gap", "20", "--session-max", "90", "--allowed-lateness", "15")
STATES = Path(__file__).resolve().parent / "states"


def keep(folder: Path) -> None:
    """Makes such a folder by what is built now."""
    folder.mkdir()
    lines = streams.random_lines(21, 300)
    file = streams.write(folder / "in.jsonl", lines)
    with Cluster(folder / "cluster") as cluster, programs() as run:
        live = endpoint(free_ports(1)[0])
        run.produce(Stream("kept", file, str(streams.seconds(lines) / 60)), live)
        reader = Reader(run)
        follower = reader.follow()
        job = cluster.run("--input-endpoint", live, "--results-to", reader.results, *RULES, parallelism=2)
        cluster.wait_for("checkpoints", lambda: cluster.checkpoints(job) >= 10)
        savepoint = Path(cluster.stop(job).removeprefix("file:"))
        reader.process.terminate()
        # It stays until its follower has everything.
        assert reader.process.wait(PATIENCE) == 0, run.log()
        follower.terminate()
        assert follower.wait(PATIENCE) == 0, run.log()
        shutil.copyfile(reader.output, folder / "out.jsonl")
        shutil.copytree(savepoint, folder / "savepoint")
    shutil.rmtree(folder / "cluster")


class State(unittest.TestCase):
    def test_upgrade(self) -> None:
        """This version goes on from what each earlier one has left behind."""
        for state in sorted(STATES.iterdir()):
            with self.subTest(state.name), contextlib.ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
                cluster = stack.enter_context(Cluster(folder / "cluster"))
                run = stack.enter_context(programs())
                live, stream = endpoint(free_ports(1)[0]), Stream("kept", state / "in.jsonl")
                run.produce(stream, live)
                reader = Reader(run)
                follower = reader.follow()
                job = cluster.run(
                    "--input-endpoint", live, "--results-to", reader.results, "--exit-on-end", *RULES, parallelism=2,
                    savepoint=f"file://{state}/savepoint")  # fmt: skip
                cluster.wait_until(job, "FINISHED")
                self.assertEqual(0, follower.wait(PATIENCE), run.log())
                before, after = read(state / "out.jsonl"), read(reader.output)
                self.assertGreater(len(after), 10)
                theirs = renumbered(before + after)
                self.assertEqual([], differences(consumed([stream], *RULES), theirs, is_paced=True))

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
    if sys.argv[1:2] == ["keep"]:
        keep(Path(sys.argv[2]).resolve())
    else:
        unittest.main(verbosity=2)
