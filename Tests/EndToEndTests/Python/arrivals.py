"""Prints when each message arrives: milliseconds of the monotonic clock since a start, and the message's timestamp."""

import json
import sys
import time

import zmq

endpoint, start = sys.argv[1], float(sys.argv[2])
socket = zmq.Context().socket(zmq.SUB)
socket.connect(endpoint)
socket.subscribe(b"message/")
socket.subscribe(b"control")
while True:
    topic, payload, _ = socket.recv_multipart()
    if topic == b"control":
        if json.loads(payload)["ended"]:
            break
    else:
        print((time.monotonic() - start) * 1000, json.loads(payload)["timestamp"])
