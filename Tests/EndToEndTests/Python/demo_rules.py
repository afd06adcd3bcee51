"""What the demo and the model's server decide, as tables."""

from __future__ import annotations

import re
import signal
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts"))

from model.choosing import Answers, fetches_early, found, started  # noqa: E402
from model.installing import Place, pip_reason, platform_reason  # noqa: E402
from model.serving import Settings, ending, instructions  # noqa: E402

RETRYING = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(…)': /simple/xllamacpp/\n"
    "ERROR: Could not find a version that satisfies the requirement xllamacpp==1 (from versions: none)\n"
    "ERROR: No matching distribution found for xllamacpp==1\n"
)


class Rules(unittest.TestCase):
    def test_fetched_while_swift_builds(self) -> None:
        ollama, openai = {"OLLAMA_BASE_URL": "gpu"}, {"OPENAI_BASE_URL": "gpu"}
        rows = [
            # model, is installed, environment, Ollama listens: is fetched
            ("", False, {}, False, True),
            ("", True, {}, False, False),
            ("", False, {}, True, False),
            ("", False, ollama, False, False),
            ("", False, openai, False, False),
            ("", False, {"OLLAMA_BASE_URL": ""}, False, True),
            ("none", False, {}, False, False),
            ("a.gguf", False, ollama, True, True),
            ("a.gguf", True, {}, False, False),
        ]
        for *given, expected in rows:
            with self.subTest(given):
                self.assertEqual(fetches_early(*given), expected)

    def test_server_that_is_there(self) -> None:
        other = "note     model          quen:32b is not installed on http://gpu:1, which has a/b, c and 3 more\n"
        named = {"QUEN_MODEL_NAME": "quen:32b"}
        rows = [
            # what --check says, environment: options
            ("ok       model          qwen:32b on http://gpu:1\n", {}, []),
            ("note     model          qwen:32b on http://gpu:1 runs for quen:32b\n", {}, []),
            ("note     model          http://gpu:1 doesn't say which models it has\n", {}, []),
            (other, {}, ["--model", "a/b"]),
            (other, named, []),
            ("problem  model          down\nok       model          qwen:32b on http://gpu:1\n", {}, []),
            ("problem  model          Ollama is not reachable at http://localhost:11434: refused\n", {}, None),
            ("ok       windows        tumbling\nok       responder      a model\n", {}, None),
            ("", {}, None),
        ]
        for check, environment, more in rows:
            with self.subTest(check):
                answers = found("openai", check, environment)
                expected = None if more is None else ["--responder", "openai", *more]
                self.assertEqual(answers and answers.options, expected)

    def test_what_the_server_says_is_what_the_demo_does(self) -> None:
        settings = Settings(
            "/m.gguf", "a:b", context=512, parallel=2, api_key="secret", api_key_file="/my key", api_prefix="/llm"
        )
        answers = started(instructions("http://127.0.0.1:1", settings), "/m.gguf")
        options = ["--responder", "openai", "--model", "a:b", "--num-ctx", "512", "--server-concurrency", "2"]
        environment = {
            "OPENAI_BASE_URL": "http://127.0.0.1:1/llm/v1",
            "OPENAI_API_KEY": "",
            "OPENAI_API_KEY_FILE": "/my key",
        }
        self.assertEqual(answers, Answers("Answers come from /m.gguf.", options, environment))

    def test_somebody_elses_key_is_not_sent(self) -> None:
        answers = started(instructions("http://127.0.0.1:1", Settings("/m.gguf", "a")), "")
        for name in ("OPENAI_API_KEY", "OPENAI_API_KEY_FILE"):
            self.assertEqual(answers.environment[name], "")
        self.assertIn("not sense", answers.line)

    def test_why_it_cannot_be_installed(self) -> None:
        rows = [
            (RETRYING, "PyPI can't be reached"),
            ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "PyPI can't be reached"),
            ("ERROR: No matching distribution found for a==1\n", "No matching distribution found for a==1"),
            ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "the hashes differ"),
            ("The virtual environment was not created because ensurepip is not available", "python3-venv"),
            ("ERROR: a\nERROR: No space left on device\n\n", "No space left on device"),
            ("strange\n", "strange"),
            ("", "pip failed"),
        ]
        for said, expected in rows:
            with self.subTest(said):
                self.assertIn(expected, pip_reason(said))

    def test_platforms(self) -> None:
        self.assertIsNone(platform_reason("Linux", "x86_64", "glibc"))
        self.assertIsNone(platform_reason("Linux", "aarch64", "glibc"))
        for other in (("Linux", "riscv64", "glibc"), ("Linux", "x86_64", ""), ("Darwin", "arm64", "")):
            with self.subTest(other):
                self.assertIn("no build of it", platform_reason(*other) or "")

    def test_how_the_server_ended(self) -> None:
        rows = [
            (65, 65, "can't be loaded"),
            (1, 70, "ended with 1"),
            (-signal.SIGILL, 70, "SIGILL"),
            (-signal.SIGKILL, 70, "memory"),
        ]
        for code, expected, words in rows:
            with self.subTest(code):
                failure = ending(code, Settings("/m.gguf", "a"))
                self.assertEqual(failure.code, expected)
                self.assertIn(words, str(failure))

    def test_where_it_is_installed(self) -> None:
        installed = Path("/nowhere/share/streamllm")
        rows = [
            (ROOT / "scripts", {}, ROOT / ".venv"),
            (installed, {"XDG_DATA_HOME": "/data"}, Path("/data/streamllm/model-venv")),
            (installed, {"XDG_DATA_HOME": ""}, Path.home() / ".local/share/streamllm/model-venv"),
            (ROOT / "scripts", {"STREAMLLM_MODEL_VENV": "/elsewhere"}, Path("/elsewhere")),
        ]
        for scripts, environment, venv in rows:
            with self.subTest(environment):
                place = Place.find(scripts, environment)
                self.assertEqual((place.venv, place.requirements), (venv, scripts / "requirements-model.txt"))

    def test_all_is_pinned(self) -> None:
        text = (ROOT / "scripts/requirements-model.txt").read_text()
        pinned = re.findall(r"^[\w-]+==[\w.]+( \\\n    --hash=sha256:[0-9a-f]{64})+$", text, re.MULTILINE)
        names = [line for line in text.splitlines() if re.match(r"\w", line)]
        self.assertEqual(len(pinned), len(names))


if __name__ == "__main__":
    unittest.main()
