"""The programs as a user runs them, for tests that are written in Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = float(os.environ.get("PATIENCE", "120"))
"""Seconds that anything may take."""
# A test that has run out of time is killed: what it has started goes with it.
WITH_PARENT = ("setpriv", "--pdeathsig", "KILL", "--")

Record = dict[str, object]


class Program:
    """A process whose output is collected, and can be waited for."""

    def __init__(self, *command: str | Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [*WITH_PARENT, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment})  # fmt: skip
        self.lines: dict[str, list[str]] = {"output": [], "error": []}
        self.parsed: list[Record] = []
        self.changed = threading.Condition()
        self.readers = [
            threading.Thread(target=self.read, args=(name, stream), daemon=True)
            for name, stream in (("output", self.process.stdout), ("error", self.process.stderr))
        ]
        for reader in self.readers:
            reader.start()

    def read(self, name: str, stream: IO[str]) -> None:
        for line in stream:
            with self.changed:
                self.lines[name].append(line)
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def text(self, name: str) -> str:
        return "".join(self.lines[name])

    @property
    def output(self) -> str:
        return self.text("output")

    @property
    def error(self) -> str:
        return self.text("error")

    @property
    def records(self) -> list[Record]:
        """What was printed as lines of JSON so far."""
        # Each is read once: a test may have a hundred thousand.
        while len(self.parsed) < len(lines := self.lines["output"]) and lines[len(self.parsed)].endswith("\n"):
            self.parsed.append(json.loads(lines[len(self.parsed)]))
        return self.parsed

    def wait(self, name: str, enough: Callable[[str], object]) -> None:
        """Waits for what is printed on standard output or standard error."""
        with self.changed:
            if not self.changed.wait_for(
                lambda: enough(self.text(name)) or not any(reader.is_alive() for reader in self.readers), PATIENCE
            ):
                raise AssertionError(f"it took too long; so far there was:\n{self.error}\n{self.output[-2000:]}")
            if not enough(self.text(name)):
                raise AssertionError(f"it ended, saying:\n{self.error}\n{self.output[-2000:]}")

    def exit(self) -> int:
        """Waits for the end, and for all that was printed."""
        code = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        return code

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.exit()


class Rig:
    """Feeds in a folder of their own, and the programs started with them; all are gone when this is left."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.started: list[Program] = []
        self.folder = Path(tempfile.mkdtemp(prefix="streamllm-"))

    def close(self) -> None:
        for program in self.started:
            program.process.kill()
            program.exit()
        shutil.rmtree(self.folder)

    def run(self, *command: str | Path, **environment: str) -> Program:
        self.started.append(Program(*command, **{"XDG_STATE_HOME": str(self.folder), **environment}))
        return self.started[-1]

    def program(self, name: str, *options: str, endpoints: dict[str, str], **environment: str) -> Program:
        ends = [part for option, file in endpoints.items() for part in (option, f"ipc://{self.folder}/{file}")]
        return self.run(self.programs / f"streamllm-{name}", "--log-file", "none", *ends, *options, **environment)

    def producer(self, *options: str) -> Program:
        ends = {"--endpoint": "in", "--replay-endpoint": "in-replay"}
        return self.program("producer", "--speed-factor", "0", *options, endpoints=ends)

    def consumer(self, *options: str, **environment: str) -> Program:
        ends = {"--input-endpoint": "in", "--output-endpoint": "out", "--output-replay-endpoint": "out-replay"}
        fixed = ("--ephemeral", "--exit-on-end", "--console", "json", "--feedback-endpoint", "none")
        return self.program("consumer", *fixed, *options, endpoints=ends, **environment)

    def subscriber(self, *options: str) -> Program:
        return self.program("subscribe", "--format", "json", *options, endpoints={"--endpoint": "out"})

    def model(self, *options: str) -> Model:
        """A real model on its server, which can be asked when this returns."""
        server = self.run(sys.executable, ROOT / "scripts/streamllm-model", *options)
        server.wait("output", lambda text: "streamllm-consumer " in text)
        return Model(server)


class Model:
    def __init__(self, program: Program) -> None:
        self.program = program
        found = re.search(r"OPENAI_BASE_URL=(http://127\.0\.0\.1:(\d+))(.*)/v1", program.output)
        if not found:
            raise AssertionError(program.output)
        self.origin, self.port, self.prefix = found.groups()

    @property
    def asked(self) -> int:
        """How often it was asked for an answer, by the log of a server with `--verbose`."""
        return self.program.error.count(" processing task,")


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def wait_until(done: Callable[[], object]) -> None:
    """Waits for what nothing tells of."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise AssertionError("it took too long")
        time.sleep(0.02)
