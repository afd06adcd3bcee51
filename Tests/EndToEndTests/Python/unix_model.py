"""A server with Ollama's interface on a unix socket, which says the same to everybody."""

import json
import socketserver
import sys
from http.server import BaseHTTPRequestHandler


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply({"models": [{"name": "qwen:32b", "model": "qwen:32b"}]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply({"model": "qwen:32b", "message": {"role": "assistant", "content": "Let me check."}, "done": True})

    def reply(self, value: object) -> None:
        body = json.dumps(value).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "a unix socket"

    def log_message(self, *_: object) -> None:
        pass


server = Server(sys.argv[1], Handler)
print("listening", flush=True)
server.serve_forever()
