"""The page in a real browser, with real programs behind it: page.py PROGRAMS [TEST...]"""

from __future__ import annotations

import json
import sys
import time
import unittest

import zmq

from browser import CHROMIUM, ENTER, ESCAPE, Page
from page_rig import SESSIONS, PageRig, free_port
from running import ROOT, Record, wait_until


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class PageTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = PageRig()
        self.addCleanup(self.rig.close)

    def all_six(self, page: Page) -> bool:
        return all(len(page.entries(session)) >= 1 for session in SESSIONS)

    # What is seen

    def test_sample(self) -> None:
        """Both sessions, six suggestions, and tokens that grow before the entry is there."""
        model = self.rig.drip(0.05)
        self.rig.stay("--responder", "ollama", **model)
        page = self.rig.page()
        page.open()
        page.js(
            "window.saidAloud = []; const spoken = document.querySelector('#spoken');"
            "new MutationObserver(() => saidAloud.push(spoken.textContent)).observe(spoken, { childList: true })"
        )
        self.rig.play(10)
        wait_until(lambda: page.js("return window.streamllm.store.sessions.has('abc123')"))
        page.choose("abc123")
        grown: set[str] = set()

        def has_grown() -> bool:
            text = page.text(".suggestion.writing .text")
            grown.add(text)
            return len(page.entries("abc123")) == 3

        wait_until(has_grown)
        lengths = sorted(len(text) for text in grown if text)
        self.assertGreater(len(lengths), 3, grown)
        whole = page.entries("abc123")[0]["text"]
        self.assertTrue(all(str(whole).startswith(text.strip()) for text in grown), grown)
        page.choose("def456")
        wait_until(lambda: len(page.entries("def456")) == 3)
        wait_until(lambda: len(page.texts(".suggestion:not(.writing)")) == 3)
        self.assertEqual(page.js("return window.streamllm.store.unreadable"), 0)
        # That a suggestion is ready is said of each session, also where two come together.
        wait_until(lambda: all(name in " ".join(page.js("return window.saidAloud")) for name in SESSIONS))
        self.assertIn("2 of 2 sessions", page.text("#session-count"))
        # Nothing was asked of anybody else.
        others = [url for url in page.requests if not url.startswith((page.origin, "blob:", "data:", "chrome"))]
        self.assertEqual(others, [])
        errors = [line for line in page.driver.get_log("browser") if line["level"] == "SEVERE"]
        self.assertEqual(errors, [])

    def test_statuses(self) -> None:
        """Fallback, revised, superseded and stale ones differ in words."""
        file = self.rig.folder / "chat.jsonl"
        at = "2025-01-23T14:{:02}:{:02}.000Z".format

        def line(minute: int, second: int, sender: str, text: str, session: str = "s") -> str:
            return json.dumps(
                {"session_id": session, "timestamp": at(minute, second), "sender": sender, "message": text}
            )

        file.write_text(
            "\n".join([
                line(30, 0, "customer", "Hello, may I have a loan?"), line(30, 40, "customer", "Are you there?"),
                line(30, 10, "customer", "I said hello before."), line(32, 0, "rm", "Good day!", "t"),
                line(33, 0, "customer", "What about my card?", "t"), line(35, 0, "customer", "Hello?", "t"),
            ]) + "\n"
        )  # fmt: skip
        self.rig.stay(
            "--responder", "fallback", "--allowed-lateness", "60", "--max-out-of-orderness", "0", "--window-size", "30"
        )
        page = self.rig.page()
        page.open()
        self.rig.producer("--input-file", str(file), "--linger", "600")
        wait_until(lambda: page.js("return window.streamllm.store.sessions.has('s')"))
        page.choose("s")
        wait_until(lambda: any("revision 2" in text for text in page.texts(".suggestion .window")))
        self.assertIn("fallback", " ".join(page.texts(".suggestion .status")))
        self.assertTrue(any("stale" in text for text in page.texts(".suggestion .status")))
        self.assertTrue(any("1 earlier revision" in text for text in page.texts(".suggestion summary")))
        # A stale one isn't offered. (The page asks itself: its cards change while we look.)
        self.assertGreater(page.js("return document.querySelectorAll('.suggestion.stale').length"), 0)
        self.assertEqual(page.js("return document.querySelectorAll('.suggestion.stale [data-key=u]').length"), 0)

    def test_revised_and_superseded(self) -> None:
        """With a model: a window that is published again is revised, and one that nobody was asked about says so."""
        file = self.rig.folder / "chat.jsonl"
        line = '{{"session_id":"{}","timestamp":"2025-01-23T14:{}Z","sender":"customer","message":"{}"}}'.format
        windows = [line("s", f"{minute}:00", f"question {minute}") for minute in range(30, 40)]
        windows += [line("t", "39:00", "first"), line("s", "40:30", "last"), line("t", "39:10", "late")]
        file.write_text("\n".join(windows) + "\n")
        model = self.rig.drip(0.02, "That costs 4.75%, and I will call you back today.")
        self.rig.stay("--responder", "ollama", "--on-backlog", "latest", "--allowed-lateness", "120", **model)
        page = self.rig.page()
        page.open()
        self.rig.producer("--input-file", str(file), "--linger", "600")
        wait_until(lambda: page.js("return window.streamllm.store.sessions.has('s')"))
        page.choose("s")
        words = lambda: " ".join(page.texts(".suggestion .status"))  # noqa: E731
        wait_until(lambda: "superseded" in words() and "writing" not in words())
        reasons = " ".join(page.texts(".suggestion.superseded .reason"))
        self.assertIn("a newer window of the session was waiting", reasons)
        page.choose("t")
        wait_until(lambda: words() == "◆ revised")
        self.assertIn("1 earlier revision", page.text(".suggestion summary"))
        self.assertEqual(page.texts(".suggestion .mark"), ["⚠ Nobody has said: 4.75%"])

    def test_late_and_rejected(self) -> None:
        file = self.rig.folder / "chat.jsonl"
        text = '{{"session_id":"s","timestamp":"2025-01-23T14:{}Z","sender":"customer","message":"{}"}}\n'.format
        file.write_text(text("30:00", "one") + text("35:00", "two") + text("30:05", "late one") + "not JSON\n")
        self.rig.stay("--responder", "fallback")
        self.rig.producer("--input-file", str(file), "--follow", "--linger", "600")
        subscriber = self.rig.subscriber()
        wait_until(lambda: len(subscriber.records) == 3)
        page = self.rig.page()
        page.open()
        page.choose("s")
        wait_until(lambda: any("late one" in text for text in page.texts(".message.late")))
        wait_until(lambda: "Rejected lines (1" in page.text("figure-strip"))
        # What belongs to no session is no hole: nothing is loaded anew.
        for number in range(2, 5):
            with file.open("a") as out:
                out.write("not JSON either\n")
            wait_until(lambda number=number: f"Rejected lines ({number}" in page.text("figure-strip"))
        self.assertEqual(sum(url.endswith("/api/state") for url in page.requests), 1)

    # What is done

    def test_compose_and_edit(self) -> None:
        """What is typed comes back as a message and is answered; an edit becomes a record."""
        chat = self.rig.folder / "play.jsonl"
        model = self.rig.drip(0.01)
        self.rig.stay(
            "--responder", "ollama", "--trigger", "turn", "--turn-silence", "0.2", "--window", "session", **model
        )
        page = self.rig.page("--compose", str(chat))
        self.rig.producer("--input-file", str(chat), "--follow", "--speed-factor", "1")
        socket = zmq.Context.instance().socket(zmq.SUB)
        self.addCleanup(socket.close, 0)
        socket.connect(f"ipc://{self.rig.folder}/out")
        socket.subscribe("feedback/")
        records: list[Record] = []
        page.open()
        page.fill("#compose-session", "new one")
        page.fill("#compose-text", "Could I have a <b>loan</b>?")
        page.click("compose-line button")
        wait_until(lambda: "Could I have a <b>loan</b>?" in " ".join(page.texts(".message.customer .text")))
        wait_until(lambda: page.texts(".suggestion.generated"))
        page.click("[data-key=e]")
        page.fill("#edit-text", "Of course: how much?")
        page.click("dialog button[type=submit]")

        def feedback(kind: str) -> list[Record]:
            while socket.poll(0):
                records.append(json.loads(socket.recv_multipart()[1]))
            return [one["data"] for one in records if one["data"]["kind"] == kind]

        wait_until(lambda: feedback("edited"))
        self.assertEqual(feedback("edited")[0]["text"], "Of course: how much?")
        self.assertEqual(feedback("edited")[0]["session_id"], "new one")
        wait_until(lambda: feedback("shown"))
        wait_until(lambda: "Edited: Of course: how much?" in page.text(".suggestion .feedback"))
        # The RM answers: what was suggested is stale, and what was really said stands beside it.
        self.assertEqual(page.js("return document.querySelector('#compose-text').value"), "Of course: how much?")
        page.click("compose-line button")
        wait_until(lambda: "The RM said next: Of course: how much?" in page.text(".suggestion .next"))
        self.assertEqual(page.texts(".suggestion [data-key=u]"), [])

    def test_keys(self) -> None:
        self.rig.stay("--responder", "fallback")
        page = self.rig.page()
        page.open()
        self.rig.play(0)
        wait_until(lambda: self.all_six(page))
        wait_until(lambda: len(page.texts("[role=option]")) == 2)
        page.keys("j")
        page.keys("j")
        page.keys(ENTER)
        wait_until(lambda: page.text("#chat-title").startswith("Session "))
        wait_until(lambda: page.texts(".suggestion"))
        page.keys("/")
        self.assertEqual(page.js("return document.activeElement.id"), "search")
        page.keys("def")
        wait_until(lambda: len(page.texts("[role=option]")) == 1)
        page.keys(ESCAPE)
        page.keys("p")
        self.assertEqual(page.text("#pause"), "Go on")
        page.keys("p")
        self.assertEqual(page.text("#pause"), "Pause")
        page.keys("?")
        wait_until(lambda: "Keys and settings" in page.text("dialog"))
        page.click("#keys-on")
        page.keys(ESCAPE)
        wait_until(lambda: not page.texts("dialog"))
        page.keys("p")
        self.assertEqual(page.text("#pause"), "Pause")

    # What is killed

    def test_kills(self) -> None:
        """Consumer and page's server are killed while the page is open: nothing is missing, nothing twice."""
        model = self.rig.drip(0.01)
        running = {"consumer": self.rig.stay("--responder", "ollama", **model)}
        port = free_port()
        page = self.rig.page(port=port)
        page.open()
        producer = self.rig.play(5, "--stream-id", "chats")
        subscriber = self.rig.subscriber()
        wait_until(lambda: page.entries("abc123"))
        running["consumer"].stop(9)
        running["consumer"] = self.rig.stay("--responder", "ollama", **model)
        wait_until(lambda: len(page.entries("abc123")) >= 2)
        page.server.stop(9)
        wait_until(lambda: page.text("#state") != "live")
        self.rig.web(port=port)
        wait_until(lambda: page.text("#state") == "live")
        producer.wait("error", lambda text: "has ended" in text or "Done" in text or "published" in text)
        wait_until(lambda: len(subscriber.records) >= 6)
        for session in SESSIONS:
            ids = [record["id"] for record in subscriber.records if record["subject"] == session]
            page.choose(session)
            wait_until(lambda ids=ids, session=session: [one["id"] for one in page.entries(session)] == ids)
            wait_until(lambda ids=ids: len(page.texts(".suggestion:not(.writing)")) == len(ids))
            said = [json.loads(line) for line in (ROOT / "messages.jsonl").read_text().splitlines()]
            texts = [one["message"] for one in said if one["session_id"] == session]
            wait_until(lambda texts=texts: page.texts(".message .text") == texts)

    def test_slow_tab(self) -> None:
        """A tab on a slow machine has everything in the end."""
        self.rig.stay("--responder", "fallback", "--window-size", "1")
        page = self.rig.page()
        page.open()
        page.driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 20})
        chat = self.rig.folder / "many.jsonl"
        with chat.open("w") as file:
            for number in range(3000):
                at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_737_642_600 + number))
                text = f"message {number} " + "and so on " * 100
                file.write(
                    json.dumps(
                        {"session_id": f"s{number % 5}", "timestamp": at + "Z", "sender": "customer", "message": text}
                    )
                    + "\n"
                )
        self.rig.producer("--input-file", str(chat), "--linger", "600")
        subscriber = self.rig.subscriber()
        wait_until(lambda: len(subscriber.records) == 3000)
        page.driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 1})
        wait_until(lambda: page.js("return window.streamllm.store.workspaces[0]?.last") == 3000)
        page.choose("s4")
        wait_until(lambda: page.entries("s4") and page.entries("s4")[-1]["number"] == 3000)
        wait_until(lambda: len(page.entries("s4")) >= 200)

    def test_back(self) -> None:
        """Scrolled back, and saved, a session is whole: what the page has, and what only the consumer has."""
        self.rig.stay("--responder", "fallback", "--window-size", "1")
        chat = self.rig.folder / "long.jsonl"
        with chat.open("w") as file:
            # What others say is more than the page keeps.
            for number in range(6000):
                at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_737_642_600 + number))
                session = "long" if number % 10 == 0 else f"other{number % 10}"
                message = {"session_id": session, "timestamp": at, "sender": "customer", "message": f"message {number}"}
                if session != "long":
                    message["message"] += "." * 15_000
                file.write(json.dumps(message) + "\n")
        self.rig.producer("--input-file", str(chat), "--linger", "600")
        subscriber = self.rig.subscriber("--session", "long")
        wait_until(lambda: len(subscriber.records) == 600)
        page = self.rig.page()
        page.open()
        wait_until(lambda: (page.js("return window.streamllm.store.workspaces[0]?.last") or 0) >= 6000)
        page.choose("long")
        wait_until(lambda: len(page.entries("long")) >= 200)
        page.js(
            "URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text }); return '#' }; "
            "[...document.querySelectorAll('button')].find((one) => one.title.startsWith('Save')).click()"
        )
        wait_until(lambda: bool(page.js("return window.saved")))
        saved = [json.loads(line) for line in str(page.js("return window.saved")).splitlines()]
        # What has been shown is said meanwhile.
        self.assertEqual(saved[:600], subscriber.records[:600])
        earlier = "[...document.querySelectorAll('button')].find((one) => one.textContent === 'Show earlier messages')"
        for _ in range(40):
            if page.js(f"return {earlier}.hidden"):
                break
            count = page.js("return document.querySelectorAll('.message').length")
            page.js(f"{earlier}.click()")
            wait_until(
                lambda count=count: (
                    page.js("return document.querySelectorAll('.message').length") != count
                    or page.js(f"return {earlier}.hidden")
                )
            )
        self.assertEqual(page.texts(".message .text"), [f"message {number}" for number in range(0, 6000, 10)])

    def test_terminated(self) -> None:
        """With ten open tabs the server is gone in two seconds, and says so with 0."""
        self.rig.stay("--responder", "fallback")
        page = self.rig.page()
        page.open()
        for _ in range(9):
            page.driver.switch_to.new_window("tab")
            page.driver.get(page.origin + "/")
            wait_until(lambda: page.text("#state") not in ("", "connecting…"))
        start = time.monotonic()
        self.assertEqual(page.server.stop(), 0)
        self.assertLess(time.monotonic() - start, 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
