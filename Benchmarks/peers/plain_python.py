"""Windows of 30 s per session in plain Python: what one writes without any framework.

    python3 plain_python.py INPUT OUTPUT

A window is written once a message's time has reached its end. A message whose window has been written is late and
isn't counted; the generated input has none. The time runs from opening the input to closing the output; the start of
the interpreter isn't in it.
"""

import json
import sys
import time
from datetime import datetime, timezone

from result import report

SECONDS = 30


def write(windows, start, file):
    """Writes and forgets the windows of all sessions that begin at `start`."""
    begin = datetime.fromtimestamp(start, timezone.utc).isoformat()
    for session, messages in windows.pop(start).items():
        file.write(json.dumps({"session_id": session, "window_start": begin, "messages": messages}) + "\n")


def run(source, target):
    """Reads lines from `source`, and writes a line for each window to `target`."""
    windows = {}  # The start of a window -> session -> its messages.
    watermark = 0  # The latest start of a window seen so far. All windows before it are complete.
    for line in source:
        message = json.loads(line)
        # Python before 3.11 doesn't know the Z.
        moment = datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00")).timestamp()
        start = int(moment // SECONDS) * SECONDS
        if start < watermark:
            continue
        if start > watermark:
            watermark = start
            for complete in sorted(begin for begin in windows if begin < watermark):
                write(windows, complete, target)
        windows.setdefault(start, {}).setdefault(message.pop("session_id"), []).append(message)
    for start in sorted(windows):
        write(windows, start, target)


def main(source, target):
    begin = time.perf_counter()
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as file:
        run(lines, file)
    report(target, time.perf_counter() - begin)


if __name__ == "__main__":
    main(*sys.argv[1:])
