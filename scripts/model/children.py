"""Processes that don't outlive who started them."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from model.ending import UNAVAILABLE, Failure

PATIENCE = 5.0
"""Seconds that all together have for their end, once they are told to."""


class Children:
    """Processes that are gone when this is left, in whatever way."""

    def __init__(self) -> None:
        self.all: list[subprocess.Popen[str]] = []

    def start(self, *command: str | Path, **more: object) -> subprocess.Popen[str]:
        """Starts a process, with nothing on its standard input. Raises `Failure` 69 if it can't be started."""
        try:
            child = subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
        except OSError as error:
            raise Failure(UNAVAILABLE, f"{command[0]} can't be started: {error.strerror}") from None
        self.all.append(child)
        return child

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for child in self.all:
            child.terminate()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and any(child.poll() is None for child in self.all):
            time.sleep(0.02)
        for child in self.all:
            child.kill()
            child.wait()
