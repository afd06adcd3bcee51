"""Windows of 30 s per session with Bytewax, one worker.

    python bytewax_windows.py INPUT OUTPUT

The time runs from starting the dataflow to its end; the start of the interpreter and the imports aren't in it.
"""

import json
import sys
import time
from datetime import datetime, timedelta, timezone

import bytewax.operators as op
import bytewax.operators.windowing as windowing
from bytewax.connectors.files import FileSink, FileSource
from bytewax.dataflow import Dataflow
from bytewax.testing import run_main

from result import report

LENGTH = timedelta(seconds=30)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
BATCH = 1000  # Lines at a time; Bytewax's default of one is a good deal slower.


def parse(line):
    """Gives (session, (time, the message without its session))."""
    message = json.loads(line)
    moment = datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00"))
    return message.pop("session_id"), (moment, message)


def record(window):
    """Gives the line for a window, with the session in front: the sink wants a key."""
    session, (number, items) = window
    start = (EPOCH + number * LENGTH).isoformat()
    messages = [message for _, message in items]
    return session, json.dumps({"session_id": session, "window_start": start, "messages": messages})


def dataflow(source, target):
    flow = Dataflow("windows")
    messages = op.map("parse", op.input("read", flow, FileSource(source, batch_size=BATCH)), parse)
    # The clock on the wall stands still. Bytewax would otherwise add the time that has passed since a message to the
    # watermark, and a pause of the process could make the next message late.
    clock = windowing.EventClock(
        ts_getter=lambda item: item[0],
        wait_for_system_duration=timedelta(0),
        now_getter=lambda: EPOCH,
        to_system_utc=lambda _: None,
    )
    windower = windowing.TumblingWindower(length=LENGTH, align_to=EPOCH)
    windows = windowing.collect_window("collect", messages, clock, windower)
    op.output("write", op.map("record", windows.down, record), FileSink(target))
    return flow


def main(source, target):
    flow = dataflow(source, target)
    begin = time.perf_counter()
    run_main(flow)
    report(target, time.perf_counter() - begin)


if __name__ == "__main__":
    main(*sys.argv[1:])
