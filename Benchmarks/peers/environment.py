"""The virtual environment with the peers in it, made once and kept beside the benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / ".venv"
PYTHON = FOLDER / "bin" / "python"
REQUIREMENTS = HERE / "requirements.txt"
# What was installed, and by which requirements. With other ones the environment is made anew.
STATE = FOLDER / "peers.json"


def requirements():
    """Gives what is pinned: package -> version."""
    lines = (line.split("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines())
    return dict(line.split("==") for line in lines if line)


def last_line(text):
    """Gives the last line of a program's output that says anything, cut to a length that can be read."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"


def call(*command):
    """Runs a command, and gives None, or the line that says why it failed."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode == 0:
        return None
    # pip's reason is in its last line with ERROR; hints follow it.
    output = done.stdout + done.stderr
    return last_line("\n".join(line for line in output.splitlines() if "ERROR" in line) or output)


def pip(packages):
    """Installs packages in their pinned versions, and gives None, or why that failed."""
    pinned = [f"{package}=={version}" for package, version in requirements().items() if package in packages]
    return call(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned)


def installed():
    """Gives the packages that were installed by today's requirements; None if the environment is to be made."""
    try:
        state = json.loads(STATE.read_text())
        current = PYTHON.exists() and state["requirements"] == requirements()
        return set(state["installed"]) if current else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def make(packages):
    """Sees to it that the packages are installed, and gives for each that isn't why: package -> sentence.

    All go in at once, so that pip can find versions that suit them all. Where that fails, each is tried by itself:
    one that can't be had here must not keep out the others.
    """
    present = installed()
    absent = [package for package in packages if package not in (present or ())]
    if not absent:
        return {}
    print(f"Installing {', '.join(absent)} into {FOLDER}. All peers take 2 GB and some minutes.", flush=True)
    if present is None:
        failure = call(sys.executable, "-m", "venv", "--clear", str(FOLDER))
        if failure:
            reason = f"no virtual environment could be made; apt-get install -y python3-venv may help: {failure}"
            return dict.fromkeys(absent, reason)
        present = set()
    failures = {}
    if pip(absent) is not None:
        failures = {package: failure for package in absent if (failure := pip([package]))}
    present.update(package for package in absent if package not in failures)
    STATE.write_text(json.dumps({"requirements": requirements(), "installed": sorted(present)}) + "\n")
    return {package: f"it can't be installed: {failure}" for package, failure in failures.items()}
