"""Messages as a table of SQL: windows by Flink's own means."""

from __future__ import annotations

import contextlib
import json
import tempfile
import unittest
from pathlib import Path

from rig import FLINK, Cluster, Stream, consumed, endpoint, free_ports, programs

SQL = """
CREATE TABLE messages (
  `stream` STRING, session_id STRING, ts TIMESTAMP_LTZ(3), sender STRING, message STRING,
  WATERMARK FOR ts AS SOURCE_WATERMARK()
) WITH ('connector' = 'streamllm', 'endpoint' = '{endpoint}', 'exit-on-end' = 'true');
CREATE TABLE windows (session_id STRING, s TIMESTAMP(3), n BIGINT)
  WITH ('connector' = 'filesystem', 'path' = '{output}', 'format' = 'json');
INSERT INTO windows SELECT session_id, window_start, COUNT(*)
  FROM TABLE(TUMBLE(TABLE messages, DESCRIPTOR(ts), INTERVAL '30' SECOND))
  GROUP BY session_id, window_start, window_end;
"""


class Table(unittest.TestCase):
    def test_tumbling(self) -> None:
        """A tumbling query has the windows that a consumer has."""
        sample = Stream("demo", FLINK.parent / "messages.jsonl")
        expected = {
            (entry["data"]["session_id"], entry["data"]["window"]["start"], len(entry["data"]["messages"]))
            for entry in consumed([sample])
        }
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
            cluster = stack.enter_context(Cluster(folder / "cluster", workers=1, slots=1))
            run = stack.enter_context(programs())
            live = endpoint(free_ports(1)[0])
            run.produce(sample, live)
            script = folder / "query.sql"
            script.write_text(SQL.format(endpoint=live, output=folder / "windows"))
            job = cluster.run(str(script), main="streamllm.table.Script")
            cluster.wait_until(job, "FINISHED")
            lines = [
                line
                for file in (folder / "windows").rglob("*")
                if file.is_file()
                for line in file.read_text().splitlines()
            ]
            found = set()
            for line in lines:
                row = json.loads(line)
                found.add((row["session_id"], row["s"].replace(" ", "T") + ".000Z", row["n"]))
            self.assertEqual(expected, found)


if __name__ == "__main__":
    unittest.main(verbosity=2)
