"""Windows that somebody else has cut, from a client that knows nothing of us: results.py PROGRAMS [TEST...]"""

from __future__ import annotations

import json
import random
import signal
import sys
import unittest
from collections import Counter
from pathlib import Path

import zmq

from running import PATIENCE, Program, Record, Rig, wait_until

PROGRAMS = Path(sys.argv[1]).resolve()


def window(session: str, number: int, *texts: str, revision: int = 1, trigger: str = "window") -> Record:
    start, end = f"2025-01-23T14:{number:02}:00.000Z", f"2025-01-23T14:{number:02}:30.000Z"
    ms = 1_737_640_800_000 + number * 60_000
    messages = [
        {"timestamp": start, "sender": "customer", "message": text, "sequence": place + 1}
        for place, text in enumerate(texts)
    ]
    return {
        "specversion": "1.0", "id": f"demo/{session}/{ms}-{ms + 30_000}/{revision}", "source": "/test",
        "type": "streamllm.workspace.entry.v1", "subject": session, "data": {
            "stream": "demo", "session_id": session, "window": {"kind": "tumbling", "start": start, "end": end},
            "revision": revision, "supersedes": None, "trigger": trigger, "messages": messages, "lost": 0,
        },
    }  # fmt: skip


def news(ended: bool, **more: int) -> Record:
    name = f"demo/{'ended' if ended else 'began'}/{more.get('part', 0)}"
    data = {"stream": "demo", "ended": ended, **more}
    return {"specversion": "1.0", "id": name, "source": "/test", "type": "streamllm.stream.v1", "data": data}


class Results(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)
        self.number = 0
        self.socket: zmq.Socket[bytes] | None = None

    def consumer(self, *options: str) -> Program:
        ends = {"--windows-from": "results", "--output-endpoint": "out", "--output-replay-endpoint": "out-replay"}
        return self.rig.program(
            "consumer", "--feedback-endpoint", "none", "--console", "none", *options, endpoints=ends)  # fmt: skip

    def put(self, *records: Record, patience: float = PATIENCE) -> list[bytes] | None:
        """Gives records away. Returns the answer; None if there is none."""
        self.number += 1
        if not self.socket:
            self.socket = zmq.Context.instance().socket(zmq.DEALER)
            self.socket.linger = 0
            self.socket.connect(f"ipc://{self.rig.folder}/results")
        lines = b"\n".join(json.dumps(record, separators=(",", ":")).encode() for record in records)
        self.socket.send_multipart([b"PUT", self.number.to_bytes(8, "big"), lines])
        while self.socket.poll(patience * 1000):
            answer = self.socket.recv_multipart()
            if answer[1] == self.number.to_bytes(8, "big"):
                return answer
        self.socket.close()
        self.socket = None
        return None

    def entries(self, subscriber: Program, count: int) -> list[Record]:
        wait_until(lambda: len(subscriber.records) >= count)
        return subscriber.records

    def test_entries(self) -> None:
        """Windows are answered and published, and the consumer leaves when their stream has ended."""
        consumer = self.consumer("--responder", "fallback", "--exit-on-end")
        subscriber = self.rig.subscriber()
        given = [news(False), window("a", 1, "Hello"), window("b", 1, "Hi", "there"), window("a", 2, "Bye")]
        answer = self.put(*given)
        self.assertEqual(answer, [b"OK", (1).to_bytes(8, "big")])
        # Known ones change nothing, among new ones as well.
        self.assertEqual(self.put(*given, window("c", 1, "New")), [b"OK", (2).to_bytes(8, "big")])
        records = self.entries(subscriber, 4)
        for record, expected in zip(records, [*given[1:], window("c", 1, "New")], strict=True):
            data, wanted = dict(record["data"]), expected["data"]  # type: ignore[call-overload]
            self.assertEqual(data.pop("response")["status"], "fallback")
            self.assertEqual({key: data[key] for key in wanted}, wanted)
            self.assertEqual(record["id"], expected["id"])
        refused = self.put(window("a", 3, "x"), {"specversion": "1.0", "id": "secret"})
        self.assertEqual(refused, [b"NO", (3).to_bytes(8, "big"), b"its line 2 isn't a result of a window"])
        self.put(news(True, part=0, parts=2))
        self.assertIsNone(consumer.process.poll())
        self.put(news(True, part=1, parts=2))
        self.assertEqual(consumer.exit(), 0)
        self.assertEqual([record["sequence"] for record in subscriber.records], [1, 2, 3, 4])
        self.assertNotIn("secret", consumer.error)

    def test_killed(self) -> None:
        """Whoever gets no answer gives the same again; each window has one entry, whatever is killed when."""
        draw = random.Random(1)
        consumer = self.consumer("--responder", "fallback")
        subscriber = self.rig.subscriber()
        given = []
        for turn in range(30):
            records = [window(f"s{draw.randrange(5)}", turn, f"m{turn}", revision=place + 1) for place in range(20)]
            given += records
            while not self.put(*records, patience=draw.choice([0.0, 0.5, 2.0])):
                if draw.random() < 0.5:
                    consumer.stop(signal.SIGKILL)
                    consumer = self.consumer("--responder", "fallback")
            if draw.random() < 0.3:
                consumer.stop(signal.SIGKILL)
                consumer = self.consumer("--responder", "fallback")
        expected = {str(record["id"]) for record in given}
        self.entries(subscriber, len(expected))
        self.assertEqual(Counter(str(record["id"]) for record in subscriber.records), Counter(expected))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
