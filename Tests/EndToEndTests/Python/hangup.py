"""A program in a terminal gets SIGHUP, and then its terminal goes: hangup.py PROGRAM FOLDER"""

from __future__ import annotations

import os
import pty
import signal
import sys
from pathlib import Path


def read_until(terminal: int, text: bytes, said: bytes = b"") -> bytes:
    while text not in said:
        said += os.read(terminal, 65536)
    return said


program, folder = sys.argv[1:]
names = ("input", "output", "output-replay")
endpoints = [word for name in names for word in (f"--{name}-endpoint", f"ipc://{folder}/{name}")]
options = ("--responder", "none", "--console", "none", "--feedback-endpoint", "none", "--ephemeral")
for is_ignored in (False, True):
    log = Path(folder) / f"log-{is_ignored}"
    child, terminal = pty.fork()
    if child == 0:
        # It is ignored where nohup(1) has started a program.
        signal.signal(signal.SIGHUP, signal.SIG_IGN if is_ignored else signal.SIG_DFL)
        os.execv(program, [program, *endpoints, *options, "--log-file", str(log)])
    said = read_until(terminal, b"Publishing entries")
    os.kill(child, signal.SIGHUP)
    read_until(terminal, b"SIGHUP: settings read again", said)
    os.close(terminal)
    if is_ignored:
        # It goes on, and reads its settings once more.
        while log.read_text().count("SIGHUP: settings read again") < 2:
            os.kill(child, signal.SIGHUP)
        os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"it ended with {os.waitstatus_to_exitcode(status)}"
    assert "Done: " in log.read_text(), log.read_text()
