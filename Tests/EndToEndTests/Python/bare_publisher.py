"""Publishes chat messages the plainest way: JSON on a PUB socket, again and again until it is killed."""

import json
import sys
import time

import zmq

endpoint, frames = sys.argv[1:]
socket = zmq.Context().socket(zmq.PUB)
socket.bind(endpoint)
second = 0
while True:
    message = {
        "session_id": "stranger",
        "timestamp": f"2025-01-23T14:{second // 60 % 60:02}:{second % 60:02}Z",
        "sender": "customer",
        "message": "Guten Tag",
    }
    payload = json.dumps(message).encode()
    if frames == "one":
        socket.send(payload)
    else:
        socket.send_multipart([b"chat", payload])
    second += 1
    time.sleep(0.01)
