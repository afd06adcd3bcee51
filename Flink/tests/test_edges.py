"""What happens around windows: silence, rivals, publishers that come back as others, and ways in and out."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import tempfile
import threading
import time
import unittest
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path

import streams
from rig import (
    PATIENCE,
    Cluster,
    Programs,
    Reader,
    Record,
    Stream,
    consumed,
    differences,
    endpoint,
    flinked,
    free_ports,
    options,
    programs,
    read,
)


def entries(records: list[Record]) -> list[Record]:
    return [record for record in records if record["type"].endswith("entry.v1")]


def messages(file: Path) -> int:
    """How many messages stand in entries that were written so far. The last line may be on its way."""
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    records = [json.loads(line) for line in lines if line.endswith(b"\n")]
    return sum(len(entry["data"]["messages"]) for entry in entries(records))


def frame(body: bytes, more: bool = False, command: bool = False) -> bytes:
    return bytes([(1 if more else 0) | 2 | (4 if command else 0)]) + struct.pack(">Q", len(body)) + body


def take(connection: socket.socket, count: int) -> bytes:
    taken = b""
    while len(taken) < count:
        if not (got := connection.recv(count - len(taken))):
            raise ConnectionError
        taken += got
    return taken


def message(connection: socket.socket) -> list[bytes]:
    """The frames of a message, or one command."""
    frames, flags = [], 1
    while flags & 1:
        flags = take(connection, 1)[0]
        size = struct.unpack(">Q", take(connection, 8))[0] if flags & 2 else take(connection, 1)[0]
        frames.append(take(connection, size))
    return frames


@contextlib.contextmanager
def stranger(kind: bytes, talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A socket of others' making: whoever connects is said hello to, and then talked to."""

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
            connection.sendall(greeting)
            take(connection, 64)
            ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
            connection.sendall(frame(ready, command=True))
            talk(connection)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen, daemon=True).start()
        yield endpoint(server.getsockname()[1])


@contextlib.contextmanager
def bare_publisher(lines: list[bytes]) -> Iterator[str]:
    """A publisher that doesn't number its records. It says its lines over and over."""

    def talk(connection: socket.socket) -> None:
        while True:
            for line in lines:
                connection.sendall(frame(b"chat", more=True) + frame(line))
            time.sleep(0.2)

    with stranger(b"PUB", talk) as place:
        yield place


@contextlib.contextmanager
def refusing_consumer(reason: bytes) -> Iterator[str]:
    """A consumer that takes nothing."""

    def talk(connection: socket.socket) -> None:
        while True:
            head, *rest = message(connection)
            if head == b"PUT":
                connection.sendall(frame(b"NO", more=True) + frame(rest[0], more=True) + frame(reason))

    with stranger(b"ROUTER", talk) as place:
        yield place


class Edges(unittest.TestCase):
    cluster: Cluster

    @classmethod
    def setUpClass(cls) -> None:
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamllm-flink-")))
        cls.cluster = stack.enter_context(Cluster(cls.folder / "cluster", workers=1, slots=2))

    folder: Path

    def setUp(self) -> None:
        self.run_here = self.enterContext(programs())

    def stream(self, name: str, seed: int, count: int = 80, seconds: float = 0) -> Stream:
        """One that takes so long, in real time."""
        lines = streams.random_lines(seed, count)
        file = streams.write(self.run_here.folder / f"{name}.jsonl", lines)
        return Stream(name, file, str(streams.seconds(lines) / seconds) if seconds else "0")

    def says(self, words: str) -> None:
        """Waits until a job has said so. What is said names the stream, and each test has its own."""
        self.cluster.wait_for(words, lambda: words in self.cluster.log())

    def start(self, run: Programs, places: list[str], *rules: str) -> tuple[Reader, str]:
        """A job, and who takes its results."""
        reader = Reader(run)
        job = self.cluster.run(
            *options("--input-endpoint", places), "--results-to", reader.results, *rules, parallelism=2
        )
        self.addCleanup(self.cluster.cancel, job)
        return reader, job

    def compare(self, stream: Stream, places: list[str], *rules: str) -> Callable[[], None]:
        """Starts a job that ends with its streams. Returns what waits for that, and compares with a consumer."""
        reader, job = self.start(self.run_here, places, "--exit-on-end", *rules)
        follower = reader.follow()

        def end() -> None:
            self.cluster.wait_until(job, "FINISHED")
            self.assertEqual(0, follower.wait(PATIENCE), self.run_here.log())
            ours = consumed([Stream(stream.id, stream.file)])
            self.assertEqual([], differences(ours, read(reader.output), is_paced=stream.speed != "0"))

        return end

    def test_one_after_another(self) -> None:
        """A stream has ended before the next begins. The consumer goes on for as long as the job does."""
        run = self.run_here
        lines = [streams.line(second, f"session {second % 3}", "customer", "hello") for second in range(100)]
        both = [Stream(name, streams.write(run.folder / name, lines)) for name in ("first", "second")]
        places = [endpoint(port) for port in free_ports(2)]
        reader, job = self.start(run, places, "--exit-on-end")
        follower = reader.follow()
        run.produce(both[0], places[0])
        self.cluster.wait_for("the first one's windows", lambda: messages(reader.output) == len(lines))
        run.produce(both[1], places[1])
        self.cluster.wait_until(job, "FINISHED")
        self.assertEqual((0, 0), (follower.wait(PATIENCE), reader.process.wait(PATIENCE)), run.log())
        self.assertEqual([], differences(consumed(both), read(reader.output), is_paced=False))

    def test_silence(self) -> None:
        """A publisher that was killed: its windows close, as with a consumer."""
        run = self.run_here
        lines = [streams.line(second, f"session {second % 3}", "customer", "hello") for second in range(100)]
        stream = Stream("silent", streams.write(run.folder / "silent.jsonl", lines))
        live, output, replay = (endpoint(port) for port in free_ports(3))
        producer = run.produce(stream, live, "--follow")
        rules = ("--idle-timeout", "3")
        ours, theirs = run.folder / "ours.jsonl", run.folder / "theirs.jsonl"
        run.start(
            "consumer", "--input-endpoint", live, "--output-endpoint", output, "--output-replay-endpoint", replay,
            "--feedback-endpoint", "none", "--ephemeral", "--responder", "none", "--console", "json", *rules,
            output=ours)  # fmt: skip
        reader, _ = self.start(run, [live], *rules)
        run.start("subscribe", "--endpoint", reader.live, "--format", "json", output=theirs)
        # All but the last windows are closed by messages behind them.
        self.cluster.wait_for("most windows", lambda: min(messages(ours), messages(theirs)) >= len(lines) - 30)
        producer.kill()
        self.cluster.wait_for("the consumer's windows", lambda: messages(ours) == len(lines))
        self.cluster.wait_for("Flink's windows", lambda: messages(theirs) == len(lines))
        self.assertEqual([], differences(read(ours), read(theirs), is_paced=True))
        self.says("Stream silent has fallen silent")

    def test_rivals(self) -> None:
        """Two publishers with one name: the first has it."""
        run, first = self.run_here, self.stream("twin", 4, seconds=12)
        places = [endpoint(port) for port in free_ports(2)]
        run.produce(first, places[0])
        end = self.compare(first, places)
        self.says("Stream twin has begun")
        other = self.stream("other", 5)
        run.produce(Stream("twin", other.file), places[1])
        self.says("comes from elsewhere already")
        end()

    def test_another_file(self) -> None:
        """A publisher comes back with another file under the same name: nothing is taken until it is the right one."""
        run, stream = self.run_here, self.stream("again", 6, seconds=12)
        live = endpoint(free_ports(1)[0])
        producer = run.produce(stream, live)
        reader, _ = self.start(run, [live])
        output = run.folder / "theirs.jsonl"
        run.start("subscribe", "--endpoint", reader.live, "--format", "json", output=output)
        self.says("Stream again has begun")
        self.cluster.wait_for("the first records", lambda: output.stat().st_size > 0)
        producer.kill()
        producer.wait()
        other = run.produce(Stream("again", self.stream("other", 7).file), live)
        self.says("Nothing is taken from stream again")
        other.kill()
        other.wait()
        run.produce(stream, live)
        self.says("Stream again has ended")
        ours = consumed([Stream("again", stream.file)])
        self.cluster.wait_for("all records", lambda: output.read_bytes().count(b"\n") >= len(ours))
        self.assertEqual([], differences(ours, read(output), is_paced=True))

    def test_replaced(self) -> None:
        """A publisher that never comes back, and another stream in its place."""
        run, first, second = self.run_here, self.stream("gone", 8, seconds=60), self.stream("new", 9, seconds=12)
        live = endpoint(free_ports(1)[0])
        producer = run.produce(first, live)
        reader, job = self.start(run, [live], "--idle-timeout", "5", "--exit-on-end")
        follower = reader.follow()
        self.says("Stream gone has begun")
        producer.kill()
        producer.wait()
        run.produce(second, live)
        self.says("Stream gone has ended without saying so")
        self.cluster.wait_until(job, "FINISHED")
        self.assertEqual(0, follower.wait(PATIENCE), run.log())
        records = [record for record in read(reader.output) if record["data"].get("stream") == "new"]
        ours = consumed([Stream("new", second.file)])
        ids, theirs = ([entry["id"] for entry in entries(some)] for some in (ours, records))
        self.assertEqual(sorted(ids), sorted(theirs))

    def test_without_numbers(self) -> None:
        """A publisher that doesn't number its records is named, and nothing of it is taken; others go on."""
        run, stream = self.run_here, self.stream("numbered", 10, seconds=8)
        line = streams.line(1, "bare", "customer", "nobody counts me").encode()
        with bare_publisher([line]) as bare:
            live = endpoint(free_ports(1)[0])
            run.produce(stream, live)
            end = self.compare(stream, [bare, live])
            self.says(f"nothing is taken from {bare}: its publisher doesn't number its records")
            end()

    def test_by_name(self) -> None:
        """Sockets in the file system."""
        run, stream = self.run_here, self.stream("named", 11)
        live = f"ipc://{run.folder}/live"
        run.start(
            "producer", "--input-file", str(stream.file), "--stream-id", "named", "--speed-factor", "0", "--endpoint",
            live, "--replay-endpoint", f"ipc://{run.folder}/replay", "--linger", "60")  # fmt: skip
        self.compare(stream, [live])()

    def test_at_once(self) -> None:
        """Without waiting for checkpoints: the same records."""
        run, stream = self.run_here, self.stream("soon", 12, 200)
        live = endpoint(free_ports(1)[0])
        run.produce(stream, live)
        self.compare(stream, [live], "--at-once")()

    def test_wrong_file_at_the_end(self) -> None:
        """What is refused is given up once all others have ended, and the consumer leaves, too."""
        run, wrong, fine = self.run_here, self.stream("wrong", 14, seconds=40), self.stream("fine", 15)
        places = [endpoint(port) for port in free_ports(2)]
        producer = run.produce(wrong, places[0])
        reader, job = self.start(run, places, "--exit-on-end")
        follower = reader.follow()
        self.cluster.wait_for("the first records", lambda: reader.output.exists() and reader.output.stat().st_size > 0)
        producer.kill()
        producer.wait()
        run.produce(Stream("wrong", self.stream("other", 16).file), places[0])
        self.says("Nothing is taken from stream wrong")
        run.produce(fine, places[1])
        self.cluster.wait_until(job, "FINISHED")
        self.assertEqual((0, 0), (follower.wait(PATIENCE), reader.process.wait(PATIENCE)), run.log())
        ids = [record["id"] for record in read(reader.output)]
        self.assertEqual(len(ids), len(set(ids)))

    def test_coming_back(self) -> None:
        """A stream has ended, and its publisher comes back with more before that is safe. It ends twice."""
        run = self.run_here
        lines = [streams.line(second, f"session {second % 3}", "customer", "hello") for second in range(120)]
        less, more = (streams.write(run.folder / str(count), lines[:count]) for count in (60, 120))
        last = self.stream("last", 17)
        places = [endpoint(port) for port in free_ports(2)]
        reader, job = self.start(run, places, "--exit-on-end")
        follower = reader.follow()
        producer = run.produce(Stream("back", less), places[0])
        self.says("Stream back has ended")
        producer.kill()
        producer.wait()
        run.produce(Stream("back", more), places[0])
        self.cluster.wait_for("the rest", lambda: self.cluster.log().count("Stream back has begun") > 2)
        run.produce(last, places[1])
        self.cluster.wait_until(job, "FINISHED")
        self.assertEqual((0, 0), (follower.wait(PATIENCE), reader.process.wait(PATIENCE)), run.log())
        ours = consumed([Stream("back", more), last])
        self.assertEqual([], differences(ours, read(reader.output)))

    def test_refused_results(self) -> None:
        """A consumer that says NO ends the job, once and for all."""
        run, stream = self.run_here, self.stream("unwanted", 18)
        live = endpoint(free_ports(1)[0])
        run.produce(stream, live)
        with refusing_consumer(b"its line 7 is no good") as place:
            job = self.cluster.run("--input-endpoint", live, "--results-to", place)
            self.addCleanup(self.cluster.cancel, job)
            self.assertEqual("FAILED", self.cluster.wait_until(job, "FAILED"))
        self.says("refuses results, and always will: its line 7 is no good")

    def test_wrong_options(self) -> None:
        """They are named, and the cluster goes on."""
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.cluster.run("--window", "round")
        self.assertIn("--window is one of tumbling, sliding, session: round", raised.exception.read().decode())
        self.assertEqual(1, self.cluster.get("/overview")["taskmanagers"])

    def test_without_an_interval(self) -> None:
        """Where nobody says how often, there are checkpoints, or nothing would come out."""
        cluster, stream = Cluster(self.folder / "another", workers=1), self.stream("often", 19)
        del cluster.config["execution.checkpointing.interval"]
        with cluster:
            self.assertEqual([], differences(consumed([stream]), flinked(cluster, [stream], parallelism=1)))

    def test_two_consumers(self) -> None:
        """Sessions are shared out: each is at one consumer, and none is missing."""
        run, stream = self.run_here, self.stream("shared", 13, 300)
        live = endpoint(free_ports(1)[0])
        run.produce(stream, live)
        with programs() as beside:
            readers = [Reader(run), Reader(beside)]
            followers = [reader.follow() for reader in readers]
            to = ",".join(reader.results for reader in readers)
            job = self.cluster.run(
                "--input-endpoint", live, "--results-to", to, "--exit-on-end", parallelism=2)  # fmt: skip
            self.cluster.wait_until(job, "FINISHED")
            for follower in followers:
                self.assertEqual(0, follower.wait(PATIENCE), run.log() + beside.log())
            one, two = (entries(read(reader.output)) for reader in readers)
        sessions = [{entry["data"]["session_id"] for entry in some} for some in (one, two)]
        self.assertEqual(set(), sessions[0] & sessions[1])
        self.assertEqual(
            sorted(entry["id"] for entry in entries(consumed([stream]))), sorted(entry["id"] for entry in one + two)
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
