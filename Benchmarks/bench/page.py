"""What the page costs and how quick it is, with the release programs and a real browser:

.venv/bin/python Benchmarks/bench/page.py [latency] [many] [viewers]

Needs what `make test` has set up. It prints its figures; those of docs/page.md come from here."""

# ruff: noqa: E402 # What is imported lies in another folder, and wants to know where the programs are.

from __future__ import annotations

import json
import os
import re
import selectors
import socket
import statistics
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests/Python"))
PARTS = sys.argv[1:] or ["latency", "many", "viewers"]
RELEASE = Path(os.environ.get("PROGRAMS", REPOSITORY / ".build/release")).resolve()
sys.argv[1:] = [str(RELEASE)]
os.environ.setdefault("PATIENCE", "300")

import programs as bench
from page_rig import PageRig
from running import wait_until as until
from viewing import web


def share(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def resident(pid: int) -> float:
    """In MB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def peak(pid: int) -> float:
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


# Each token is the time at which the model wrote it. A tab says when it was on the screen: behind the frame that shows
# it.
WATCH = """
window.seen = [];
const pending = [];
let isAsked = false;
new MutationObserver((changes) => {
  for (const change of changes) {
    const text = change.target.data?.slice(change.oldValue?.length ?? 0) ?? "";
    for (const [, written] of text.matchAll(/t(\\d{13})/g)) pending.push(Number(written));
  }
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => setTimeout(() => {
    isAsked = false;
    const now = Date.now();
    for (const written of pending.splice(0)) window.seen.push(now - written);
  }));
}).observe(document.querySelector("chat-view"), { characterData: true, characterDataOldValue: true, subtree: true });
window.frames_late = [];
let before = performance.now();
(function tick() { requestAnimationFrame(() => setTimeout(() => {
  const now = performance.now(); window.frames_late.push(now - before); before = now; tick(); })); })();
"""


def latency() -> None:
    """From a token's writing by the model to its being painted."""
    rig = PageRig()
    try:
        rig.stay("--responder", "ollama", "--num-predict", "4000", **rig.drip(0.02, "CLOCK"))
        page = rig.page()
        page.open()
        rig.play(10)
        until(lambda: page.js("return window.streamllm.store.sessions.has('abc123')"))
        page.choose("abc123")
        page.js(WATCH)
        until(lambda: page.js("return window.seen.length") >= 1000)
        times, frames = page.js("return [window.seen, window.frames_late]")
        print(
            f"token to paint, {len(times)} tokens: middle {statistics.median(times)} ms, 99th {share(times, 0.99)} ms, "
            f"worst {max(times)} ms; a frame of the tab by itself: middle {statistics.median(frames):.0f} ms, "
            f"99th {share(frames, 0.99):.0f} ms",
            flush=True,
        )
    finally:
        rig.close()


ACT = """
const [act, done] = arguments;
const start = performance.now();
const list = document.querySelector("session-list");
if (act === "search") { list.search.value = "session-77"; list.search.dispatchEvent(new Event("input")); }
if (act === "all") { list.search.value = ""; list.search.dispatchEvent(new Event("input")); }
if (act === "filter") { list.filter.value = "stale"; list.filter.dispatchEvent(new Event("change")); }
if (act === "unfilter") { list.filter.value = "all"; list.filter.dispatchEvent(new Event("change")); }
if (act === "scroll") list.view.scrollTop = list.view.scrollHeight * Math.random();
if (act === "open") list.choose(list.rows[Math.floor(Math.random() * list.rows.length)].session.id);
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""


def many() -> None:
    """A thousand sessions and a hundred thousand entries."""
    rig = PageRig()
    try:
        file = rig.folder / "many.jsonl"
        with file.open("w") as out:
            for number in range(100_000):
                at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_737_642_600 + number // 1000 * 60))
                text = (
                    f"Message {number}: could you tell me what the rate is, and whether I may pay back more each year?"
                )
                line = {
                    "session_id": f"session-{number % 1000}",
                    "timestamp": at + "Z",
                    "sender": "customer",
                    "message": text,
                }
                out.write(json.dumps(line) + "\n")
        rig.stay("--responder", "fallback")
        rig.producer("--input-file", str(file), "--linger", "600")
        # The last window of each session stays open.
        first = rig.subscriber("--from", "99000")
        until(lambda: first.records)
        page = rig.page()
        page.open()
        until(lambda: (page.js("return window.streamllm.store.workspaces[0]?.last") or 0) >= 99_000)
        page.driver.execute_cdp_cmd("Performance.enable", {})
        took: dict[str, list[float]] = {}
        for _ in range(20):
            for act in ("search", "all", "filter", "unfilter", "scroll", "open"):
                took.setdefault(act, []).append(page.driver.execute_async_script(ACT, act))
        page.driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        metrics = page.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        heap = next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1048576
        tab = max(
            (resident(int(pid.name)) for pid in Path("/proc").iterdir() if pid.name.isdigit() and is_tab(pid)),
            default=0,
        )
        sessions = page.js("return window.streamllm.store.sessions.size")
        print(f"{sessions} sessions, 100,000 entries; until they are painted, middle and worst of 20, in ms:")
        for act, times in took.items():
            print(f"  {act}: {statistics.median(times):.0f}, {max(times):.0f}")
        server = page.server.process.pid
        print(
            f"tab: {heap:.0f} MB heap, {tab:.0f} MB resident; "
            f"streamllm-web: {resident(server):.0f} MB, peak {peak(server):.0f} MB",
            flush=True,
        )
    finally:
        rig.close()


def is_tab(folder: Path) -> bool:
    try:
        return b"--type=renderer" in (folder / "cmdline").read_bytes()
    except OSError:
        return False


class Reader:
    """A tab, as far as the server is concerned: reads the stream of events as fast as it can."""

    def __init__(self, server: str, cookie: str) -> None:
        host, port = server.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)))
        head = f"GET /api/events?after=0 HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n"
        self.socket.sendall(head.encode())
        self.socket.setblocking(False)
        self.records, self.gaps, self.rest = 0, 0, b""

    def read(self) -> None:
        try:
            data = self.socket.recv(1 << 20)
        except BlockingIOError:
            return
        text = self.rest + data
        self.records += text.count(b"\nevent: record\n")
        self.gaps += text.count(b"event: gap\n")
        self.rest = text[-16:] if not text.endswith(b"\n\n") else b""


def viewers() -> None:
    """A hundred viewers, and a thousand entries a second."""
    bench.RELEASE = RELEASE
    rig = PageRig()
    try:
        seconds = 60
        file = rig.folder / "flow.jsonl"
        with file.open("w") as out:
            for number in range(1000 * (seconds + 2)):
                ms = 1_737_642_600_000 + number
                at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03}Z"
                line = {
                    "session_id": f"s{number % 1000}",
                    "timestamp": at,
                    "sender": "customer",
                    "message": f"What about my loan, number {number}?",
                }
                out.write(json.dumps(line) + "\n")
        at = bench.Endpoints()
        taking = bench.consumer(at, "--window-size", "1", responder="fallback")
        taking.wait_for("Publishing entries")
        program, server, cookie = web(at, rig.folder)
        chooser = selectors.DefaultSelector()
        readers = [Reader(server, cookie) for _ in range(100)]
        for reader in readers:
            chooser.register(reader.socket, selectors.EVENT_READ, reader)
        giving = bench.producer(file, at, speed=1)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for key, _ in chooser.select(timeout=0.1):
                key.data.read()
        counts = [reader.records for reader in readers]
        print(
            f"100 viewers, {seconds} s: records {min(counts):,} to {max(counts):,} each, "
            f"gaps {sum(one.gaps for one in readers)}; "
            f"streamllm-web: {peak(program.process.pid):.0f} MB at most",
            flush=True,
        )
        program.stop()
        giving.stop()
        taking.stop()
    finally:
        rig.close()


for part in PARTS:
    {"latency": latency, "many": many, "viewers": viewers}[part]()
