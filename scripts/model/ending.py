"""How these programs end: exit codes as in docs/exit-codes.md, and words for the person who started them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

USAGE, DATA, NO_INPUT, UNAVAILABLE, SOFTWARE = 64, 65, 66, 69, 70
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failure(Exception):
    """What ends the program: an exit code, and what is wrong."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


class Stopped(Exception):
    """SIGTERM, SIGINT or SIGHUP came. `code` is what a shell takes that for."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.code = 128 + number


def stop(number: int, _: object) -> NoReturn:
    # What has to be ended now mustn't be interrupted by the next one.
    for other in STOPPING:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)


def run(name: str, main: Callable[[], int], when_stopped: Callable[[Stopped], int]) -> NoReturn:
    """Runs a program, and exits with its code."""
    for number in STOPPING:
        # nohup stays what it is.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        code = main()
    except Failure as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        code = failure.code
    except Stopped as stopped:
        code = when_stopped(stopped)
    except BrokenPipeError:
        # Nobody reads what it prints. What is left of that goes nowhere, so that its end isn't an error, too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 128 + signal.SIGPIPE
    sys.exit(code)
