"""Messages as a table of SQL: windows by Flink's own means."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

import streams
from rig import FLINK, Cluster, Stream, consumed, endpoint, free_ports, programs

SQL = """
CREATE TABLE messages (
  `stream` STRING, session_id STRING, ts TIMESTAMP_LTZ(3), sender STRING, message STRING,
  WATERMARK FOR ts AS SOURCE_WATERMARK()
) WITH ('connector' = 'streamllm', 'endpoint' = '{endpoint}'{options});
CREATE TABLE windows (session_id STRING, s TIMESTAMP(3), n BIGINT)
  WITH ('connector' = 'filesystem', 'path' = '{output}', 'format' = 'json');
INSERT INTO windows SELECT session_id, window_start, COUNT(*)
  FROM TABLE(TUMBLE(TABLE messages, DESCRIPTOR(ts), INTERVAL '30' SECOND))
  GROUP BY session_id, window_start, window_end;
"""


def rows(folder: Path) -> list[dict[str, Any]]:
    """What stands in a table of files so far. The last line of one may be on its way."""
    lines = [line for file in folder.rglob("*") if file.is_file() for line in file.read_bytes().splitlines(True)]
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


class Table(unittest.TestCase):
    def run_query(
        self, stack: contextlib.ExitStack, folder: Path, places: list[str], *more: str
    ) -> tuple[Cluster, str]:
        cluster = stack.enter_context(Cluster(folder / "cluster", workers=1, slots=1))
        script = folder / "query.sql"
        options = "".join(f", {option}" for option in more)
        script.write_text(SQL.format(endpoint=";".join(places), output=folder / "windows", options=options))
        return cluster, cluster.run(str(script), main="streamllm.table.Script")

    def test_tumbling(self) -> None:
        """A tumbling query has the windows that a consumer has."""
        sample = Stream("demo", FLINK.parent / "messages.jsonl")
        expected = {
            (entry["data"]["session_id"], entry["data"]["window"]["start"], len(entry["data"]["messages"]))
            for entry in consumed([sample])
        }
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
            run = stack.enter_context(programs())
            live = endpoint(free_ports(1)[0])
            run.produce(sample, live)
            cluster, job = self.run_query(stack, folder, [live], "'exit-on-end' = 'true'")
            cluster.wait_until(job, "FINISHED")
            found = {
                (row["session_id"], row["s"].replace(" ", "T") + ".000Z", row["n"]) for row in rows(folder / "windows")
            }
            self.assertEqual(expected, found)

    def test_silence(self) -> None:
        """A stream that has fallen silent doesn't hold up the others."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
            run = stack.enter_context(programs())
            places, names = [endpoint(port) for port in free_ports(2)], ("silent", "lively")
            for place, name, count in zip(places, names, (5, 300), strict=True):
                lines = [streams.line(second, name, "customer", "hello") for second in range(count)]
                producer = run.produce(Stream(name, streams.write(folder / name, lines)), place, "--follow")
                if name == "silent":
                    silent = producer
            cluster, job = self.run_query(stack, folder, places, "'idle-timeout' = '3 s'")
            cluster.wait_for("both streams", lambda: all(f"Stream {name} has begun" in cluster.log() for name in names))
            time.sleep(3)
            self.assertEqual([], rows(folder / "windows"))
            silent.kill()
            cluster.wait_for("windows", lambda: len(rows(folder / "windows")) >= 9)
            cluster.cancel(job)


if __name__ == "__main__":
    unittest.main(verbosity=2)
