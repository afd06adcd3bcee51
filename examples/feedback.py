#!/usr/bin/env python3
"""Rates each entry of a streamllm workspace as it comes: bad where it is a canned reply. Needs pyzmq.

Arguments: the endpoint of the workspace, and that for feedback."""

import json
import sys
import uuid

import zmq

context = zmq.Context()
entries = context.socket(zmq.SUB)
entries.subscribe("workspace/")
entries.connect(sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:5558")
endpoint = sys.argv[2] if len(sys.argv) > 2 else "tcp://127.0.0.1:5560"


def submit(feedback: dict[str, object]) -> str:
    """Sends feedback until there is an answer: the same id again is the same feedback."""
    while True:
        with context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(endpoint)
            socket.send_multipart([b"SUBMIT", json.dumps(feedback).encode()])
            if socket.poll(5000):
                verdict, detail, _ = socket.recv_multipart()
                if verdict == b"ACCEPTED":
                    return f"record {int.from_bytes(detail, 'big')}"
                return f"refused: {detail.decode()}"


try:
    while True:
        _, payload, _ = entries.recv_multipart()
        entry = json.loads(payload)
        rating = 1 if entry["data"]["response"]["status"] == "generated" else -1
        feedback = {"id": str(uuid.uuid4()), "entry": entry["id"], "kind": "rated", "rating": rating}
        print(entry["id"], rating, submit(feedback), flush=True)
except KeyboardInterrupt:
    pass
