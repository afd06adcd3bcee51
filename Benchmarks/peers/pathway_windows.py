"""Windows of 30 s per session with Pathway, one worker.

    python pathway_windows.py INPUT OUTPUT

The input is read as a file that won't grow. Pathway then writes each window once, when all has been read; following a
file, it would never end. The time runs from starting the computation to its end; the start of the interpreter, the
imports and building the graph aren't in it. In the output a message is [timestamp, sender, message].
"""

import sys
import time
from datetime import timedelta

import pathway as pw

from result import report

LENGTH = timedelta(seconds=30)


class Message(pw.Schema):
    session_id: str
    timestamp: str
    sender: str
    message: str


def build(source, target):
    messages = pw.io.jsonlines.read(source, schema=Message, mode="static")
    messages = messages.with_columns(time=pw.this.timestamp.dt.strptime("%Y-%m-%dT%H:%M:%S%.3fZ"))
    windows = messages.windowby(
        pw.this.time, window=pw.temporal.tumbling(duration=LENGTH), instance=pw.this.session_id
    ).reduce(
        session_id=pw.this._pw_instance,
        window_start=pw.this._pw_window_start,
        messages=pw.reducers.sorted_tuple(pw.make_tuple(pw.this.timestamp, pw.this.sender, pw.this.message)),
    )
    pw.io.jsonlines.write(windows, target)


def main(source, target):
    build(source, target)
    begin = time.perf_counter()
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)
    report(target, time.perf_counter() - begin)


if __name__ == "__main__":
    main(*sys.argv[1:])
