"""A real cluster of Flink on this machine, on loopback alone: a JobManager and some TaskManagers, each a process."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

FLINK = Path(__file__).resolve().parent
JAR = FLINK / "streamllm-flink.jar"


def home() -> Path:
    """Where Flink is: $FLINK_HOME, or what `Flink/setup` has installed. Raises `FileNotFoundError` if it is nowhere."""
    if given := os.environ.get("FLINK_HOME"):
        return Path(given)
    found = FLINK.parent / ".venv-flink" / "flink" / "pyflink"
    if found.is_dir():
        return found
    raise FileNotFoundError("Flink isn't there: make flink installs it, or set FLINK_HOME")


PORTS = iter(random.sample(range(15_000, 32_000), 17_000))
"""Each is given out once, and no connection gets one: the system takes ports for those from 32768 on (ip(7))."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody had a moment ago."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port := next(PORTS)))
            found.append(port)
    return found


class Cluster:
    """A cluster whose files are in `folder`. Left by `with`, it is gone.

    `memory` is what each process may take, in MiB; `settings` are Flink's own (config.yaml), beside those here.
    """

    PATIENCE = 120.0
    """Seconds in which something has to have happened."""

    def __init__(
        self, folder: Path, workers: int = 2, slots: int = 1, memory: int = 1024, settings: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.workers = workers
        self.settings = settings or {}
        rpc, self.rest, blob = free_ports(3)
        self.config = {
            "jobmanager.rpc.address": "127.0.0.1",
            "jobmanager.rpc.port": str(rpc),
            "jobmanager.bind-host": "127.0.0.1",
            "jobmanager.memory.process.size": f"{memory}m",
            "jobmanager.scheduler": "adaptive",
            "blob.server.port": str(blob),
            "rest.address": "127.0.0.1",
            "rest.bind-address": "127.0.0.1",
            "rest.port": str(self.rest),
            "taskmanager.bind-host": "127.0.0.1",
            "taskmanager.host": "127.0.0.1",
            "taskmanager.numberOfTaskSlots": str(slots),
            "taskmanager.memory.process.size": f"{memory}m",
            # A dead process is noticed soon.
            "heartbeat.interval": "1000",
            "heartbeat.timeout": "5000",
            "execution.checkpointing.interval": "1s",
            "execution.checkpointing.unaligned.enabled": "true",
            "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
            "execution.checkpointing.dir": f"file://{folder}/checkpoints",
            "execution.checkpointing.savepoint-dir": f"file://{folder}/savepoints",
            "state.backend.type": "hashmap",
            "restart-strategy.type": "fixed-delay",
            "restart-strategy.fixed-delay.attempts": "1000",
            "restart-strategy.fixed-delay.delay": "500ms",
            "io.tmp.dirs": f"{folder}/tmp",
            "web.upload.dir": f"{folder}/tmp",
            **self.settings,
        }
        self.manager: subprocess.Popen[bytes] | None = None
        self.taskers: list[subprocess.Popen[bytes]] = []

    # Processes

    def __enter__(self) -> Cluster:
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        (self.folder / "logs").mkdir(exist_ok=True)
        defaults = (home() / "conf" / "config.yaml").read_text()
        options = next(
            line.split("all:", 1)[1].strip() for line in defaults.splitlines() if line.strip().startswith("all:")
        )
        conf = self.folder / "conf"
        conf.mkdir(exist_ok=True)
        lines = [f"{key}: {json.dumps(value)}" for key, value in self.config.items()]
        (conf / "config.yaml").write_text("\n".join([f"env.java.opts.all: {json.dumps(options)}", *lines]) + "\n")
        for name in ("log4j-console.properties", "log4j.properties"):
            (conf / name).write_bytes((home() / "conf" / name).read_bytes())
        self.start_manager()
        for _ in range(self.workers):
            self.start_worker()
        self.wait_for("the cluster", lambda: self.get("/overview")["taskmanagers"] >= self.workers)
        return self

    def __exit__(self, *_: object) -> None:
        for process in [*self.taskers, self.manager]:
            if process and process.poll() is None:
                process.kill()
                process.wait()

    def start_manager(self) -> None:
        self.manager = self._start("jobmanager.sh", "jobmanager")

    def start_worker(self) -> None:
        self.taskers.append(self._start("taskmanager.sh", "taskmanager"))

    def _start(self, script: str, name: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ, "FLINK_HOME": str(home()), "FLINK_CONF_DIR": str(self.folder / "conf"),
            "FLINK_LOG_DIR": str(self.folder / "logs"), "FLINK_PID_DIR": str(self.folder / "tmp"),
        }  # fmt: skip
        log = self.folder / "logs" / f"{name}-{uuid.uuid4().hex[:6]}.log"
        with log.open("wb") as output:
            # The script becomes the process.
            return subprocess.Popen(
                ["bash", home() / "bin" / script, "start-foreground"], env=environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process in self.taskers:
            self.taskers.remove(process)

    def log(self) -> str:
        """All that the processes have logged."""
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.folder / "logs").glob("*.log")))

    # Jobs

    def get(self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None, method: str = "") -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.rest}{path}", data, headers or {}, method=method or ("POST" if data else "GET")
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def post(self, path: str, body: object, method: str = "POST") -> Any:
        return self.get(path, json.dumps(body).encode(), {"Content-Type": "application/json"}, method)

    def upload(self, jar: Path = JAR) -> str:
        """Gives the cluster a jar. Returns by what it is known there."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="jarfile"; filename="{jar.name}"\r\n'
        head += "Content-Type: application/x-java-archive\r\n\r\n"
        body = head.encode() + jar.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        answer = self.get("/jars/upload", body, {"Content-Type": f"multipart/form-data; boundary={mark}"})
        return str(answer["filename"].rsplit("/", 1)[1])

    def run(self, *arguments: str, parallelism: int = 1, savepoint: str = "", jar: Path = JAR, main: str = "") -> str:
        """Starts a job. Returns its id."""
        body: dict[str, object] = {"programArgsList": list(arguments), "parallelism": parallelism}
        if savepoint:
            body["savepointPath"] = savepoint
        if main:
            body["entryClass"] = main
        return str(self.post(f"/jars/{self.upload(jar)}/run", body)["jobid"])

    def state(self, job: str) -> str:
        """FINISHED, RUNNING and so on; empty if nobody can say."""
        try:
            return str(self.get(f"/jobs/{job}")["state"])
        except OSError:
            return ""

    def wait_until(self, job: str, *states: str) -> str:
        """Waits until a job is in one of these states. Returns which. Raises `AssertionError` if it has failed."""

        def look() -> str:
            state = self.state(job)
            if state == "FAILED" and state not in states:
                causes = self.get(f"/jobs/{job}/exceptions")["exceptionHistory"]["entries"]
                raise AssertionError(f"the job has failed: {causes[:1]}")
            return state if state in states else ""

        return self.wait_for(f"{' or '.join(states)}", look)

    def stop(self, job: str) -> str:
        """Stops a job with a savepoint. Returns where that is."""
        trigger = self.post(f"/jobs/{job}/stop", {"drain": False})["request-id"]

        def look() -> str:
            answer = self.get(f"/jobs/{job}/savepoints/{trigger}")
            if answer["status"]["id"] != "COMPLETED":
                return ""
            if "location" not in answer["operation"]:
                raise AssertionError(f"no savepoint: {answer['operation']}")
            return str(answer["operation"]["location"])

        return self.wait_for("a savepoint", look)

    def cancel(self, job: str) -> None:
        """Ends a job, whatever it is at. One that has ended is left alone."""
        if self.state(job) in ("FINISHED", "CANCELED", "FAILED"):
            return
        self.post(f"/jobs/{job}", {}, "PATCH")
        self.wait_until(job, "CANCELED", "FINISHED")

    def checkpoints(self, job: str) -> int:
        """How many are complete."""
        return int(self.get(f"/jobs/{job}/checkpoints")["counts"]["completed"])

    def latest_checkpoint(self, job: str) -> str:
        """The newest that is whole."""
        found = [path for path in (self.folder / "checkpoints" / job).glob("chk-*") if (path / "_metadata").exists()]
        return f"file://{max(found, key=lambda path: int(path.name.removeprefix('chk-')))}"

    def wait_for(self, what: str, look: Callable[[], Any]) -> Any:
        """Looks until there is something. Raises `TimeoutError` if there is nothing for too long."""
        end = time.monotonic() + self.PATIENCE
        while time.monotonic() < end:
            try:
                if found := look():
                    return found
            except (urllib.error.URLError, ConnectionError, KeyError):
                pass
            time.sleep(0.1)
        said = [line for line in self.log().splitlines() if " streamllm." in line or "ERROR" in line]
        raise TimeoutError("\n".join([f"{what}: not in {self.PATIENCE:.0f} s", *(line[:300] for line in said[-30:])]))
