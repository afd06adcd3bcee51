"""What it costs the pipeline at full speed that somebody watches it, with the release programs:

.venv/bin/python Benchmarks/bench/watching.py [viewer] [scraper] [nobody]

Two runs differ by more than what is looked for. So whoever watches comes and goes within a run, every few seconds, and
what the pipeline does meanwhile is compared with what it does before and behind it. `nobody` is the measure's own
error: who comes does nothing. ROUNDS says how many runs there are."""

# ruff: noqa: E402 # What is imported lies in another folder, and wants to know where the programs are.

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests/Python"))
PARTS = sys.argv[1:] or ["viewer", "scraper", "nobody"]
RELEASE = Path(os.environ.get("PROGRAMS", REPOSITORY / ".build/release")).resolve()
sys.argv[1:] = [str(RELEASE)]

import zmq

import programs as bench
from page_rig import PageRig
from programs import messages
from viewing import web

SETTLES, PART = 1.0, 2.0
"""Seconds: until whoever comes is there, or has left, and what is compared."""


class Progress:
    """How a pipeline gets on, as its consumer says each second itself."""

    def __init__(self, at: bench.Endpoints) -> None:
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.connect(at.entries)
        self.socket.subscribe(b"status")

    def rate(self, seconds: float) -> float | None:
        """Messages a second from now on; nothing where the input ends meanwhile."""
        # What was said in the meantime is old.
        while self.socket.poll(0):
            self.socket.recv_multipart()
        said: list[tuple[float, int]] = []
        end = time.monotonic() + seconds + 1
        # From one saying to another, and there is one each second.
        while time.monotonic() < end and (len(said) < 2 or said[-1][0] - said[0][0] < seconds - 0.5):
            if self.socket.poll(1000):
                status = json.loads(self.socket.recv_multipart()[1])
                said.append((bench.moment(status["time"]), status["received"]))
        if len(said) < 2 or any(before[1] == after[1] for before, after in pairwise(said)):
            return None
        return (said[-1][1] - said[0][1]) / (said[-1][0] - said[0][0])


def phases(progress: Progress, come: Callable[[], Callable[[], object]]) -> list[float]:
    """The rates as long as the input lasts: alone, watched, alone, …"""
    rates: list[float] = []
    while True:
        leave = come() if len(rates) % 2 else lambda: None
        try:
            time.sleep(SETTLES)
            rate = progress.rate(PART)
        finally:
            leave()
        if not rate:
            # The input may have ended within the last.
            return rates[:-1]
        rates.append(rate)


Watchers = Callable[[], Callable[[], object]]
"""Somebody comes, and leaves by what is returned."""


def cost(of: str, watchers: Callable[[bench.Endpoints], Watchers], *options: object) -> None:
    bench.RELEASE = RELEASE
    file = messages(int(os.environ.get("MESSAGES", "60_000_000")), 1000)
    ratios: list[float] = []
    for _ in range(int(os.environ.get("ROUNDS", "10"))):
        at = bench.Endpoints()
        with bench.StateDirectory() as state:
            taking = bench.consumer(at, *options, state=state)
            taking.wait_for("Publishing entries")
            giving = bench.producer(file, at)
            progress = Progress(at)
            come = watchers(at)
            # Until then a part of the machine is the producer's, and behind it all is the consumer's.
            giving.wait_for("Stream has ended")
            rates = phases(progress, come)
            giving.stop()
            taking.stop()
        ratios += [
            2 * watched / (before + behind)
            for before, watched, behind in zip(rates[::2], rates[1::2], rates[2::2], strict=False)
        ]
        print("  " + " ".join(f"{rate / 1000:.0f}" for rate in rates), flush=True)
    error = statistics.stdev(ratios) / len(ratios) ** 0.5
    print(
        f"{of} at full speed: the pipeline has {statistics.mean(ratios):.3f} ± {error:.3f} of its rate, "
        f"median {statistics.median(ratios):.3f} ({len(ratios)} times)",
        flush=True,
    )


def viewer() -> None:
    """A tab that is opened and closed. The page's server is there all the time, and says what it takes itself."""
    rig = PageRig()
    servers: list[bench.Program] = []

    def watchers(at: bench.Endpoints) -> Watchers:
        for old in servers:
            old.stop()
        program, server, cookie = web(at, rig.folder)
        servers[:] = [program]

        def come() -> Callable[[], object]:
            # Nearly nothing itself: what a tab takes of the machine is no cost of the pipeline's.
            tab = subprocess.Popen(
                ["curl", "--silent", "--no-buffer", "--header", f"Cookie: {cookie}", f"{server}/api/events?after=0"],
                stdout=subprocess.DEVNULL,
            )
            return lambda: (tab.terminate(), tab.wait(10))

        return come

    try:
        cost("one viewer", watchers)
    finally:
        for server in servers:
            server.stop()
        rig.close()


def scraper() -> None:
    """Prometheus, which asks each second."""
    (port,) = bench.free_ports(1)

    def come() -> Callable[[], object]:
        done = threading.Event()

        def ask() -> None:
            while not done.wait(1):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read()

        thread = threading.Thread(target=ask)
        thread.start()
        return lambda: (done.set(), thread.join())

    cost("one scraper", lambda _: come, "--monitor", f"127.0.0.1:{port}")


def nobody() -> None:
    cost("nobody", lambda _: lambda: lambda: None)


for part in PARTS:
    {"viewer": viewer, "scraper": scraper, "nobody": nobody}[part]()
