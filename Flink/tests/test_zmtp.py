"""The job's own ZMTP against the real libzmq. Needs pyzmq; where that isn't, nothing is tested."""

from __future__ import annotations

import contextlib
import importlib
import subprocess
import tempfile
import time
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rig import FLINK, endpoint, free_ports

PROBE = FLINK / "test" / "streamllm" / "feed" / "ZmtpProbe.java"
try:
    zmq: Any = importlib.import_module("zmq")
except ImportError:
    zmq = None


@unittest.skipUnless(zmq, "pyzmq isn't there")
class Zmtp(unittest.TestCase):
    classes: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.classes = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
        path = ["-cp", str(FLINK / "streamllm-flink.jar")]
        subprocess.run(["javac", *path, "-d", cls.classes, PROBE], check=True, timeout=60)

    @contextlib.contextmanager
    def socket(self, kind: int) -> Iterator[tuple[Any, str]]:
        """One that closes connections on which a PING isn't answered."""
        place = endpoint(free_ports(1)[0])
        with zmq.Context() as context, context.socket(kind) as socket:
            socket.linger, socket.rcvtimeo = 0, 20_000
            socket.heartbeat_ivl, socket.heartbeat_timeout = 100, 500
            socket.bind(place)
            yield socket, place

    def probe(self, *arguments: str) -> subprocess.Popen[str]:
        path = f"{FLINK / 'streamllm-flink.jar'}:{self.classes}"
        command = ["java", "-cp", path, "streamllm.feed.ZmtpProbe", *arguments]
        probe = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(probe.wait)
        self.addCleanup(probe.kill)
        return probe

    def test_dealer(self) -> None:
        with self.socket(zmq.ROUTER) as (router, place):
            probe = self.probe(place, "DEALER", "one", "two")
            for word in (b"one", b"two"):
                self.assertEqual([b"\1probe", word, word * 1000], router.recv_multipart())
            time.sleep(1.5)  # PINGs are answered meanwhile
            for frames in ([b"a"], [b"", b"b" * 255, b"c" * 256, b"d" * (20 << 20)], [b"end"]):
                router.send_multipart([b"\1probe", *frames])
            said, _ = probe.communicate(timeout=40)
        self.assertEqual(["1:a", f"0: 255:bbb 256:ccc {20 << 20}:ddd", "3:end"], said.splitlines())

    def test_subscriber(self) -> None:
        with self.socket(zmq.XPUB) as (publisher, place):
            probe = self.probe(place, "SUB", "news", "end")
            self.assertEqual([b"\1news", b"\1end"], [publisher.recv(), publisher.recv()])
            count = 900
            for number in range(count):
                publisher.send_multipart([b"other", b"x"])
                publisher.send_multipart([b"news", b"x" * number])
            publisher.send(b"end")
            said, _ = probe.communicate(timeout=40)
        expected = [f"4:new {number}:{'xxx'[:number]}" for number in range(count)]
        self.assertEqual([*expected, "3:end"], said.splitlines())


if __name__ == "__main__":
    unittest.main(verbosity=2)
