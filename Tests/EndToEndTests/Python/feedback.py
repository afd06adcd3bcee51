"""Feedback from clients that know pyzmq and nothing of this project: feedback.py PROGRAMS [TEST...]

FEEDBACK says how much is submitted while programs are killed."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
import unittest
import uuid
from pathlib import Path

import zmq

from running import PATIENCE, ROOT, Program, Record, Rig, wait_until

PROGRAMS = Path(sys.argv[1]).resolve()
SUBMISSIONS = int(os.environ.get("FEEDBACK", "1000"))
CLIENTS = 10

Answer = list[bytes]


class Client:
    """A client of one kind of socket, which sends again until there is an answer."""

    def __init__(self, endpoint: str, kind: int = zmq.DEALER) -> None:
        self.endpoint, self.kind = endpoint, kind
        self.socket = self.connect()

    def connect(self) -> zmq.Socket[bytes]:
        socket = zmq.Context.instance().socket(self.kind)
        socket.linger = 0
        socket.connect(self.endpoint)
        return socket

    def ask(self, *frames: bytes, patience: float = PATIENCE) -> Answer | None:
        self.socket.send_multipart(frames)
        return self.socket.recv_multipart() if self.socket.poll(patience * 1000) else None

    def submit(self, feedback: Record) -> Answer:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self.ask(b"SUBMIT", json.dumps(feedback).encode(), patience=0.25)
            if answer:
                return answer
            self.socket.close()
            self.socket = self.connect()
        raise AssertionError("no answer")


class Feedback(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)
        self.endpoint = f"ipc://{self.rig.folder}/feedback"

    def consumer(self, *options: str) -> Program:
        ends = {"--input-endpoint": "in", "--output-endpoint": "out", "--output-replay-endpoint": "out-replay"}
        ends["--feedback-endpoint"] = "feedback"
        return self.rig.program("consumer", "--responder", "fallback", "--console", "none", *options, endpoints=ends)

    def page(self) -> Program:
        ends = {"--endpoint": "out", "--input-endpoint": "in", "--feedback-endpoint": "feedback"}
        return self.rig.program("web", "--listen", "127.0.0.1:0", endpoints=ends)

    def entries(self, subscriber: Program, count: int) -> list[Record]:
        wait_until(lambda: len(subscriber.records) >= count)
        return [record for record in subscriber.records if record["type"] == "streamllm.workspace.entry.v1"]

    def play(self, *options: str) -> tuple[Program, Program, list[Record]]:
        """Plays the sample: the consumer, a subscriber, and the six entries."""
        consumer = self.consumer(*options)
        subscriber = self.rig.subscriber()
        self.rig.producer("--input-file", str(ROOT / "messages.jsonl"))
        return consumer, subscriber, self.entries(subscriber, 6)

    def test_kinds(self) -> None:
        for options in ((), ("--ephemeral",)):
            with self.subTest(options=options):
                self.check_kinds(*options)
                self.doCleanups()
                self.setUp()

    def check_kinds(self, *options: str) -> None:
        consumer, subscriber, entries = self.play(*options)
        entry = {"id": str(uuid.uuid4()), "entry": entries[0]["id"]}
        kinds: list[Record] = [
            {"kind": "shown"},
            {"kind": "inserted", "actor": "anna", "at": "2025-01-23T15:30:00+01:00"},
            {"kind": "edited", "text": "Grüße\n\U0001f600 <b>"},
            {"kind": "rejected", "reason": "too long"},
            {"kind": "rated", "rating": -1},
        ]
        for number, kind in enumerate(kinds):
            client = Client(self.endpoint, (zmq.DEALER, zmq.REQ)[number % 2])
            feedback = {**entry, "id": f"f{number}", **kind}
            for _ in range(2):
                answer = client.submit(feedback)
                self.assertEqual(answer, [b"ACCEPTED", (7 + number).to_bytes(8, "big"), f"f{number}".encode()])
            wait_until(lambda count=7 + number: len(subscriber.records) == count)
            record = subscriber.records[-1]
            self.assertEqual(record["type"], "streamllm.feedback.v1")
            self.assertEqual(record["subject"], entries[0]["subject"])
            data = record["data"]
            assert isinstance(data, dict)
            expected = {**dict.fromkeys(("text", "rating", "reason", "actor", "at")), **feedback}
            if kind["kind"] == "inserted":
                expected["at"] = "2025-01-23T14:30:00.000Z"
            self.assertEqual(data, {**expected, "session_id": entries[0]["subject"]})

        # What is wrong is refused with its reason, and ends nothing.
        client = Client(self.endpoint)
        line = json.dumps({**entry, "kind": "shown"}).encode()
        for frames, reason in (
            ((b"SUBMIT", b"nonsense"), "not a JSON object"),
            ((b"SUBMIT", b"\xff"), "not UTF-8"),
            ((b"SUBMIT", line.replace(b"shown", b"liked")), '"kind" is none of'),
            ((b"SUBMIT", json.dumps({**entry, "entry": "demo/a/0-1/1", "kind": "shown"}).encode()), "no such entry"),
            ((b"SUBMIT", json.dumps({**entry, "id": "f0", "kind": "inserted"}).encode()), "that of other feedback"),
            ((b"SUBMIT", b"[" * 60_000), "not a JSON object"),
            ((b"SUBMIT", b" " * 900_000), "too long"),
            ((b"SUBMIT",), "not a request"),
            ((b"SUBMIT", line, b""), "not a request"),
            ((b"FETCH", line), "not a request"),
            ((b"\0" * 300,), "not a request"),
        ):
            answer = client.ask(*frames)
            assert answer is not None
            self.assertEqual(answer[0], b"REFUSED")
            self.assertIn(reason, answer[1].decode())
        # What is larger than any frame ends that connection; others go on.
        self.assertIsNone(client.ask(b"SUBMIT", b" " * 2_000_000, patience=0.5))
        answer = Client(self.endpoint).submit({**entry, "id": "last", "kind": "shown"})
        self.assertEqual(answer, [b"ACCEPTED", (12).to_bytes(8, "big"), b"last"])
        self.assertEqual(consumer.stop(), 0)
        self.assertIn("; feedback 6\n", consumer.error)

    def test_killed(self) -> None:
        """Each that was accepted is in the feed once, whatever is killed when."""
        producing = ("--input-file", str(ROOT / "messages.jsonl"), "--stream-id", "chats", "--linger", "600")
        start = {
            "consumer": self.consumer,
            "producer": lambda: self.rig.producer(*producing),
            "page": self.page,
        }
        running = {name: program() for name, program in start.items()}
        first = self.rig.subscriber()
        entries = self.entries(first, 6)
        accepted: dict[str, int] = {}
        problems: list[str] = []

        def submit(number: int) -> None:
            client, pick = Client(self.endpoint), random.Random(number)
            for count in range(SUBMISSIONS // CLIENTS):
                feedback = {"id": f"{number}-{count}", "entry": pick.choice(entries)["id"], "kind": "shown"}
                verdict, detail, _ = client.submit(feedback)
                if verdict == b"ACCEPTED":
                    accepted[f"{number}-{count}"] = int.from_bytes(detail, "big")
                else:
                    problems.append(detail.decode())
            client.socket.close()

        clients = [threading.Thread(target=submit, args=(number,), daemon=True) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        # Here, since programs end with the thread that has started them.
        chance = random.Random(1)
        while any(client.is_alive() for client in clients):
            # These times are what is tried: it may hit at any moment.
            time.sleep(chance.uniform(0.05, max(1.0, SUBMISSIONS / 20_000)))
            name = chance.choice(["consumer", "consumer", "producer", "page"])
            running[name].stop(9)
            running[name] = start[name]()
        for client in clients:
            client.join()
        self.assertEqual(problems, [])
        self.assertEqual(len(accepted), SUBMISSIONS)
        # The one that was there all the time, and one that comes afterwards.
        for subscriber in (first, self.rig.subscriber()):
            wait_until(lambda one=subscriber: len(one.records) >= SUBMISSIONS + 6)
            published = {
                str(record["id"]).removeprefix("feedback/"): record["sequence"]
                for record in subscriber.records
                if record["type"] == "streamllm.feedback.v1"
            }
            self.assertEqual(len(subscriber.records), SUBMISSIONS + 6)
            self.assertEqual(published, accepted)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
