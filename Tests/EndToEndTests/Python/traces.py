"""Traces, as a collector gets them: what it is sent is read by OpenTelemetry's own definition of it.

Run as: traces.py PROGRAMS"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socket
import sys
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from running import ROOT, Program, Rig, free_ports, wait_until

PROGRAMS = Path(sys.argv[1]).resolve()
SAMPLE = ("--input-file", str(ROOT / "messages.jsonl"))
ANSWER = "Certainly, let me look."
IDS = ("traceId", "spanId", "parentSpanId")


class Collector(ThreadingHTTPServer):
    """A collector, and a model beside it."""

    daemon_threads = True

    def __init__(self, port: int = 0, status: int = 200, reply: str = "{}") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.status, self.reply = status, reply
        self.requests: list[tuple[dict[str, str], str]] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def spans(self) -> list:
        """All that has come, as OpenTelemetry's definition reads it."""
        found = []
        for _, body in list(self.requests):
            # Ids are hexadecimal here, and base64 in what protobuf takes for JSON.
            text = re.sub(
                rf'"({"|".join(IDS)})":"([0-9a-f]*)"',
                lambda one: f'"{one[1]}":"{base64.b64encode(bytes.fromhex(one[2])).decode()}"',
                body,
            )
            request = json_format.Parse(text, ExportTraceServiceRequest())
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    found += scope.spans
        return found

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, body: str, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self) -> None:
        self.answer(200, json.dumps({"data": [{"id": "tiny"}]}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path.endswith("/traces"):
            if self.server.status == 200:
                self.server.requests.append((dict(self.headers), body))
            return self.answer(self.server.status, self.server.reply)
        pieces = [
            {"model": "tiny", "choices": [{"delta": {"content": ANSWER}, "finish_reason": None}]},
            {"choices": [{"delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": {"prompt_tokens": 40, "completion_tokens": 5}},
        ]
        lines = "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces)
        return self.answer(200, lines + "data: [DONE]\n\n", "text/event-stream")


def attributes(span: object) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


class TracesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)
        self.model = self.collector()

    def collector(self, *options: object) -> Collector:
        one = Collector(*options)
        self.addCleanup(one.close)
        return one

    @property
    def asking(self) -> tuple[str, ...]:
        return ("--responder", "openai", "--model", "tiny", "--server", f"{self.model.address}/v1")

    def consumer(self, *options: str) -> Program:
        return self.rig.consumer(*self.asking, *options)

    def lasting(self, *options: str) -> Program:
        """A consumer that doesn't leave by itself."""
        ends = {"--input-endpoint": "in", "--output-endpoint": "out", "--output-replay-endpoint": "out-replay"}
        fixed = ("--ephemeral", "--console", "none", "--feedback-endpoint", "none")
        return self.rig.program("consumer", *fixed, *self.asking, *options, endpoints=ends)

    def entries(self, consumer: Program) -> list[dict]:
        self.assertEqual(consumer.exit(), 0, consumer.error)
        found = [record for record in consumer.records if record["type"].endswith("entry.v1")]
        return [{"id": record["id"], **record["data"]} for record in found]

    def test_sent(self) -> None:
        """A trace of each entry, with its steps, and without a word that anybody has said."""
        headers = self.rig.folder / "headers"
        headers.write_text("Authorization: Basic c2VjcmV0\n\nX-Tenant: bank\n")
        headers.chmod(0o600)
        collector = self.collector()
        consumer = self.consumer("--otlp", collector.address, "--otlp-headers", str(headers))
        self.rig.producer(*SAMPLE)
        entries = self.entries(consumer)
        self.assertEqual([entry["response"]["status"] for entry in entries], ["generated"] * 6)
        spans = collector.spans
        roots = {attributes(span)["streamllm.entry.id"]: span for span in spans if not span.parent_span_id}
        self.assertEqual(set(roots), {entry["id"] for entry in entries})
        for entry in entries:
            root = roots[entry["id"]]
            self.assertEqual(attributes(root)["session.id"], entry["session_id"])
            self.assertEqual(attributes(root)["streamllm.response.status"], "generated")
            steps = {span.name: span for span in spans if span.parent_span_id == root.span_id}
            self.assertLessEqual({"chat tiny", "commit", "publish"}, set(steps))
            self.assertLessEqual(set(steps), {"queue", "chat tiny", "commit", "publish"})
            for step in steps.values():
                self.assertEqual(step.trace_id, root.trace_id)
                self.assertLessEqual(root.start_time_unix_nano, step.start_time_unix_nano)
                self.assertLessEqual(step.start_time_unix_nano, step.end_time_unix_nano)
                self.assertLessEqual(step.end_time_unix_nano, root.end_time_unix_nano)
            said = attributes(steps["chat tiny"])
            self.assertEqual((said["gen_ai.usage.input_tokens"], said["gen_ai.usage.output_tokens"]), (40, 5))
            self.assertEqual((said["gen_ai.provider.name"], said["gen_ai.response.model"]), ("openai", "tiny"))
            self.assertEqual(said["server.port"], self.model.server_address[1])
        self.assertEqual(len({span.span_id for span in spans}), len(spans))
        texts = [json.loads(line)["message"] for line in (ROOT / "messages.jsonl").read_text().splitlines()]
        for sent, body in collector.requests:
            self.assertEqual((sent["Authorization"], sent["X-Tenant"]), ("Basic c2VjcmV0", "bank"))
            self.assertFalse([text for text in [*texts, ANSWER] if text in body])
        self.assertNotIn("c2VjcmV0", consumer.error)

    def test_masked(self) -> None:
        """A session's name may be what is masked."""
        collector = self.collector()
        consumer = self.consumer("--otlp", f"{collector.address}/v1/traces/", "--mask", "email")
        self.rig.producer(*SAMPLE)
        entries = self.entries(consumer)
        self.assertEqual(len(entries), 6)
        bodies = "".join(body for _, body in collector.requests)
        self.assertNotIn("session.id", bodies)
        for entry in entries:
            self.assertNotIn(entry["session_id"], bodies)

    def test_away(self) -> None:
        """Nobody waits for a collector that isn't there, and it gets what there was once it is."""
        port = free_ports(1)[0]
        consumer = self.lasting("--otlp", f"http://127.0.0.1:{port}")
        subscriber = self.rig.subscriber("--from", "start")
        self.rig.producer(*SAMPLE)
        subscriber.wait("output", lambda text: text.count("entry.v1") == 6)
        consumer.wait("error", lambda text: "can't be sent" in text)
        collector = self.collector(port)
        wait_until(lambda: len([span for span in collector.spans if not span.parent_span_id]) == 6)
        subscriber.stop()
        consumer.stop()
        self.assertEqual(consumer.error.count("can't be sent"), 1)
        self.assertEqual(consumer.error.count("Traces are sent again"), 1)

    def test_refused(self) -> None:
        """A collector that wants none of it costs a warning."""
        collector = self.collector(0, 400, '{"message":"secret words"}')
        consumer = self.consumer("--otlp", collector.address)
        self.rig.producer(*SAMPLE)
        self.assertEqual(len(self.entries(consumer)), 6)
        self.assertEqual(consumer.error.count("doesn't take traces: it says 400"), 1)
        self.assertNotIn("secret words", consumer.error)

    def test_gone(self) -> None:
        """A collector that is never there keeps nobody at the end."""
        port = free_ports(1)[0]
        consumer = self.consumer("--otlp", f"http://127.0.0.1:{port}")
        self.rig.producer(*SAMPLE)
        self.assertEqual(len(self.entries(consumer)), 6)

    def test_silent(self) -> None:
        """A collector that says nothing, or begins to and doesn't go on, keeps nobody either."""
        for said in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"):
            with socket.create_server(("127.0.0.1", 0)) as server:
                held: list[socket.socket] = []
                threading.Thread(target=self.hold, args=(server, said, held), daemon=True).start()
                consumer = self.consumer("--otlp", f"http://127.0.0.1:{server.getsockname()[1]}")
                self.rig.producer(*SAMPLE)
                self.assertEqual(len(self.entries(consumer)), 6)
                for one in held:
                    one.close()

    @staticmethod
    def hold(server: socket.socket, said: bytes, held: list[socket.socket]) -> None:
        with contextlib.suppress(OSError):
            while True:
                held.append(server.accept()[0])
                held[-1].sendall(said)

    def test_partial(self) -> None:
        """What a collector takes only a part of is counted."""
        collector = self.collector(0, 200, '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"secret words"}}')
        port = free_ports(1)[0]
        consumer = self.lasting("--otlp", collector.address, "--monitor", f"127.0.0.1:{port}")
        subscriber = self.rig.subscriber("--from", "start")
        self.rig.producer(*SAMPLE)
        subscriber.wait("output", lambda text: text.count("entry.v1") == 6)

        def counted() -> dict[str, int]:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
                text = answer.read().decode()
            found = re.findall(r'^streamllm_trace_spans_total\{outcome="(\w+)"\} (\d+)$', text, re.MULTILINE)
            return {outcome: int(number) for outcome, number in found}

        wait_until(lambda: sum(counted().values()) == len(collector.spans) >= 24)
        self.assertEqual(counted()["rejected"], len(collector.requests))
        consumer.stop()
        self.assertNotIn("secret words", consumer.error)

    def test_mistakes(self) -> None:
        """What can't be an address, or a file of headers, is said at the start."""
        bad = self.rig.folder / "bad"
        bad.write_text("no header\n")
        for options, words in (
            (("--otlp", "localhost:4318"), "--otlp wants an address"),
            (("--otlp", "ftp://localhost"), "--otlp wants an address"),
            (("--otlp", "http://me:secret@localhost"), "--otlp-headers"),
            (("--otlp-headers", str(bad)), "--otlp-headers is for --otlp"),
            (("--otlp", "http://localhost", "--otlp-headers", str(bad)), "line 1 of"),
            (("--otlp", "http://localhost", "--otlp-headers", "/nowhere"), "isn't a file that can be read"),
        ):
            program = self.consumer(*options)
            self.assertEqual(program.exit(), 64, options)
            self.assertIn(words, program.error)
            self.assertNotIn("secret", program.error)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
