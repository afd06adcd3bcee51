"""A workspace's publisher that is none: records of its own making, for tests of the page."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import zmq

STREAM = "workspace-00000000-0000-4000-8000-000000000000"


def entry(session: str = "alice", **changes: object) -> str:
    """An entry as consumers write it, with other fields of `data`."""
    message = {"timestamp": "2025-01-23T14:30:00.000Z", "sender": "customer", "message": "Hello?", "sequence": 1}
    window = {"kind": "tumbling", "start": "2025-01-23T14:30:00.000Z", "end": "2025-01-23T14:30:30.000Z"}
    data = {
        "stream": "s", "session_id": session, "window": window, "revision": 1, "supersedes": None, "trigger": "window",
        "messages": [message], "answers": {"sequence": 1, "sender": "customer"},
        "response": {"status": "generated", "text": "Good day!", "reason": None, "model": "m", "unsupported": []},
        "timing": {"queued_ms": 0, "first_token_ms": 1, "total_ms": 2}, "lost": 0, **changes,
    }  # fmt: skip
    head = {"specversion": "1.0", "id": f"s/{session}/0-1/1", "source": "/streamllm/consumer"}
    kind = {"type": "streamllm.workspace.entry.v1", "subject": session, "time": "2025-01-23T14:30:31.000Z"}
    return json.dumps({**head, **kind, "sequence": 1, "data": data}, separators=(",", ":"))


class Impostor:
    """Publishes lines as the records of a workspace, live and by replay."""

    def __init__(self, folder: Path, records: list[str]) -> None:
        self.records = [record.encode() for record in records]
        self.replay = f"ipc://{folder}/out-replay"
        context = zmq.Context.instance()
        self.live, self.router = context.socket(zmq.XPUB), context.socket(zmq.ROUTER)
        self.live.setsockopt(zmq.XPUB_VERBOSE, 1)
        for socket, name in ((self.live, "out"), (self.router, "out-replay")):
            socket.linger = 0
            socket.bind(f"ipc://{folder}/{name}")
        self.is_over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def control(self) -> None:
        said = {"stream": STREAM, "first": 1, "next": len(self.records) + 1, "replay": self.replay, "ended": False}
        self.live.send_multipart([b"control", json.dumps(said).encode(), b""])

    def run(self) -> None:
        poller = zmq.Poller()
        poller.register(self.live, zmq.POLLIN)
        poller.register(self.router, zmq.POLLIN)
        while not self.is_over:
            ready = dict(poller.poll(100))
            if self.live in ready:
                self.live.recv()
            self.control()
            if self.router in ready:
                client, *frames = self.router.recv_multipart()
                if frames[0] == b"FETCH":
                    self.answer(client, int.from_bytes(frames[2], "big"))
        self.live.close()
        self.router.close()

    def answer(self, client: bytes, first: int) -> None:
        batch, end = self.records[first - 1 :], (len(self.records) + 1).to_bytes(8, "big")
        name = STREAM.encode()
        found = [b"BATCH", name, first.to_bytes(8, "big"), end, b"\n".join(batch)]
        self.router.send_multipart([client, *(found if batch else [b"NOTHING", name, end])])

    def close(self) -> None:
        self.is_over = True
        self.thread.join()
