"""The demo and the model's server, run as a user runs them.

    python demo_runs.py .build/debug [Runs.test_without_network …]

What has to do with a real model is in a class of its own, for machines that can't have one.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import unittest
from pathlib import Path

from running import ROOT, Program, Rig, wait_until

PROGRAMS = Path()
# Nobody listens on the discard port.
NOBODY = {"OLLAMA_BASE_URL": "http://127.0.0.1:9", "OPENAI_BASE_URL": "", "QUEN_MODEL_NAME": "", "NO_COLOR": "1"}
PIECES, ENTRY, GENERATED, CANNED = "✍️", "🌐", "🤖 Quen Response", "🤖 Fallback Response"


def session(leader: int) -> list[str]:
    """The processes of a session that are still there."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().rpartition(")")
        except OSError:
            continue
        state, _, _, number = rest.split()[:4]
        if int(number) == leader and state != "Z":
            found.append(name)
    return found


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)

    def demo(self, *options: str, **environment: str) -> Program:
        # A session of its own, so that all that is left of it can be found.
        command = ("setsid", sys.executable, ROOT / "scripts/demo", "--ipc", self.rig.folder, *options, PROGRAMS)
        return self.rig.run(*command, **{**NOBODY, **environment})

    def assert_gone(self, program: Program) -> None:
        self.assertEqual(session(program.process.pid), [])

    def refusal(self, *arguments: str, **environment: str) -> tuple[int, str]:
        program = self.rig.run(sys.executable, ROOT / "scripts/streamllm-model", *arguments, **environment)
        code = program.exit()
        self.assertEqual(program.output, "")
        return code, program.error


class Runs(Case):
    def test_none(self) -> None:
        """No model is started: six entries, canned."""
        demo = self.demo("--model", "none", "--speed-factor", "0")
        self.assertEqual(demo.exit(), 0, demo.error)
        self.assertEqual(demo.output.count(CANNED), 6)
        self.assertIn("MODEL=none", demo.output)
        self.assert_gone(demo)

    def test_page(self) -> None:
        """Both sides can be played on a page, until Ctrl-C."""
        play = self.demo("--page", "--model", "none")
        play.wait("output", lambda text: "/?token=" in text)
        play.stop(signal.SIGINT)
        self.assertEqual(play.error.count("Traceback"), 0, play.error)
        self.assert_gone(play)

    def test_without_network(self) -> None:
        """The server can't be installed: a line says why, and the replies are canned."""
        nowhere = {"STREAMLLM_MODEL_VENV": str(self.rig.folder / "venv"), "PIP_INDEX_URL": "https://127.0.0.1:9/simple"}
        demo = self.demo("--speed-factor", "0", **nowhere)
        self.assertEqual(demo.exit(), 0, demo.error)
        self.assertIn("Replies are canned, not a model's: the model's server can't be installed: PyPI", demo.output)
        self.assertEqual(demo.output.count(CANNED), 6)
        self.assert_gone(demo)

    def test_left_alone(self) -> None:
        """The demo's own process is hung up or killed, and nobody else is told: nothing is left."""
        for number, code in ((signal.SIGHUP, 128 + signal.SIGHUP), (signal.SIGKILL, -signal.SIGKILL)):
            with self.subTest(number):
                demo = self.demo("--model", "none", "--speed-factor", "1")
                demo.wait("output", lambda text: "Replies are canned" in text)
                wait_until(lambda demo=demo: len(session(demo.process.pid)) == 3)
                self.assertEqual(demo.stop(number), code)
                wait_until(lambda demo=demo: session(demo.process.pid) == [])

    def test_no_such_programs(self) -> None:
        demo = self.rig.run(sys.executable, ROOT / "scripts/demo", "--model", "none", "/nowhere", **NOBODY)
        self.assertEqual(demo.exit(), 66)
        self.assertEqual(demo.error, "demo: /nowhere has no programs: build them, with swift build\n")

    def test_no_such_model(self) -> None:
        demo = self.demo("--model", "/nowhere.gguf")
        self.assertEqual(demo.exit(), 66)
        self.assertEqual(demo.error, "demo: /nowhere.gguf can't be read: No such file or directory\n")

    def test_programs_that_fail(self) -> None:
        """A consumer whose endpoint is in use ends the demo with its code, and nobody waits for it."""
        (self.rig.folder / "out").touch()
        demo = self.demo("--model", "none")
        self.assertEqual(demo.exit(), 69)
        self.assert_gone(demo)

    def test_refusals(self) -> None:
        """The server's program says in a line what is wrong, with the code for it."""
        text = self.rig.folder / "text.gguf"
        text.write_text("no model")
        with socket.create_server(("127.0.0.1", 0)) as server:
            taken = str(server.getsockname()[1])
            rows = [
                (("--port", "http"), 64, "'http' is no number from 0 to 65535"),
                (("--nonsense",), 64, "--nonsense"),
                (("--api-prefix", "llm"), 64, "/llm"),
                (("--api-prefix", "/../llm"), 64, "/llm"),
                (("",), 64, "MODEL.gguf is empty"),
                ((str(text),), 65, "is no GGUF file"),
                (("/nowhere.gguf",), 66, "No such file"),
                ((str(self.rig.folder),), 66, "Is a directory"),
                (("--port", taken), 69, f"port {taken} can't be used: Address already in use"),
            ]
            for arguments, code, words in rows:
                with self.subTest(arguments):
                    ended, said = self.refusal(*arguments)
                    self.assertEqual(ended, code)
                    self.assertIn(words, said)
                    self.assertEqual(said.count("\n"), 1)


class RealRuns(Case):
    def test_real(self) -> None:
        """Six answers of the model, each seen while it is written, and before its entry."""
        demo = self.demo("--speed-factor", "0")
        self.assertEqual(demo.exit(), 0, demo.error)
        self.assertIn("the form visible, not sense", demo.output.splitlines()[0])
        self.assertEqual(demo.output.count(GENERATED), 6, demo.output)
        self.assertNotIn(CANNED, demo.output)
        self.assertGreater(demo.output.index(ENTRY), demo.output.index(PIECES))
        self.assertGreaterEqual(demo.output.count(PIECES), 5)
        self.assert_gone(demo)

    def test_interrupted(self) -> None:
        """Ctrl-C and SIGTERM while the model answers: nothing is left."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                demo = self.demo("--speed-factor", "1")
                demo.wait("output", lambda text: "Answers come from" in text)
                wait_until(lambda demo=demo: len(session(demo.process.pid)) == 6)
                # A terminal's Ctrl-C reaches all of them.
                os.killpg(demo.process.pid, number)
                self.assertEqual(demo.exit(), 128 + number)
                self.assert_gone(demo)

    def test_damaged_model(self) -> None:
        """A model that can't be loaded: the demo says so and goes on without, the server's program ends with 65."""
        damaged = self.rig.folder / "damaged.gguf"
        damaged.write_bytes(b"GGUF\3\0\0\0junk")
        ended, said = self.refusal(str(damaged), "--port", "0")
        self.assertEqual(ended, 65)
        self.assertIn("can't be loaded", said.splitlines()[-1])
        demo = self.demo("--model", str(damaged), "--speed-factor", "0")
        self.assertEqual(demo.exit(), 0, demo.error)
        self.assertIn("Replies are canned", demo.output)
        self.assertIn("damaged.gguf can't be loaded", demo.output)

    def test_server_that_is_there(self) -> None:
        """A server that OPENAI_BASE_URL names is asked for the model that it has."""
        model = self.rig.model("--port", "0", "--alias", "mine")
        demo = self.demo("--speed-factor", "0", OPENAI_BASE_URL=model.origin)
        self.assertEqual(demo.exit(), 0, demo.error)
        self.assertIn(f"there already: mine on {model.origin}", demo.output)
        self.assertEqual(demo.output.count(GENERATED), 6, demo.output)

    def test_killed(self) -> None:
        """The server goes with the program in front of it, however that one ends; told to end, it ends with 0."""
        for number, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0), (signal.SIGINT, 0)):
            with self.subTest(number):
                model = self.rig.model("--port", "0")
                self.assertEqual(model.program.stop(number), code)
                wait_until(lambda port=int(model.port): socket.socket().connect_ex(("127.0.0.1", port)) != 0)


if __name__ == "__main__":
    PROGRAMS = Path(sys.argv.pop(1)).resolve()
    unittest.main()
