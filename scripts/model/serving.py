"""The server's process: what is checked before it starts, and who stays in front of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model.ending import DATA, NO_INPUT, SOFTWARE, UNAVAILABLE, Failure


@dataclass(frozen=True)
class Settings:
    """What the server is started with. `context` is in tokens, for each of the answers that are written at a time."""

    model: str
    alias: str
    port: int = 0
    context: int = 4096
    threads: int = 1
    parallel: int = 1
    api_key: str = field(default="", repr=False)
    api_key_file: str = ""
    api_prefix: str = ""
    verbose: bool = False


def check_model(path: Path) -> None:
    """Raises `Failure` 66 if a model can't be read, 65 if it isn't one."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise Failure(NO_INPUT, f"{path} can't be read: {error.strerror}") from None
    if magic != b"GGUF":
        raise Failure(DATA, f"{path} is no GGUF file")


def read_key(path: Path) -> str:
    """The key in a file. Raises `Failure` 66 if it can't be read, 65 if it has none."""
    try:
        key = path.read_text(errors="replace").strip()
    except OSError as error:
        raise Failure(NO_INPUT, f"{path} can't be read: {error.strerror}") from None
    if not re.fullmatch("[!-~]{1,4096}", key):
        raise Failure(DATA, f"{path} has no key: one line of printable ASCII without spaces")
    return key


def check_port(port: int) -> None:
    """Raises `Failure` 69 if one can't listen on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            words = f"port {port} can't be used: {error.strerror}. Choose another with --port, or 0 for a free one"
            raise Failure(UNAVAILABLE, words) from None


def instructions(address: str, settings: Settings) -> list[str]:
    """What to type to have a consumer use the server at an address."""
    key = [f"export OPENAI_API_KEY_FILE={shlex.quote(settings.api_key_file)}"] if settings.api_key_file else []
    more = f" --server-concurrency {settings.parallel}" if settings.parallel > 1 else ""
    return [
        f"export OPENAI_BASE_URL={address}{settings.api_prefix}/v1",
        *key,
        f"streamllm-consumer --responder openai --model {settings.alias} --num-ctx {settings.context}{more}",
    ]


def ending(code: int, settings: Settings) -> Failure:
    """What it means that the server has ended by itself. `code` is negative for a signal, as subprocess has it."""
    if code == DATA:
        return Failure(DATA, f"{settings.model} can't be loaded; what llama.cpp said about it is above")
    if code == -signal.SIGKILL:
        return Failure(SOFTWARE, "llama.cpp's server was killed, perhaps for want of memory")
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
    return Failure(SOFTWARE, f"llama.cpp's server {how}")


def serve(python: Path, settings: Settings) -> Failure:
    """Runs the server until it ends by itself, which is a failure, and says how to use it once it can be used.

    This process stays in front of it, since llama.cpp hears no signal while it loads a model. Whatever is raised here,
    the server is gone then.
    """
    command = [python, "-I", Path(__file__).with_name("llama.py")]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        # If it has ended already, that shows below.
        with contextlib.suppress(BrokenPipeError), child.stdin as channel:
            json.dump({**asdict(settings), "parent": os.getpid()}, channel)
        if address := child.stdout.readline().strip():
            print("\n".join(instructions(address, settings)), flush=True)
        return ending(child.wait(), settings)
    finally:
        # It has nothing to lose.
        child.kill()
        child.wait()
