"""The page's server and all that is behind it, for tests in a real browser."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from browser import Page
from running import ROOT, Program, Rig

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.argv[1]).resolve()
SESSIONS = ("abc123", "def456")
"""Those of the sample; each has three windows."""


class PageRig(Rig):
    """Programs, and the page."""

    def __init__(self) -> None:
        super().__init__(PROGRAMS)
        self.pages: list[Page] = []

    def close(self) -> None:
        for page in self.pages:
            page.close()
        super().close()

    def drip(self, seconds: float, *text: str) -> dict[str, str]:
        """A model that writes slowly, and how a consumer finds it."""
        file = self.folder / "port"
        self.run(sys.executable, HERE / "drip_model.py", file, str(seconds), *text).wait(
            "output", lambda said: "listening" in said
        )
        return {"OLLAMA_BASE_URL": f"http://127.0.0.1:{file.read_text()}"}

    def stay(self, *options: str, **environment: str) -> Program:
        """A consumer that stays, with a store and feedback."""
        ends = {"--input-endpoint": "in", "--output-endpoint": "out", "--output-replay-endpoint": "out-replay"}
        ends["--feedback-endpoint"] = "feedback"
        return self.program("consumer", "--console", "none", *options, endpoints=ends, **environment)

    def web(self, *options: str, port: int = 0) -> Program:
        ends = {"--endpoint": "out", "--input-endpoint": "in", "--feedback-endpoint": "feedback"}
        return self.program("web", "--listen", f"127.0.0.1:{port}", *options, endpoints=ends)

    def play(self, speed: float, *options: str) -> Program:
        """Plays the sample."""
        file = ("--input-file", str(ROOT / "messages.jsonl"))
        return self.producer(*file, "--speed-factor", str(speed), "--linger", "600", *options)

    def page(self, *options: str, port: int = 0, dark: bool = False, size: tuple[int, int] = (1400, 900)) -> Page:
        self.pages.append(Page(self, self.web(*options, port=port), dark=dark, size=size))
        return self.pages[-1]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
