#!/usr/bin/env python3
"""Prints each entry of a streamllm workspace as it comes. Needs pyzmq. Argument: the endpoint."""

import json
import sys

import zmq

endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:5558"
socket = zmq.Context().socket(zmq.SUB)
socket.subscribe("workspace/")
socket.connect(endpoint)
try:
    while True:
        topic, payload, _ = socket.recv_multipart()
        entry = json.loads(payload)["data"]
        window, response = entry["window"], entry["response"]
        print(entry["session_id"], window["start"], window["end"], response["status"], response["text"], flush=True)
except KeyboardInterrupt:
    pass
