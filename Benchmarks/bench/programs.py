"""Starting the programs, and what they said and used."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASE = REPOSITORY / ".build" / "release"
# What a run needs and makes; git doesn't see it.
WORK = REPOSITORY / ".build-bench"


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody uses now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Endpoints:
    """Four TCP endpoints, as the programs have them by default, on ports that are free."""

    def __init__(self) -> None:
        self.messages, self.replay, self.entries, self.entries_replay = (
            f"tcp://127.0.0.1:{port}" for port in free_ports(4)
        )


@dataclass
class Program:
    """A program under way. Its log is read as it comes; its output goes nowhere, or to a file."""

    process: subprocess.Popen
    started: float
    log: str = ""
    status: int | None = None
    cpu_seconds: float = 0
    peak_mb: float = 0
    news: threading.Condition = field(default_factory=threading.Condition)

    @staticmethod
    def start(*command: object, output=subprocess.DEVNULL) -> Program:
        started = time.time()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=output, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        program = Program(process, started)
        threading.Thread(target=program._read, daemon=True).start()
        return program

    def _read(self) -> None:
        for line in self.process.stderr:
            with self.news:
                self.log += line
                self.news.notify_all()
        _, status, used = os.wait4(self.process.pid, 0)
        with self.news:
            self.status = os.waitstatus_to_exitcode(status)
            self.cpu_seconds = used.ru_utime + used.ru_stime
            self.peak_mb = used.ru_maxrss / 1024
            self.news.notify_all()

    def wait_for(self, text: str, seconds: float = 120) -> str:
        """Waits for a line of the log that contains a text. Returns the line."""

        def line() -> str | None:
            return next((line for line in self.log.splitlines() if text in line), None)

        with self.news:
            if not self.news.wait_for(lambda: line() or self.status is not None, seconds) or not line():
                raise RuntimeError(f"{self.process.args[0]} never said “{text}”:\n{self.log}")
            return line()

    def end(self, seconds: float = 600) -> Program:
        """Waits for its end."""
        with self.news:
            if not self.news.wait_for(lambda: self.status is not None, seconds):
                raise RuntimeError(f"{self.process.args[0]} didn't end:\n{self.log}")
        return self

    def stop(self, number: int = signal.SIGTERM) -> Program:
        if self.status is None:
            self.process.send_signal(number)
        return self.end(30)

    def when(self, text: str) -> float:
        """When it logged a line, in seconds since 1970."""
        return moment(self.wait_for(text).split()[0])


def moment(text: str) -> float:
    """A timestamp as seconds since 1970."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def spent(pid: int) -> float:
    """Seconds of a processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def producer(file: Path, at: Endpoints, *options: object, speed: float = 0) -> Program:
    return Program.start(
        RELEASE / "streamllm-producer",
        *("--input-file", file, "--speed-factor", speed, "--log-file", "none"),
        *("--endpoint", at.messages, "--replay-endpoint", at.replay),
        *options,
    )


def consumer(at: Endpoints, *options: object, state: Path | None = None, responder: str = "none") -> Program:
    """A consumer; without a state directory it keeps nothing."""
    kept = ["--state-dir", state] if state else ["--ephemeral"]
    return Program.start(
        RELEASE / "streamllm-consumer",
        *("--responder", responder, "--console", "none", "--log-file", "none", "--input-endpoint", at.messages),
        *("--output-endpoint", at.entries, "--output-replay-endpoint", at.entries_replay),
        *kept,
        *options,
    )


def tool(name: str) -> Path:
    """A small C program beside this, built where it is older than its source."""
    source = REPOSITORY / "Benchmarks" / "libzmq" / f"{name}.c"
    program = WORK / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        WORK.mkdir(exist_ok=True)
        compiler = shutil.which("cc") or shutil.which("clang") or "clang"
        subprocess.run([compiler, "-D_GNU_SOURCE", "-O2", "-o", str(program), str(source), "-lzmq"], check=True)
    return program


def messages(count: int, sessions: int, a_second: int = 200) -> Path:
    """The input of so many messages of so many sessions, so many a second of event time; made once."""
    path = WORK / f"messages-{count}-{sessions}-{a_second}.jsonl"
    if not path.exists():
        WORK.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as target:
            generator = REPOSITORY / "Benchmarks" / "bench" / "generate.py"
            command = ["python3", generator, count, sessions, a_second]
            subprocess.run([str(word) for word in command], stdout=target, check=True)
        part.rename(path)
    return path


class StateDirectory:
    """A state directory that goes with its block. It lies beside the results: /tmp may be memory, and memory needs no
    fsync."""

    def __enter__(self) -> Path:
        WORK.mkdir(exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix="state-", dir=WORK))
        return self.path

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def summary(program: Program) -> dict[str, int]:
    """The counts of a consumer's last line."""
    line = program.wait_for("Done: ")
    return {name.strip(): int(number) for name, number in re.findall(r"([a-z ]+?) (\d+)", line.split("Done: ")[1])}
