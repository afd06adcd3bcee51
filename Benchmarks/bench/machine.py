#!/usr/bin/env python3
"""Describes the machine and the versions that a run was made with. What can't be found out is "unknown".

`describe` returns what report.py shows as `machine`. Called by itself, this file prints it as JSON.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"


def read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def run(*command: str) -> str | None:
    """What a command prints, or None if it isn't there, fails, or takes too long."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()


def found(pattern: str, text: str | None) -> str:
    match = re.search(pattern, text or "", re.MULTILINE)
    return match.group(1).strip() if match else UNKNOWN


def library(soname: str, name: str) -> ctypes.CDLL | None:
    for candidate in (soname, ctypes.util.find_library(name)):
        # CDLL(None) is this process itself.
        if candidate:
            try:
                return ctypes.CDLL(candidate)
            except OSError:
                pass
    return None


def cores() -> str:
    """Logical and physical ones, and how many of them this process may use."""
    count = os.cpu_count()
    if count is None:
        return UNKNOWN
    text = f"{count} logical"
    places = re.findall(r"(?ms)^physical id\s*: (\d+)$.*?^core id\s*: (\d+)$", read("/proc/cpuinfo"))
    if places:
        text += f", {len(set(places))} physical"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else count
    return text if usable == count else f"{text}, {usable} usable"


def memory() -> str:
    kibibytes = found(r"^MemTotal:\s*(\d+) kB", read("/proc/meminfo"))
    return UNKNOWN if kibibytes == UNKNOWN else f"{int(kibibytes) / 1024**2:.1f} GiB"


def libzmq() -> str:
    try:
        parts = [ctypes.c_int() for _ in range(3)]
        library("libzmq.so.5", "zmq").zmq_version(*(ctypes.byref(part) for part in parts))
        return ".".join(str(part.value) for part in parts)
    except AttributeError:  # no library, or another one of that name
        return UNKNOWN


def sqlite() -> str:
    """The system's library, which the programs use. Python may have its own, and that is said."""
    try:
        version = library("libsqlite3.so.0", "sqlite3").sqlite3_libversion
        version.restype = ctypes.c_char_p
        return version().decode()
    except AttributeError:
        pass
    try:
        import sqlite3  # noqa: PLC0415 - Python may have been built without it
    except ImportError:
        return UNKNOWN
    return f"{sqlite3.sqlite_version} (Python's)"


def commit(repository: Path) -> str:
    name = run("git", "-C", str(repository), "rev-parse", "--short", "HEAD")
    if not name:
        return UNKNOWN
    # Without a lock, because somebody may be at work there. The page that the last run wrote changes no program.
    but_the_page = (":/", ":(top,exclude)docs/benchmarks", ":(top,exclude)docs/benchmarks.md")
    changes = run("git", "-C", str(repository), "--no-optional-locks", "status", "--porcelain", "--", *but_the_page)
    if changes is None:
        return f"{name}, perhaps changed"
    return f"{name}, with uncommitted changes" if changes else name


def describe(repository: Path = REPOSITORY) -> dict:
    model = found(r"^model name\s*: (.+)$", read("/proc/cpuinfo"))
    return {
        "CPU": model if model != UNKNOWN else platform.machine() or UNKNOWN,
        "cores": cores(),
        "memory": memory(),
        "kernel": platform.release() or UNKNOWN,
        "OS": found(r'^PRETTY_NAME="?([^"\n]+)', read("/etc/os-release") or read("/usr/lib/os-release")),
        "Swift": found(r"Swift version (\S+)", run("swift", "--version")),
        "libzmq": libzmq(),
        "SQLite": sqlite(),
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(repository),
    }


if __name__ == "__main__":
    print(json.dumps(describe(), indent=2))
