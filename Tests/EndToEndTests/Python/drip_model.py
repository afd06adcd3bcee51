"""A server with Ollama's interface that writes its answers slowly: drip_model.py PORT-FILE SECONDS [TEXT]

With CLOCK as the text, 600 tokens each of which is the time at which it is written, in milliseconds."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAUSE = float(sys.argv[2])
TEXT = sys.argv[3] if len(sys.argv) > 3 else "Thank you for asking, I will look at your loan and call you back today."


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply({"models": [{"name": "quen:32b", "model": "quen:32b"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked.get("stream") and "chat" in self.path:
            self.drip()
        else:
            self.reply({"model": "quen:32b", "model_info": {}})

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        words = ["CLOCK"] * 600 if TEXT == "CLOCK" else TEXT.split(" ")
        for index, word in enumerate(words):
            shown = f"t{time.time_ns() // 1_000_000}" if TEXT == "CLOCK" else word
            piece = shown if index == 0 else f" {shown}"
            self.piece({"model": "quen:32b", "message": {"role": "assistant", "content": piece}, "done": False})
            time.sleep(PAUSE)
        self.piece(
            {"model": "quen:32b", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
        )
        self.wfile.write(b"0\r\n\r\n")

    def piece(self, value: object) -> None:
        body = json.dumps(value).encode() + b"\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        self.wfile.flush()

    def reply(self, value: object) -> None:
        body = json.dumps(value).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
Path(sys.argv[1]).write_text(str(server.server_port))
print("listening", flush=True)
server.serve_forever()
