"""A model's server that speaks as Ollama does, and answers everything in a few words, which it takes its time for."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
import time
from collections.abc import Iterator

NAME = "made-up"
WORDS = ("I'd ", "be ", "glad ", "to ", "look ", "into ", "it.")
PAUSE = 0.02
"""Seconds before each word."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.reply({"version": "0.31.2", "models": [{"name": NAME, "model": NAME}]})

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path not in ("/api/generate", "/api/chat"):
            self.reply({"model_info": {"general.architecture": "made", "made.context_length": 8192}})
            return
        is_chat = self.path == "/api/chat"
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        with contextlib.suppress(OSError):
            for word in WORDS:
                time.sleep(PAUSE)
                said = {"message": {"role": "assistant", "content": word}} if is_chat else {"response": word}
                self.write({"model": question.get("model"), **said, "done": False})
            self.write(
                {"model": question.get("model"), "done": True, "done_reason": "stop", "prompt_eval_count": 20,
                 "eval_count": len(WORDS), "eval_duration": 1_000_000}
            )  # fmt: skip

    def reply(self, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def write(self, line: object) -> None:
        self.wfile.write(json.dumps(line).encode() + b"\n")
        self.wfile.flush()


@contextlib.contextmanager
def serving() -> Iterator[list[str]]:
    """Starts one. Gives the options by which a consumer asks it."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ["--responder", "ollama", "--model", NAME, "--server", f"http://127.0.0.1:{server.server_port}"]
        server.shutdown()
