"""The last line that a peer prints: what is in the file that it wrote, and how long that took."""

import json


def report(output, seconds):
    """Counts the windows and messages in `output` and prints them with the time.

    It counts in the file, not in the peer: only what was written counts. Call it when the clock has stopped.
    """
    windows = messages = 0
    with open(output, encoding="utf-8") as file:
        for line in file:
            windows += 1
            messages += len(json.loads(line)["messages"])
    print(json.dumps({"messages": messages, "windows": windows, "seconds": round(seconds, 3)}))
