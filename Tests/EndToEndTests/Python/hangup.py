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
log = Path(folder) / "log"
names = ("input", "output", "output-replay")
endpoints = [word for name in names for word in (f"--{name}-endpoint", f"ipc://{folder}/{name}")]
child, terminal = pty.fork()
if child == 0:
    options = ("--responder", "none", "--console", "none", "--feedback-endpoint", "none", "--ephemeral")
    os.execv(program, [program, *endpoints, *options, "--log-file", str(log)])
said = read_until(terminal, b"Publishing entries")
os.kill(child, signal.SIGHUP)
read_until(terminal, b"SIGHUP: settings read again", said)
os.close(terminal)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0, f"it ended with {os.waitstatus_to_exitcode(status)}"
assert "Done: " in log.read_text(), log.read_text()
