"""Processes that don't outlive who started them."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import time
from pathlib import Path

from model.ending import STOPPING, UNAVAILABLE, Failure

PATIENCE = 5.0
"""Seconds that all together have for their end, once they are told to."""


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """Processes that are gone when this is left, in whatever way: if this process is killed, they are told to end."""

    def __init__(self) -> None:
        self.all: list[subprocess.Popen[str]] = []

    def start(self, *command: str | Path, **more: object) -> subprocess.Popen[str]:
        """Starts a process, with nothing on its standard input. Raises `Failure` 69 if it can't be started."""
        try:
            child = subprocess.Popen(  # type: ignore[call-overload]
                command, text=True, stdin=subprocess.DEVNULL,
                preexec_fn=end_with_parent, **more)  # noqa: PLW1509 # There is one thread.  # fmt: skip
        except OSError as error:
            raise Failure(UNAVAILABLE, f"{command[0]} can't be started: {error.strerror}") from None
        self.all.append(child)
        return child

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        for child in self.all:
            child.terminate()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and any(child.poll() is None for child in self.all):
            time.sleep(0.02)
        for child in self.all:
            child.kill()
            child.wait()
