"""A real model on llama.cpp's own server, which knows nothing of this project.

    python real_model.py .build/debug [RealModel.test_one_server …]

The model is small: it says anything. What is looked at is how answers come about, not what is in them.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import unittest
import urllib.request
from pathlib import Path

import answers as sample
from running import Program, Record, Rig

MODEL = "smollm2:135m"
# A question to which even a small model knows the answer, and no chance in it: what it says isn't what is looked at.
OPTIONS = (
    "--responder", "openai", "--model", MODEL, "--num-ctx", "4096", "--num-predict", "24", "--temperature", "0",
    "--prompt-form", "chat", "--system-prompt", "You are a helpful assistant.")  # fmt: skip
PROGRAMS = Path()
# A model this small at times says nothing but what it was asked.
NO_ANSWERS = ("the model repeated the question", "the model's answer was empty")


def chat(sessions: int, windows: int, text: str = "Question {window}: what is the capital of France?") -> str:
    """A message of each session in each window."""
    lines = [
        {
            "session_id": f"s{session}", "timestamp": f"2025-01-23T14:{window:02}:{session:02}Z",
            "sender": "customer", "message": text.format(window=window),
        }
        for window in range(windows) for session in range(sessions)
    ]  # fmt: skip
    return "".join(json.dumps(line) + "\n" for line in lines)


def entries(program: Program) -> list[Record]:
    return [record["data"] for record in program.records if record.get("type") == "streamllm.workspace.entry.v1"]


def answers(program: Program) -> list[Record]:
    return [entry["response"] for entry in entries(program)]


def pieces(program: Program) -> dict[str, list[Record]]:
    """The pieces of each answer's last attempt, by the entry's id."""
    result: dict[str, list[Record]] = {}
    for record in program.records:
        if "token" in record:
            if record["index"] == 0:
                result[record["id"]] = []
            result.setdefault(record["id"], []).append(record)
    return result


def post(url: str, body: object) -> Record:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    # No proxy of the environment is asked.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        return json.load(response)


class RealModel(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        self.rig = Rig(PROGRAMS)
        self.addCleanup(self.rig.close)

    def consumer(self, *options: str, urls: list[str], key: str = "") -> Program:
        return self.rig.consumer(*OPTIONS, *options, OPENAI_BASE_URL=",".join(urls), OPENAI_API_KEY=key)

    def play(self, text: str) -> Program:
        file = self.rig.folder / "input.jsonl"
        file.write_text(text)
        return self.rig.producer("--input-file", str(file))

    def end(self, *programs: Program) -> None:
        for program in programs:
            self.assertEqual(program.exit(), 0, program.error)

    def assert_generated(self, consumer: Program, count: int) -> None:
        said = [(answer["status"], answer["reason"], answer["model"]) for answer in answers(consumer)]
        self.assertEqual(said, [("generated", None, MODEL)] * count, consumer.error)
        self.assertTrue(all(answer["text"] for answer in answers(consumer)))

    def assert_quiet(self, consumer: Program) -> None:
        for level in (" WARNING ", " ERROR ", " CRITICAL "):
            self.assertNotIn(level, consumer.error)

    def test_one_server(self) -> None:
        """24 windows: each is asked about once, without a warning, and its pieces are its text."""
        model = self.rig.model("--port", "0", "--verbose")
        consumer = self.consumer(urls=[model.origin])
        subscriber = self.rig.subscriber("--tokens")
        producer = self.play(chat(sessions=12, windows=2))
        self.end(producer, consumer)
        self.assert_generated(consumer, 24)
        self.assert_quiet(consumer)
        self.assertEqual(model.asked, 24)

        texts = {record["id"]: record["data"]["response"]["text"] for record in consumer.records}
        self.assertEqual(len(texts), 24)
        subscriber.stop()
        shown = pieces(subscriber)
        # Pieces aren't kept: those of the first answers may have gone before the subscriber was there.
        whole = {name: own for name, own in shown.items() if [p["index"] for p in own] == list(range(len(own)))}
        self.assertGreater(len(whole), 12)
        for name, own in whole.items():
            self.assertEqual("".join(piece["token"] for piece in own), texts[name])

    def test_two_servers(self) -> None:
        """24 windows: both servers answer, and each window is asked about once."""
        models = [self.rig.model("--port", "0", "--threads", "1", "--verbose") for _ in range(2)]
        consumer = self.consumer(urls=[model.origin for model in models])
        producer = self.play(chat(sessions=12, windows=2))
        self.end(producer, consumer)
        self.assert_generated(consumer, 24)
        self.assert_quiet(consumer)
        asked = [model.asked for model in models]
        self.assertEqual(sum(asked), 24)
        self.assertGreater(min(asked), 4)

    def test_killed_and_back(self) -> None:
        """The server is killed in the middle of an answer, and is back four seconds later: all are a model's."""
        model = self.rig.model("--port", "0")
        consumer = self.consumer("--num-predict", "64", urls=[model.origin])
        subscriber = self.rig.subscriber("--tokens")
        producer = self.play(chat(sessions=6, windows=2, text="{window}. Tell me all about Paris, in many sentences."))
        # The fifth piece of an answer behind the first entry.
        subscriber.wait("output", lambda text: '"index":5' in text.partition("entry.v1")[2].replace(" ", ""))
        self.assertEqual(model.program.stop(signal.SIGKILL), -signal.SIGKILL)
        time.sleep(4)
        self.rig.model("--port", model.port)
        self.end(producer, consumer)
        self.assert_generated(consumer, 12)

    def test_started_later(self) -> None:
        """The server starts when it has been asked already: all are a model's."""
        model = self.rig.model("--port", "0")
        model.program.stop()
        consumer = self.consumer(urls=[model.origin])
        producer = self.play(chat(sessions=3, windows=2))
        consumer.wait("error", lambda text: "No model yet on" in text)
        self.rig.model("--port", model.port)
        self.end(producer, consumer)
        self.assert_generated(consumer, 6)

    def test_prompt_tokens(self) -> None:
        """An entry's number of tokens is that which the server counts in the same prompt."""
        model = self.rig.model("--port", "0")
        template = self.rig.folder / "prompt.txt"
        template.write_text("Größe 🌐: {conversation} What now?")
        consumer = self.consumer("--prompt-form", "seed", "--prompt-file", str(template), urls=[model.origin])
        self.end(self.play(chat(sessions=3, windows=1)), consumer)
        prompt = "Größe 🌐: Customer: Question 0: what is the capital of France? What now?"
        whole = post(
            f"{model.origin}/apply-template",
            {
                "messages": [
                    {"role": "system", "content": "You are a helpful assistant."},
                    {"role": "user", "content": prompt},
                ]
            },
        )["prompt"]
        count = len(post(f"{model.origin}/tokenize", {"content": whole, "add_special": True})["tokens"])
        self.assertGreater(count, 40)
        self.assertEqual([answer["prompt_tokens"] for answer in answers(consumer)], [count] * 3)

    def test_small_context(self) -> None:
        """A chat that is longer than the server's context is cut to it: the answer is a model's, and says so."""
        model = self.rig.model("--port", "0", "--context", "512")
        long = "{window}. " + "apples 12, pears 7, plums 9, " * 8
        template = self.rig.folder / "prompt.txt"
        template.write_text("{conversation}\n\nThe capital of France is")
        consumer = self.consumer(
            "--num-ctx", "8192", "--prompt-form", "seed", "--prompt-file", str(template), "--window-size", "720",
            urls=[model.origin])  # fmt: skip
        self.end(self.play(chat(sessions=1, windows=36, text=long)), consumer)
        self.assert_generated(consumer, 3)
        for answer in answers(consumer):
            self.assertTrue(answer["truncated"])
            self.assertGreater(answer["prompt_tokens"], 150)
            self.assertLess(answer["prompt_tokens"], 512)

    def test_customer_turns(self) -> None:
        """What goes out at each of the customer's turns of the sample, in both forms, is the RM's part alone."""
        model = self.rig.model("--port", "0", "--context", "8192")
        for form in sample.FORMS:
            with self.subTest(form=form):
                responses = sample.ask(
                    self.rig, model.origin, MODEL, form, "--seed", "1", "--num-predict", "64")  # fmt: skip
                self.assertEqual(len(responses), 16)
                for response in responses:
                    if response["status"] == "generated":
                        wrong = sample.faults(response["text"]) - {"a refusal"}
                        self.assertEqual(wrong, set(), response)
                    else:
                        self.assertIn(response["reason"], NO_ANSWERS)
                self.assertGreater([response["status"] for response in responses].count("generated"), 8)

    def test_addresses(self) -> None:
        """Addresses as people write them, a prefix, and keys."""
        plain = self.rig.model("--port", "0")
        key_file = self.rig.folder / "key"
        key_file.write_text("secret\n")
        behind = self.rig.model("--port", "0", "--api-prefix", "/llm", "--api-key-file", str(key_file))
        rows = [
            (plain.origin, "", "generated"),
            (f"{plain.origin}/v1", "", "generated"),
            (f"{plain.origin}/v1/chat/completions", "not-asked-for", "generated"),
            (f"localhost:{plain.port}", "", "generated"),
            (f"{behind.origin}/llm/v1", "secret", "generated"),
            (f"{behind.origin}/llm/v1", "another", "fallback"),
            (f"{behind.origin}/llm/v1", "", "fallback"),
        ]
        for url, key, status in rows:
            with self.subTest(url=url, key=key):
                consumer = self.consumer(urls=[url], key=key)
                self.end(self.play(chat(sessions=1, windows=1)), consumer)
                [answer] = answers(consumer)
                self.assertEqual(answer["status"], status, answer["reason"])
                if status == "fallback":
                    self.assertIn("401", answer["reason"])


if __name__ == "__main__":
    PROGRAMS = Path(sys.argv.pop(1)).resolve()
    unittest.main()
