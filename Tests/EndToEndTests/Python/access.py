"""Who may listen and speak: strangers with pyzmq at sockets that ask for keys, and another user of the machine.

Run as: access.py PROGRAMS"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import socket
import stat
import subprocess
import sys
import unittest
from pathlib import Path

import zmq
import zmq.auth
from zmq.utils.monitor import recv_monitor_message

from running import PATIENCE, ROOT, WITH_PARENT, Program, Rig, free_ports, wait_until

PROGRAMS = Path(sys.argv[1]).resolve()
NOBODY = 65534
CZMQ = ctypes.util.find_library("czmq")
SOCKETS = {
    "messages": zmq.SUB,
    "messages-replay": zmq.DEALER,
    "workspace": zmq.SUB,
    "workspace-replay": zmq.DEALER,
    "feedback": zmq.DEALER,
}
"""Those that programs listen on, and what is connected to them."""
MADE = zmq.Event.HANDSHAKE_SUCCEEDED
FAILED = (
    zmq.Event.HANDSHAKE_FAILED_AUTH
    | zmq.Event.HANDSHAKE_FAILED_PROTOCOL
    | zmq.Event.HANDSHAKE_FAILED_NO_DETAIL
    | zmq.Event.DISCONNECTED
)


class AccessTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        self.at = {
            name: f"tcp://127.0.0.1:{port}" for name, port in zip(SOCKETS, free_ports(len(SOCKETS)), strict=True)
        }

    # Keys

    def keys(self, *command: str | Path) -> str:
        done = subprocess.run([PROGRAMS / "streamllm-keys", *command], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def machine(self, name: str) -> Path:
        """A folder of keys, as streamllm-keys makes it."""
        folder = self.rig.folder / f"keys-{name}"
        self.keys("make", "--keys", folder)
        return folder

    def stranger(self, name: str) -> Path:
        """A key that pyzmq has made; returns its public half."""
        return Path(zmq.auth.create_certificates(self.rig.folder, name)[0])

    def set_up(self) -> tuple[Path, Path]:
        """Two machines that know each other, and three more who may do different things."""
        giving, taking = self.machine("producer"), self.machine("consumer")
        shutil.copy(giving / "me.key", taking / "server-producer.key")
        self.keys("allow", "--keys", giving, "--may", "read,resume", "consumer", taking / "me.key")
        for name, may in (("friend", "read,tokens,resume,feedback"), ("reader", "read"), ("writer", "tokens")):
            key = self.stranger(name)
            self.keys("allow", "--keys", giving, "--may", may, name, key)
            self.keys("allow", "--keys", taking, "--may", may, name, key)
        self.stranger("unknown")
        return giving, taking

    def run_all(
        self, *options: str, file: Path = ROOT / "messages.jsonl", stays: bool = False, **environment: str
    ) -> list[Program]:
        """`stays`: the producer goes on when all has been taken."""
        self.folders = giving, taking = self.set_up()
        ends = ["--endpoint", self.at["messages"], "--replay-endpoint", self.at["messages-replay"]]
        producer = self.rig.run(
            PROGRAMS / "streamllm-producer", "--log-file", "none", "--keys", giving, "--input-file", file,
            "--speed-factor", "0", "--linger", "600", *(["--follow"] if stays else []), *ends,
        )  # fmt: skip
        ends = ["--input-endpoint", self.at["messages"], "--output-endpoint", self.at["workspace"]]
        ends += ["--output-replay-endpoint", self.at["workspace-replay"], "--feedback-endpoint", self.at["feedback"]]
        consumer = self.rig.run(
            PROGRAMS / "streamllm-consumer", "--log-file", "none", "--keys", taking, "--console", "json",
            *ends, *options, **environment,
        )  # fmt: skip
        consumer.wait("error", lambda text: "Taking feedback" in text and "Publishing entries" in text)
        return [producer, consumer]

    def key_of(self, name: str) -> bytes:
        """The public key of whoever listens at a socket."""
        folder = self.folders[0 if name.startswith("messages") else 1]
        return zmq.auth.load_certificate(folder / "me.key")[0]

    def client(self, name: str, who: str, server: bytes | None = None, topic: str = "") -> zmq.Socket[bytes]:
        """A socket that isn't connected yet, with somebody's key."""
        one = self.context.socket(SOCKETS[name])
        one.curve_publickey, secret = zmq.auth.load_certificate(self.rig.folder / f"{who}.key_secret")
        one.curve_secretkey, one.curve_serverkey = secret, server or self.key_of(name)
        if SOCKETS[name] == zmq.SUB:
            one.subscribe(topic)
        return one

    def is_let_in(self, one: zmq.Socket[bytes], endpoint: str) -> bool:
        """Connects, and waits for what comes of it."""
        monitor = one.get_monitor_socket(MADE | FAILED)
        one.connect(endpoint)
        self.assertTrue(monitor.poll(PATIENCE * 1000), f"nothing happens at {endpoint}")
        is_made = recv_monitor_message(monitor)["event"] == MADE
        one.disable_monitor()
        monitor.close(0)
        if not is_made:
            one.close(0)
        return is_made

    # Tests

    def test_strangers(self) -> None:
        """Five sockets, and six who knock."""
        programs = self.run_all("--responder", "fallback", stays=True)
        for name, endpoint in self.at.items():
            with self.subTest(name):
                right = self.client(name, "friend")
                self.assertTrue(self.is_let_in(right, endpoint))
                if name.endswith("replay"):
                    right.send_multipart([b"FETCH", b"nobody", b"\0" * 7 + b"\1", b"\0\0\0\0\0\1\0\0"])
                elif name == "feedback":
                    right.send_multipart([b"SUBMIT", b"{}"])
                self.assertTrue(right.poll(PATIENCE * 1000), "nothing is said to whoever has the right key")
                right.close(0)
                self.assertFalse(self.is_let_in(self.client(name, "unknown"), endpoint))
                wrong = self.client(name, "friend", zmq.auth.load_certificate(self.rig.folder / "reader.key")[0])
                self.assertFalse(self.is_let_in(wrong, endpoint))
                null, plain = self.context.socket(SOCKETS[name]), self.context.socket(SOCKETS[name])
                plain.plain_username, plain.plain_password = b"friend", b"friend"
                self.assertFalse(self.is_let_in(null, endpoint))
                self.assertFalse(self.is_let_in(plain, endpoint))
                self.knock(int(endpoint.rpartition(":")[2]))
        # A right for another socket is none for this one.
        for name, who in (("messages-replay", "reader"), ("workspace-replay", "writer"), ("feedback", "reader")):
            self.assertFalse(self.is_let_in(self.client(name, who), self.at[name]), name)
        for program, names in zip(programs, (("friend",), ("friend", "reader", "writer")), strict=True):
            for name in names:
                program.wait("error", lambda text, name=name: f"{name} is" in text)

    def knock(self, port: int) -> None:
        """Sends what isn't ZeroMQ, or begins like it, and reads until the connection ends."""
        greeting = b"\xff" + b"\0" * 8 + b"\x7f\x03\0"
        for said in (b"GET / HTTP/1.1\r\n\r\n" * 20, os.urandom(500), b"\x01\0" * 100, greeting + b"X" * 2000):
            with socket.create_connection(("127.0.0.1", port)) as one:
                one.settimeout(PATIENCE)
                heard = b""
                try:
                    one.sendall(said)
                    while more := one.recv(65536):
                        heard += more
                except ConnectionError:
                    pass
                self.assertNotIn(b"session_id", heard)
                self.assertLess(len(heard), 200)

    def test_rights(self) -> None:
        """Who may read gets no pieces of answers, and who may have those gets no entries."""
        port = self.rig.folder / "port"
        here = Path(__file__).resolve().parent
        self.rig.run(sys.executable, here / "drip_model.py", port, "0.001").wait(
            "output", lambda text: "listening" in text
        )
        _, consumer = self.run_all("--responder", "ollama", OLLAMA_BASE_URL=f"http://127.0.0.1:{port.read_text()}")
        ears = {who: self.client("workspace", who) for who in ("friend", "reader", "writer")}
        for one in ears.values():
            one.connect(self.at["workspace"])
        heard: dict[str, set[str]] = {who: set() for who in ears}

        def listen() -> bool:
            for who, one in ears.items():
                while one.poll(0):
                    heard[who].add(one.recv_multipart()[0].decode().partition("/")[0])
            return {"workspace", "token"} <= heard["friend"] and len(heard["reader"] & {"workspace"}) > 0

        wait_until(lambda: len(consumer.records) == 6)
        wait_until(listen)
        wait_until(lambda: listen() and "token" in heard["writer"])
        self.assertLessEqual(heard["reader"], {"control", "workspace", "status"})
        self.assertLessEqual(heard["writer"], {"control", "token", "asked"})

    def test_programs(self) -> None:
        """Our own programs among each other, with keys; and a subscriber whose key isn't known."""
        giving, taking = self.run_all("--responder", "fallback")
        watching = self.machine("subscriber")
        shutil.copy(self.folders[1] / "me.key", watching / "server-127.0.0.1.key")
        command = [PROGRAMS / "streamllm-subscribe", "--log-file", "none", "--endpoint", self.at["workspace"]]
        command += ["--format", "json", "--keys", watching]
        stranger = self.rig.run(*command)
        taking.wait("error", lambda text: "isn't in authorized/" in text)
        stranger.wait("error", lambda text: "doesn't let this program in" in text)
        keyless = self.rig.run(*[part for part in command if part not in ("--keys", watching)])
        keyless.wait("error", lambda text: "asks for keys and this program has none" in text)
        self.assertEqual(keyless.stop(), 0)
        self.assertEqual(stranger.records, [])
        self.assertEqual(stranger.stop(), 0)
        self.assertEqual(taking.stop(), 0)
        self.keys("allow", "--keys", self.folders[1], "--may", "read,resume", "subscriber", watching / "me.key")
        self.assertIn("client subscriber", self.keys("list", "--keys", self.folders[1]))
        again = self.rig.run(*taking.process.args[len(WITH_PARENT) :])
        shown = self.rig.run(*command)
        wait_until(lambda: len(shown.records) == 6)
        again.wait("error", lambda text: "subscriber is let in by key" in text)
        self.assertEqual([shown.stop(), again.stop(), giving.stop()], [0, 0, 0])

    @unittest.skipIf(CZMQ is None, "libczmq4 isn't installed")
    def test_czmq(self) -> None:
        """A client of czmq's, with a key that czmq has made and written."""
        library = ctypes.CDLL(CZMQ)
        for name in ("zcert_new", "zsock_new"):
            getattr(library, name).restype = ctypes.c_void_p
        library.zcert_public_txt.restype = library.zstr_recv.restype = ctypes.c_char_p
        certificate = ctypes.c_void_p(library.zcert_new())
        giving, _ = self.run_all("--responder", "none")
        self.assertEqual(giving.stop(), 0)
        for name, may in ((b"may", b"read"), (b"email", b"desk@bank.example")):
            library.zcert_set_meta(certificate, name, b"%s", may)
        path = self.folders[0] / "authorized" / "czmq.key"
        self.assertEqual(library.zcert_save_public(certificate, str(path).encode()), 0)
        again = self.rig.run(*giving.process.args[len(WITH_PARENT) :])
        again.wait("error", lambda text: "Publishing" in text)
        sub = ctypes.c_void_p(library.zsock_new(zmq.SUB))
        library.zcert_apply(certificate, sub)
        library.zsock_set_curve_serverkey(sub, self.key_of("messages"))
        library.zsock_set_rcvtimeo(sub, int(PATIENCE * 1000))
        library.zsock_set_subscribe(sub, b"control")
        self.assertEqual(library.zsock_connect(sub, b"%s", self.at["messages"].encode()), 0)
        self.assertEqual(library.zstr_recv(sub), b"control")
        again.wait("error", lambda text: "czmq is let in by key" in text)
        library.zsock_destroy(ctypes.byref(sub))
        library.zcert_destroy(ctypes.byref(certificate))

    def test_refused(self) -> None:
        """What isn't safe doesn't start: 64, and what to do."""
        folder = self.machine("one")
        other = self.machine("two")
        consumer = [PROGRAMS / "streamllm-consumer", "--log-file", "none", "--ephemeral"]
        producer = [PROGRAMS / "streamllm-producer", "--log-file", "none"]

        def refused(*command: str | Path) -> str:
            program = self.rig.run(*command)
            self.assertEqual(program.exit(), 64, program.error)
            return program.error

        self.assertIn("--without-keys", refused(*producer, "--endpoint", "tcp://*:5556"))
        self.assertIn("--without-keys", refused(*consumer, "--output-replay-endpoint", "tcp://0.0.0.0:5559"))
        self.assertIn("--without-keys", refused(*consumer, "--feedback-endpoint", "tcp://[::]:5560"))
        self.assertIn("server-HOST.key", refused(*consumer, "--keys", folder))
        self.assertIn("isn't there", refused(*producer, "--keys", self.rig.folder / "nowhere"))
        (folder / "me.key_secret").chmod(0o644)
        self.assertIn("chmod 600", refused(*producer, "--keys", folder))
        (folder / "me.key_secret").chmod(0o600)
        (folder / "me.key_secret").chmod(0o620)
        self.assertIn("others may", refused(*producer, "--keys", folder))
        (folder / "me.key_secret").chmod(0o600)
        (folder / "authorized").mkdir()
        shutil.copy(other / "me.key", folder / "authorized" / "two.key")
        self.assertIn("may = ", refused(*producer, "--keys", folder))
        folder.chmod(0o777)
        self.assertIn("chmod o-w", refused(*producer, "--keys", folder))
        self.keys("allow", "--keys", other, "--may", "read", "once", other / "me.key")
        for name in ("twice", "once", "me", "../x", 'a"b', ".x", ""):
            allow = [PROGRAMS / "streamllm-keys", "allow", "--keys", other, "--may", "read", name, other / "me.key"]
            self.assertEqual(subprocess.run(allow, capture_output=True, check=False).returncode, 64, name)
        again = subprocess.run(
            [PROGRAMS / "streamllm-keys", "make", "--keys", other], capture_output=True, text=True, check=False
        )
        self.assertEqual(again.returncode, 73)
        self.assertIn("is there already", again.stderr)

    def named(self) -> dict[str, str]:
        runtime = self.rig.folder / "run"
        runtime.mkdir(mode=0o700)
        return {"XDG_RUNTIME_DIR": str(runtime), "XDG_STATE_HOME": str(self.rig.folder)}

    def test_names(self) -> None:
        """Endpoints by name are in a folder of the user's own; nobody else gets a byte, or a socket's place."""
        environment = self.named()
        names = ["--output-endpoint", "workspace", "--output-replay-endpoint", "workspace-replay"]
        names += ["--feedback-endpoint", "feedback", "--input-endpoint", "messages"]
        consumer = self.rig.run(
            PROGRAMS / "streamllm-consumer", "--log-file", "none", "--ephemeral", "--console", "json",
            "--responder", "fallback", *names, **environment,
        )  # fmt: skip
        producer = self.rig.run(
            PROGRAMS / "streamllm-producer", "--log-file", "none", "--speed-factor", "0",
            "--input-file", ROOT / "messages.jsonl",
            "--endpoint", "messages", "--replay-endpoint", "messages-replay", **environment,
        )  # fmt: skip
        wait_until(lambda: len(consumer.records) == 6)
        self.assertNotIn("Every user of this machine", consumer.error + producer.error)
        folder = Path(environment["XDG_RUNTIME_DIR"]) / "streamllm"
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        if os.geteuid() == 0:
            # Also where others may look into what is around it.
            self.rig.folder.chmod(0o755)
            folder.parent.chmod(0o755)
            self.as_nobody(folder)
        # Somebody else's folder isn't taken.
        folder.chmod(0o755)
        late = self.rig.run(
            PROGRAMS / "streamllm-subscribe", "--log-file", "none", "--endpoint", "workspace", **environment
        )
        self.assertEqual(late.exit(), 69)
        self.assertIn("isn't a folder that is yours alone", late.error)

    def as_nobody(self, folder: Path) -> None:
        script = (
            "import socket, sys, os\n"
            "for name in sys.argv[2:]:\n"
            "    for what in ('connect', 'bind'):\n"
            "        try:\n"
            "            place = sys.argv[1] + '/' + name + (what == 'bind') * '2'\n"
            "            getattr(socket.socket(socket.AF_UNIX), what)(place)\n"
            "            print(what, name)\n"
            "        except PermissionError:\n"
            "            pass\n"
        )
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "/usr/bin/python3"]
        done = subprocess.run(
            [*command, "-c", script, folder, *SOCKETS], capture_output=True, text=True, check=False, cwd="/"
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_warned(self) -> None:
        """Whoever listens on TCP is told once what others on this machine can do."""
        program = self.rig.run(
            PROGRAMS / "streamllm-producer", "--log-file", "none", "--input-file", ROOT / "messages.jsonl",
            "--endpoint", self.at["messages"], "--replay-endpoint", self.at["messages-replay"], "--linger", "600",
        )  # fmt: skip
        program.wait("error", lambda text: "Publishing" in text)
        self.assertEqual(program.error.count("Every user of this machine"), 1)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
