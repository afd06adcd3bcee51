"""What strangers, their pages and their texts can do to the page: page_safety.py PROGRAMS [TEST...]"""

from __future__ import annotations

import functools
import http.server
import re
import socket
import subprocess
import sys
import threading
import time
import unittest

from selenium.common.exceptions import NoAlertPresentException

from browser import CHROMIUM, Page
from hostile import TEXTS, lines
from impostor import Impostor, entry
from page_rig import HERE, PROGRAMS, PageRig
from running import wait_until

FOREIGN = (
    "img", "iframe", "object", "embed", "video", "audio", "form[action]", "base", "meta[http-equiv]", "a", "style",
    'script:not([src="/app.js"])', 'link:not([href="/style.css"]):not([href="/icon.svg"])',
)  # fmt: skip
"""Elements that the page has none of."""


WATCH_HARM = "window.harm = 0; window.alert = window.confirm = window.prompt = () => { window.harm += 1; }"


class GuardTest(unittest.TestCase):
    """Requests of strangers, with curl."""

    def setUp(self) -> None:
        self.rig = PageRig()
        self.addCleanup(self.rig.close)
        self.server = self.rig.web()
        self.server.wait("output", lambda text: "/?token=" in text)
        found = re.search(r"Open (http://127\.0\.0\.1:(\d+))/\?token=(\w+)", self.server.output)
        assert found
        self.origin, self.port, self.token = found.groups()

    def curl(self, *arguments: str) -> tuple[int, str]:
        command = ["curl", "-s", "-i", "--max-time", "5", *arguments]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        text = done.stdout.decode(errors="replace")
        return (int(text.split()[1]) if text.startswith("HTTP/") else 0), text

    def test_strangers(self) -> None:
        status, text = self.curl(f"{self.origin}/?token={self.token}")
        self.assertEqual(status, 303)
        found = re.search(r"(?i)set-cookie: (streamllm-\d+=\w+); Path=/; HttpOnly; SameSite=Strict", text)
        self.assertTrue(found and re.search(r"(?i)location: /\r", text), text)
        cookie = ("-H", f"Cookie: {found[1]}")
        status, text = self.curl(*cookie, f"{self.origin}/")
        self.assertEqual(status, 200)
        for header in (
            "content-security-policy: default-src 'none'; script-src 'self'", "x-content-type-options: nosniff",
            "referrer-policy: no-referrer", "cache-control: no-store", "cross-origin-opener-policy: same-origin",
        ):  # fmt: skip
            self.assertIn(header, text.lower())
        json_body = ("-H", "Content-Type: application/json", "-d", "{}")
        own = ("-H", f"Origin: {self.origin}")
        for want, arguments in (
            (401, ()), (401, ("-H", "Cookie: streamllm=1")), (403, (*cookie, "-H", "Host: evil.test")),
            (403, (*cookie, "-H", f"Host: evil.test:{self.port}")),
            (200, (*cookie, "-H", f"Host: localhost:{self.port}")),
            (400, (*cookie, "-H", "Connection: Upgrade", "-H", "Upgrade: websocket")),
            (405, (*cookie, "-X", "DELETE")), (405, (*cookie, "-X", "OPTIONS")),
        ):  # fmt: skip
            for path in ("/", "/app.js", "/api/state"):
                self.assertEqual(self.curl(*arguments, f"{self.origin}{path}")[0], want, arguments)
        self.assertEqual(self.curl(f"{self.origin}/?token={self.token}x")[0], 401)
        for path in ("/api/feedback", "/api/compose"):
            for want, arguments in (
                (401, (*json_body, *own)), (403, (*cookie, *json_body)),
                (403, (*cookie, *json_body, "-H", "Origin: http://evil.test")),
                (403, (*cookie, *json_body, "-H", "Origin: null")),
                (403, (*cookie, *json_body, *own, "-H", "Sec-Fetch-Site: cross-site")),
                (415, (*cookie, *own, "-d", "a=b")), (415, (*cookie, *own, "-F", "a=b")),
            ):  # fmt: skip
                self.assertEqual(self.curl(*arguments, f"{self.origin}{path}")[0], want, arguments)
        body = self.rig.folder / "body"
        body.write_text("[" * 200_000)
        status, _ = self.curl(
            *cookie, *own, "-H", "Content-Type: application/json", "-d", f"@{body}", f"{self.origin}/api/feedback"
        )
        self.assertEqual(status, 413)
        for path in ("/../../etc/passwd", "/%2e%2e/etc/passwd", "/api/none", "/store.js.map"):
            self.assertEqual(self.curl("--path-as-is", *cookie, f"{self.origin}{path}")[0], 404)
        for path in (
            "/api/session",
            "/api/session?id=a&before=x",
            "/api/session?id=a&before=-1",
        ):
            self.assertEqual(self.curl(*cookie, f"{self.origin}{path}")[0], 400)

    def test_ends(self) -> None:
        """Whoever waits for a consumer that isn't there doesn't keep the server."""
        found = re.search(r"(?i)set-cookie: ([^;]+)", self.curl(f"{self.origin}/?token={self.token}")[1])
        assert found
        own = ("-H", f"Cookie: {found[1]}", "-H", f"Origin: {self.origin}", "-H", "Content-Type: application/json")
        asked = [
            self.rig.run("curl", "-s", "--max-time", "30", *own, *more, f"{self.origin}/api/{path}")
            for path, more in (
                ("feedback", ("-d", '{"id":"a"}')),
                ("session?id=a&before=9", ()),
                ("events", ("-N",)),
            )
        ]
        asked[2].wait("output", lambda text: "retry:" in text)
        start = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - start, 2)
        for one in asked:
            one.exit()

    def test_stalled(self) -> None:
        """Those that ask for much and don't read are few at a time, and what they keep is bounded."""
        publisher = Impostor(self.rig.folder, [entry("s", padding="x" * 60_000) for _ in range(60)])
        self.addCleanup(publisher.close)
        found = re.search(r"(?i)set-cookie: ([^;]+)", self.curl(f"{self.origin}/?token={self.token}")[1])
        assert found
        own, address = ("-H", f"Cookie: {found[1]}"), f"{self.origin}/api/session?id=s"
        wait_until(lambda: len(self.curl(*own, address)[1]) > 3_000_000)
        head = f"GET /api/session?id=s HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {found[1]}\r\n\r\n"
        answers = []
        for _ in range(100):
            one = socket.socket()
            self.addCleanup(one.close)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect(("127.0.0.1", int(self.port)))
            one.settimeout(10)
            one.sendall(head.encode())
            answers.append(one.recv(12).decode())
        self.assertEqual(sorted(set(answers)), ["HTTP/1.1 200", "HTTP/1.1 503"])
        self.assertLessEqual(answers.count("HTTP/1.1 200"), 8)
        self.assertEqual(self.curl(*own, f"{self.origin}/")[0], 200)
        start = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - start, 2)

    def test_unread(self) -> None:
        """Who is refused isn't waited for."""
        with socket.create_connection(("127.0.0.1", int(self.port)), 10) as one:
            one.sendall(f"POST /api/compose HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n".encode())
            one.sendall(b"Content-Length: 100000\r\n\r\nabc")
            said = b""
            while more := one.recv(4096):
                said += more
            self.assertIn(b"401", said)

    def test_addresses(self) -> None:
        """Where others can get to it, it isn't served without a word of one's own."""
        refused = self.rig.run(PROGRAMS / "streamllm-web", "--listen", "0.0.0.0:0")
        self.assertEqual(refused.exit(), 64)
        self.assertIn("--token-file", refused.error)
        taken = self.rig.run(PROGRAMS / "streamllm-web", "--listen", f"127.0.0.1:{self.port}")
        self.assertEqual(taken.exit(), 69)
        self.assertIn("Address in use", taken.error)
        place = self.rig.folder / "page.sock"
        served = self.rig.web("--listen", f"unix:{place}")
        served.wait("output", lambda text: "/?token=" in text)
        token = served.output.split("token=")[1].strip()
        self.assertEqual(self.curl("--unix-socket", str(place), f"http://localhost/?token={token}")[0], 303)
        self.assertEqual(place.stat().st_mode & 0o077, 0)
        second = self.rig.web("--listen", f"unix:{place}")
        self.assertEqual(second.exit(), 69)
        self.assertEqual(served.stop(), 0)
        asked = self.rig.web("--listen", f"unix:{place}", "--address")
        self.assertEqual(asked.exit(), 0)
        self.assertIn(token, asked.output)


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class ForeignPageTest(unittest.TestCase):
    """What a page of somebody else's can do in the same browser."""

    def test_foreign_page(self) -> None:
        rig = PageRig()
        self.addCleanup(rig.close)
        chat = rig.folder / "chat.jsonl"
        page = rig.page("--compose", str(chat))
        page.open()
        folder = rig.folder / "foreign"
        folder.mkdir()
        (folder / "index.html").write_text("<!doctype html><title>foreign</title>")
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
        handler.log_message = lambda *_: None
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.driver.get(f"http://localhost:{server.server_port}/")
        outcomes = page.driver.execute_async_script((HERE / "foreign_page.js").read_text(), page.origin)
        self.assertEqual(outcomes, ["rejected"] * 6)
        self.assertEqual(chat.read_text(), "")
        # A link from there is followed as one's own is.
        page.js("location.href = arguments[0]", page.origin + "/")
        wait_until(lambda: page.text("#state") == "live")


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class HostileTextTest(unittest.TestCase):
    def test_hostile_texts(self) -> None:
        self.rig = PageRig()
        self.addCleanup(self.rig.close)
        chat = self.rig.folder / "hostile.jsonl"
        chat.write_bytes(lines())
        answer = "<img src=x onerror=alert(1)> <script>alert(2)</script> javascript:alert(3) \u202e gnp.exe"
        model = self.rig.drip(0, answer)
        self.rig.stay("--responder", "ollama", "--model", "<svg/onload=alert(4)>", **model)
        page = self.rig.page()
        page.open()
        page.js(WATCH_HARM)
        self.rig.producer("--input-file", str(chat), "--linger", "600")
        subscriber = self.rig.subscriber()
        wait_until(lambda: len({one.get("subject") for one in subscriber.records}) >= len(TEXTS))
        wait_until(lambda: len(page.js("return [...window.streamllm.store.sessions.keys()]")) > len(TEXTS))
        sessions = page.js("return [...window.streamllm.store.sessions.keys()]")
        assert isinstance(sessions, list)
        wait_until(lambda: page.text("#session-count") == f"{len(sessions)} of {len(sessions)} sessions")
        for session in sessions:
            page.js("document.querySelector('session-list').choose(arguments[0])", session)
            wait_until(lambda: page.texts(".message"))
            wait_until(lambda: page.texts(".suggestion:not(.writing)"))
        self.assert_harmless(page)

    def assert_harmless(self, page: Page) -> None:
        foreign = page.js(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.outerHTML)", ", ".join(FOREIGN)
        )
        self.assertEqual(foreign, [])
        self.assertEqual(page.js("return window.harm"), 0)
        with self.assertRaises(NoAlertPresentException):
            page.driver.switch_to.alert.accept()
        others = [url for url in page.requests if not url.startswith((page.origin, "blob:", "data:", "chrome"))]
        self.assertEqual(others, [])
        self.assertEqual(page.js("return document.title"), "streamllm")

    def test_hostile_answers(self) -> None:
        """The same texts as answer, as model and as reason."""
        self.rig = PageRig()
        self.addCleanup(self.rig.close)
        said = [
            {
                "status": status,
                "text": text[:5000],
                "reason": text[:5000],
                "model": text[:5000],
                "unsupported": [{"text": text[:100]}],
            }
            for text in TEXTS
            for status in ("generated", "fallback")
        ]
        publisher = Impostor(self.rig.folder, [entry(f"s{number}", response=one) for number, one in enumerate(said)])
        self.addCleanup(publisher.close)
        page = self.rig.page()
        page.open()
        page.js(WATCH_HARM)
        wait_until(lambda: page.js("return window.streamllm.store.sessions.size") == len(said))
        for number in range(len(said)):
            page.choose(f"s{number}")
            wait_until(lambda: page.js("return document.querySelectorAll('.suggestion').length"))
        self.assert_harmless(page)

    def test_impostor(self) -> None:
        """Records of somebody who is no consumer: each spoils nothing but itself."""
        rig = PageRig()
        self.addCleanup(rig.close)
        odd = {"status": "generated", "text": 5, "reason": {}, "unsupported": [None], "model": ["m"]}
        records = [
            entry("alice"), 'null,"workspace":300000000', entry("bob", timing=None), entry("carl", response=odd),
            entry("dora", response=None), entry("eve", messages=None), entry("fred", window=None), "nonsense", '{"a":',
            entry("gina", supersedes={"a": 1}), entry("hans", answers="x"), entry("zoe"),
        ]  # fmt: skip
        publisher = Impostor(rig.folder, records)
        self.addCleanup(publisher.close)
        page = rig.page()
        for _ in range(2):
            page.open()
            wait_until(lambda: page.js("return window.streamllm.store.workspaces[0]?.last") == len(records))
            self.assertEqual(page.js("return window.streamllm.store.workspaces.length"), 1)
            wait_until(lambda: page.texts("[role=option] .name"))
            self.assertTrue({"alice", "bob", "carl", "zoe"} <= set(page.texts("[role=option] .name")))
            for session in ("alice", "bob", "carl", "zoe"):
                page.choose(session)
                wait_until(lambda: page.texts(".suggestion"))
                self.assertIn("Hello?", " ".join(page.texts(".message .text")))
        self.assertEqual(page.server.stop(), 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
