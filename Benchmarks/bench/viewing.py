"""streamllm-web, and a tab's way to it."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import programs as bench
from running import wait_until as until


def let_in(address: str) -> tuple[str, str]:
    """The server, and the cookie for it."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(address)
    except urllib.error.HTTPError as answer:
        return address.partition("/?")[0], answer.headers["Set-Cookie"].partition(";")[0]
    raise AssertionError("not let in")


def web(at: bench.Endpoints, folder: Path) -> tuple[bench.Program, str, str]:
    output = (folder / "web.out").open("w+")
    program = bench.Program.start(
        bench.RELEASE / "streamllm-web",
        *("--endpoint", at.entries, "--input-endpoint", at.messages, "--feedback-endpoint", "none"),
        *("--listen", "127.0.0.1:0", "--log-file", "none", "--state-dir", folder),
        output=output,
    )
    until(lambda: "Open " in (folder / "web.out").read_text())
    server, cookie = let_in((folder / "web.out").read_text().split("Open ")[1].split()[0])
    return program, server, cookie
