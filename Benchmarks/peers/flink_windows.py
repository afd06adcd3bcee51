"""Windows of 30 s per session with Apache Flink's SQL, in streaming mode, one task for each operator.

    python flink_windows.py INPUT OUTPUT

The time is the job's own, as Flink has it: from its start to its end, without the start of the JVM, the planner and
the local cluster. A job on the first lines of the input runs before it: in a cold JVM, loading classes takes seconds,
whatever the size of the job.
"""

import os
import sys
import tempfile
from itertools import islice

from pyflink.table import EnvironmentSettings, TableEnvironment

from result import report

# With two on two cores, 100,000 messages took 5.1 s instead of 5.3 s in a cold JVM, and the output comes in two files.
PARALLELISM = "1"
WARM_UP_LINES = 1000


def run(source, folder):
    """Runs the job on the file `source`, with its output in `folder`, and gives the seconds it took."""
    table = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    table.get_config().set("parallelism.default", PARALLELISM)
    table.get_config().set("table.local-time-zone", "UTC")
    table.execute_sql(
        f"""
        CREATE TABLE messages (
            session_id STRING, `timestamp` STRING, sender STRING, message STRING,
            moment AS TO_TIMESTAMP(REPLACE(REPLACE(`timestamp`, 'T', ' '), 'Z', ''), 'yyyy-MM-dd HH:mm:ss.SSS'),
            WATERMARK FOR moment AS moment
        ) WITH ('connector' = 'filesystem', 'path' = 'file://{source}', 'format' = 'json')
        """
    )
    table.execute_sql(
        f"""
        CREATE TABLE windows (
            session_id STRING, window_start TIMESTAMP(3),
            messages ARRAY<ROW<`timestamp` STRING, sender STRING, message STRING>>
        ) WITH (
            'connector' = 'filesystem', 'path' = 'file://{folder}', 'format' = 'json',
            'sink.rolling-policy.file-size' = '1TB', 'sink.rolling-policy.rollover-interval' = '1 d'
        )
        """
    )
    job = table.execute_sql(
        """
        INSERT INTO windows
        SELECT session_id, window_start, ARRAY_AGG(ROW(`timestamp`, sender, message))
        FROM TABLE(TUMBLE(TABLE messages, DESCRIPTOR(moment), INTERVAL '30' SECOND))
        GROUP BY session_id, window_start, window_end
        """
    )
    return job.get_job_client().get_job_execution_result().result().get_net_runtime() / 1000


def main(source, target):
    source, target = os.path.abspath(source), os.path.abspath(target)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(target)) as folder:
        with open(source, encoding="utf-8") as lines, open(f"{folder}/first", "w", encoding="utf-8") as first:
            first.writelines(islice(lines, WARM_UP_LINES))
        run(f"{folder}/first", f"{folder}/warm-up")
        seconds = run(source, f"{folder}/windows")
        # Flink writes a folder of part files. With one task, and no rolling over, there is one part.
        parts = os.listdir(f"{folder}/windows")
        if len(parts) != 1:
            sys.exit(f"flink_windows.py: Flink was to write one file, and wrote {len(parts)}")
        os.replace(f"{folder}/windows/{parts[0]}", target)
    report(target, seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])
