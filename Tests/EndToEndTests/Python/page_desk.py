"""What a relationship manager goes by: who waits, what is offered; nothing is told twice, or to the wrong customer.

Run as: page_desk.py PROGRAMS"""

from __future__ import annotations

import json
import sys
import time
import unittest

import zmq
from selenium.webdriver.common.keys import Keys

from page_rig import PageRig
from running import Record, wait_until

FACTS = """
const [events, done] = arguments;
Promise.all(['/store.js', '/entries.js'].map((path) => import(path))).then(([{ Store }, { ordered, saidNext }]) => {
  const store = new Store();
  const now = Date.now();
  for (const [name, data] of events) store.apply(name, data);
  done([...store.sessions.values()].map((session) => {
    const { waitingSince, newest, states } = store.summary(session);
    const entry = states[0].entry;
    return [session.id, waitingSince && Math.round((store.now(newest) - waitingSince) / 60_000), states[0].status,
            entry && saidNext(entry, ordered(session))?.text];
  }));
}).catch((error) => done(String(error)));
"""
"""What the page makes of events: of each session its name, how many minutes the customer has been waiting, the status
of its suggestion, and what the RM said next."""


def at(minutes: float) -> str:
    """The time so many minutes ago."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60 * minutes))


def message(sender: str, minutes: float, sequence: int = 0, stream: str = "a", text: str = "hello") -> list[object]:
    fields = {"timestamp": at(minutes), "sender": sender, "message": text, "session_id": "s"}
    return ["message", {**fields, "stream": stream, "sequence": sequence}]


def late(sender: str, minutes: float, sequence: int, text: str = "hello") -> list[object]:
    line = json.dumps({"session_id": "s", "timestamp": at(minutes), "sender": sender, "message": text})
    data = {"session_id": "s", "line": line, "reason": "late", "position": {"stream": "a", "sequence": sequence}}
    return record("streamllm.message.late.v1", f"l{sequence}", 1, data)


def entry(number: int, minutes: float, sequence: int, stream: str = "a", identity: str = "") -> list[object]:
    said = {"timestamp": at(minutes), "sender": "customer", "message": "hello", "sequence": sequence}
    window = {"kind": "tumbling", "start": at(minutes + 1), "end": at(minutes - 1)}
    response = {"status": "generated", "text": "Good day.", "reason": None, "model": "m"}
    data = {
        "stream": stream,
        "session_id": "s",
        "window": window,
        "revision": 1,
        "supersedes": None,
        "trigger": "window",
    }
    data |= {"messages": [said], "response": response, "timing": {"total_ms": 1, "first_token_ms": 1}, "lost": 0}
    return record("streamllm.workspace.entry.v1", identity or f"e{number}", number, data)


def record(kind: str, identity: str, number: int, data: dict[str, object]) -> list[object]:
    one = {"id": identity, "type": kind, "subject": "s", "time": at(0), "data": data}
    return ["record", {"workspace": 0, "number": number, "record": one}]


STREAMS = {"workspace": 0, "messages": 0, "entries": 0, "silent_ms": 0}
REPLAY = ["figures", {**STREAMS, "status": {"streams": [{"stream": "c", "event_time": at(60 * 24 * 300)}]}}]
LIVE = ["figures", {**STREAMS, "status": {"streams": [{"stream": "a", "event_time": at(0)}]}}]
CASES: list[tuple[str, list[list[object]], list[object]]] = [
    ("an hour and more", [LIVE, message("customer", 70)], [70, "none", None]),
    ("two days", [LIVE, message("customer", 60 * 48)], [60 * 48, "none", None]),
    ("a clock ahead", [LIVE, message("customer", -8)], [-8, "none", None]),
    ("answered", [message("customer", 5, 1), message("rm", 4, 2)], [None, "none", None]),
    ("a hundred messages", [message("customer", 100 - n, n) for n in range(100)], [100, "none", None]),
    ("a year ago", [REPLAY, message("customer", 60 * 24 * 300 + 7, stream="c")], [7, "none", None]),
    ("its stream has ended", [REPLAY, message("customer", 60 * 24 * 300 + 7, stream="c"), LIVE], [7, "none", None]),
    ("no word of its stream", [message("customer", 60 * 24 * 300 + n, n, "d") for n in (7, 0)], [7, "none", None]),
    ("answered late", [message("customer", 5, 1), late("rm", 4, 2)], [None, "none", None]),
    ("only a late one", [late("customer", 3, 1)], [3, "none", None]),
    ("offered", [entry(1, 5, 1)], [5, "generated", None]),
    ("said next", [entry(1, 5, 1), message("rm", 4, 2, text="Yes")], [None, "stale", "Yes"]),
    ("said next, late", [entry(1, 5, 1), late("rm", 4, 2, "Yes")], [None, "stale", "Yes"]),
    ("by another stream", [entry(1, 5, 7), message("rm", 4, 1, "b", "Yes")], [None, "stale", "Yes"]),
    ("before, by another stream", [entry(1, 5, 1), message("customer", 6, 9, "b")], [6, "generated", None]),
    ("an older window revised", [entry(1, 5, 2), entry(2, 9, 1)], [9, "generated", None]),
    ("older by number, newer by time", [entry(1, 5, 1, "b"), entry(2, 9, 8)], [9, "generated", None]),
]  # fmt: skip


class DeskTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = PageRig()
        self.addCleanup(self.rig.close)

    def feedback(self) -> list[Record]:
        """Feedback records, growing."""
        socket = zmq.Context.instance().socket(zmq.SUB)
        self.addCleanup(socket.close, 0)
        socket.connect(f"ipc://{self.rig.folder}/out")
        socket.subscribe("feedback/")
        self.socket, self.records = socket, []
        return self.records

    def kinds(self) -> list[str]:
        while self.socket.poll(0):
            self.records.append(json.loads(self.socket.recv_multipart()[1]))
        return [one["data"]["kind"] for one in self.records]

    def test_facts(self) -> None:
        """Who waits and since when, what is stale, and what was said next: a table."""
        page = self.rig.page()
        page.open()
        page.driver.set_script_timeout(20)
        for name, events, want in CASES:
            found = page.driver.execute_async_script(FACTS, [LIVE, *events])
            self.assertEqual(found, [["s", *want]], name)

    def test_drafts(self) -> None:
        """What is typed stays with its customer; what is used keeps its paragraphs; Enter sends."""
        chat = self.rig.folder / "play.jsonl"
        answer = "First paragraph.\n\nSecond paragraph."
        live = ("--trigger", "turn", "--turn-silence", "0.2", "--window", "session")
        self.rig.stay("--responder", "ollama", *live, **self.rig.drip(0.001, answer))
        page = self.rig.page("--compose", str(chat))
        self.rig.producer("--input-file", str(chat), "--follow", "--speed-factor", "1")
        page.open()
        typed = "return ['session', 'sender', 'text'].map((name) => document.querySelector('#compose-' + name).value)"
        for name in ("ann", "bob"):
            page.fill("#compose-session", name)
            page.fill("#compose-text", f"I am {name}")
            page.driver.find_element("css selector", "#compose-text").send_keys(Keys.ENTER)
            wait_until(lambda name=name: name in page.text("#chat-title"))
            wait_until(lambda name=name: f"I am {name}" in page.texts(".message .text"))
        page.choose("ann")
        wait_until(lambda: page.texts(".suggestion [data-key=u]"))
        # What is being typed comes back: with Escape, and behind the suggestion.
        page.fill("#compose-text", "half a thought")
        for _ in range(2):
            page.js("document.activeElement.blur()")
            page.driver.find_element("css selector", "body").send_keys("u")
            wait_until(lambda: page.js(typed) == ["ann", "rm", answer])
            page.driver.find_element("css selector", "#compose-text").send_keys(Keys.ESCAPE)
            wait_until(lambda: page.js(typed) == ["ann", "customer", "half a thought"])
        page.js("document.activeElement.blur()")
        page.driver.find_element("css selector", "body").send_keys("u")
        wait_until(lambda: page.js(typed) == ["ann", "rm", answer])
        page.choose("bob")
        wait_until(lambda: page.js(typed) == ["bob", "customer", ""])
        page.choose("ann")
        wait_until(lambda: page.js(typed) == ["ann", "rm", answer])
        # What was typed for a session that isn't there yet isn't taken for that of another one.
        page.choose("bob")
        page.fill("#compose-session", "carl")
        page.fill("#compose-text", "Welcome, Carl")
        page.choose("ann")
        page.choose("bob")
        wait_until(lambda: page.js(typed) == ["carl", "customer", "Welcome, Carl"])
        page.choose("ann")
        page.click("compose-line button")
        wait_until(lambda: [json.loads(line) for line in chat.read_text().splitlines()][-1]["message"] == answer)
        self.assertEqual(json.loads(chat.read_text().splitlines()[-1])["session_id"], "ann")
        wait_until(lambda: page.js(typed) == ["ann", "customer", "half a thought"])

    def test_too_long(self) -> None:
        """Who says too much for the list is in it all the same."""
        chat = self.rig.folder / "long.jsonl"
        line = {"timestamp": at(0), "sender": "customer"}
        texts = {"long": "word " * 20_000, "short": "credit and a limit"}
        lines = [json.dumps({**line, "session_id": name, "message": text}) for name, text in texts.items()]
        chat.write_text("\n".join(lines))
        self.rig.stay("--responder", "fallback")
        self.rig.producer("--input-file", str(chat))
        page = self.rig.page()
        page.open()
        wait_until(lambda: "Too long for this list: open it to read" in page.texts("session-list .words"))
        # Words are looked for one by one.
        page.fill("#search", "limit credit")
        wait_until(lambda: page.texts("session-list .name") == ["short"])
        page.fill("#search", "long")
        wait_until(lambda: page.texts("session-list .name") == ["long"])

    def test_meanwhile(self) -> None:
        """What is typed during a sending isn't lost, nor is what wasn't taken, and it stays with its chat."""
        page = self.rig.page("--compose", str(self.rig.folder / "play.jsonl"))
        page.open()
        page.js(
            "const real = window.fetch; window.held = [];"
            "window.fetch = (...all) => all[0] === '/api/compose'"
            " ? new Promise((go) => window.held.push((status) =>"
            " go(status ? new Response('no', { status }) : real(...all)))) : real(...all)"
        )
        typed = "return ['session', 'sender', 'text'].map((name) => document.querySelector('#compose-' + name).value)"
        page.fill("#compose-session", "ann")
        page.fill("#compose-text", "one")
        page.driver.find_element("css selector", "#compose-text").send_keys(Keys.ENTER)
        wait_until(lambda: page.js(typed) == ["ann", "customer", ""])
        page.fill("#compose-text", "two")
        page.js("window.held[0](0)")
        wait_until(lambda: "one" in (self.rig.folder / "play.jsonl").read_text())
        self.assertEqual(page.js(typed), ["ann", "customer", "two"])
        page.driver.find_element("css selector", "#compose-text").send_keys(Keys.ENTER)
        page.fill("#compose-text", "three")
        page.js("window.held[1](503)")
        wait_until(lambda: page.js(typed) == ["ann", "customer", "two\nthree"])
        wait_until(lambda: "Not sent: no" in page.text("compose-line"))
        # Another chat is opened before the answer is there.
        page.driver.find_element("css selector", "#compose-text").send_keys(Keys.ENTER)
        page.driver.get(page.origin + "/#session=bob")
        wait_until(lambda: page.js(typed) == ["bob", "customer", ""])
        page.js("window.held[2](503)")
        wait_until(lambda: "Not sent" in page.text("compose-line"))
        self.assertEqual(page.js(typed), ["bob", "customer", ""])

    def test_unread(self) -> None:
        """What has come in a chat that isn't open is counted until it is opened."""
        page = self.rig.page()
        page.open()
        unread = "return [...document.querySelectorAll('.row .unread')].map((one) => one.innerText)"
        asked = (
            "return [...window.streamllm.store.sessions.values()]"
            ".map((one) => [...one.messages.values()].filter(({ sender }) => sender === 'customer').length)"
        )
        self.rig.play(100)
        wait_until(lambda: any("how much tax" in text for text in page.texts(".row .words")))
        wait_until(lambda: sorted(page.js(unread)) == sorted(f"{count} new" for count in page.js(asked)))
        self.assertEqual(len(page.js(unread)), 2)
        page.choose("abc123")
        wait_until(lambda: len(page.js(unread)) == 1)
        page.driver.refresh()
        wait_until(lambda: len(page.texts(".row")) == 2)
        self.assertEqual(page.js(unread), [])

    def test_taken(self) -> None:
        """Feedback is sent again while nobody answers, and is one all the same; what wasn't taken can be told again."""
        self.rig.stay("--responder", "fallback")
        page = self.rig.page()
        page.open()
        self.rig.play(100)
        wait_until(lambda: page.js("return window.streamllm.store.workspaces[0]?.last") == 6)
        records = self.feedback()
        page.js(
            "const real = window.fetch; window.answers = [503, 0, 403]; window.sent = [];"
            "window.fetch = async (...all) => {"
            " if (!all[0].startsWith('/api/feedback')) return real(...all);"
            " const body = JSON.parse(all[1].body); if (body.kind === 'shown') return new Response('');"
            " window.sent.push([body.kind, body.id]); const status = window.answers.shift();"
            " return status ? new Response('no', { status }) : real(...all); }"
        )
        page.choose("def456")
        good = "[...document.querySelectorAll('.suggestion button')].filter((one) => one.textContent === 'Good').at(-1)"
        wait_until(lambda: page.js(f"return Boolean({good})"))
        page.js(good + ".click()")
        wait_until(lambda: "rated" in self.kinds())
        self.assertEqual(len({identity for _, identity in page.js("return window.sent")}), 1)
        dismiss = "[...document.querySelectorAll('.suggestion [data-key=d]')].at(-1)"
        page.js(dismiss + ".click()")
        wait_until(lambda: "Feedback wasn't taken: no" in page.text("#toast"))
        page.js(dismiss + ".click()")
        wait_until(lambda: "rejected" in self.kinds())
        self.assertEqual(sorted(one["data"]["kind"] for one in records), ["rated", "rejected"])

    def test_once(self) -> None:
        """Tabs, reloads, double clicks and keys that are held: what is told is told once."""
        self.rig.stay("--responder", "fallback")
        records = self.feedback()
        page = self.rig.page()
        page.open()
        self.rig.play(100)
        wait_until(lambda: page.js("return window.streamllm.store.workspaces[0]?.last") == 6)
        page.choose("def456")
        wait_until(lambda: "shown" in self.kinds())
        page.driver.refresh()
        wait_until(lambda: page.texts(".suggestion .text"))
        page.driver.switch_to.new_window("tab")
        page.driver.get(page.origin + "/#session=def456")
        wait_until(lambda: page.texts(".suggestion .text"))
        newest = "[...document.querySelectorAll('.suggestion [data-key=u]')].at(-1)"
        wait_until(lambda: page.js(f"return Boolean({newest})"))
        page.js(
            "for (const detail of [1, 2, 1]) "
            f"{newest}.dispatchEvent(new MouseEvent('click', {{ detail, bubbles: true }}))"
        )
        wait_until(lambda: "inserted" in self.kinds())
        page.js(
            "for (let n = 0; n < 30; n += 1) document.body.dispatchEvent("
            "new KeyboardEvent('keydown', { key: 'd', repeat: n > 0, bubbles: true }))"
        )
        wait_until(lambda: "rejected" in self.kinds())
        # What is dismissed isn't offered any more, and is rated yet.
        wait_until(lambda: not page.driver.find_elements("css selector", ".suggestion [data-key=u]"))
        good = "[...document.querySelectorAll('.suggestion button')].filter((one) => one.textContent === 'Good')"
        page.js(good + ".at(-1).click()")
        wait_until(lambda: "rated" in self.kinds())
        told = [(one["data"]["kind"], one["data"]["entry"]) for one in records]
        self.assertEqual(sorted(kind for kind, _ in told if kind != "shown"), ["inserted", "rated", "rejected"])
        self.assertEqual(len(told), len(set(told)))

    def test_places(self) -> None:
        """Links, the browser's Back, a window of another size, and a consumer that is silent."""
        consumer = self.rig.stay("--responder", "fallback")
        page = self.rig.page()
        page.open()
        self.rig.play(100)
        wait_until(lambda: page.js("return window.streamllm.store.workspaces[0]?.last") == 6)
        page.choose("abc123")
        page.choose("def456")
        page.driver.back()
        wait_until(lambda: "abc123" in page.text("#chat-title"))
        first = page.entries("abc123")[0]["id"]
        page.driver.get(f"{page.origin}/#session=abc123&entry={first}")
        page.driver.refresh()
        wait_until(lambda: page.js("return document.activeElement?.dataset?.entry") == first)
        page.driver.get(f"{page.origin}/#session=abc123&entry=nothing")
        page.driver.refresh()
        wait_until(lambda: "isn't kept any more" in page.text("chat-view"))
        page.driver.get(f"{page.origin}/#session=nobody")
        wait_until(lambda: "Nothing is known" in page.text("chat-view"))
        wait_until(lambda: page.text("#session-count") == "2 of 2 sessions")
        page.choose("abc123")
        end = "const { scrollHeight, scrollTop, clientHeight } = document.querySelector('chat-view .scroll'); "
        for width in (900, 1400):
            page.driver.set_window_size(width, 500)
            wait_until(
                lambda: page.js(
                    end + "return scrollHeight > clientHeight && scrollHeight - scrollTop - clientHeight < 8"
                )
            )
            self.assertEqual(page.text("#pause"), "Pause")
        consumer.stop(9)
        wait_until(lambda: page.text("#state") == "live, but a consumer is silent")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
