"""Who answers in the demo. What is there is found out by others; here is only what follows from it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

NONE = "none"
BETTER = "For good answers: ollama pull qwen:32b, or make demo MODEL=/path/to/model.gguf."


@dataclass(frozen=True)
class Answers:
    """Who answers: options of the consumer, what to add to its environment, and a line to print."""

    line: str
    options: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def are_written(self) -> bool:
        """Whether a model writes them, piece by piece."""
        return bool(self.options)


def fetches_early(model: str, is_ready: bool, environment: Mapping[str, str], ollama_listens: bool) -> bool:
    """Whether the server of the small model will most likely be needed, so that it is fetched while Swift builds.

    `model` is what was asked for: "none", a file, or "".
    """
    if is_ready or model == NONE:
        return False
    has_server = ollama_listens or environment.get("OLLAMA_BASE_URL") or environment.get("OPENAI_BASE_URL")
    return bool(model) or not has_server


def found(responder: str, check: str, environment: Mapping[str, str]) -> Answers | None:
    """The answers of a server that is there already, by what the consumer's `--check` says; None if it has no model."""
    lines = re.findall(r"^(?:ok|note) +model +(.*)", check, re.MULTILINE)
    if not lines:
        return None
    options = ["--responder", responder]
    # Of a server with other models, the first is meant if nobody has named one.
    listed = re.search(r"is not installed on (.*?), which has ([^,\s]+)", lines[0])
    if listed and not environment.get("QUEN_MODEL_NAME"):
        options += ["--model", listed[2]]
        lines[0] = f"{listed[2]} on {listed[1]}, the first that it lists"
    return Answers(f"Answers come from a server that is there already: {lines[0]}.", options)


def started(instructions: list[str], model: str) -> Answers:
    """The answers of the server that was started, by what it says one should type.

    `model` is its file, or "" for the small one.
    """
    exports = [shlex.split(line)[1].partition("=") for line in instructions if line.startswith("export ")]
    [command] = [line for line in instructions if line.startswith("streamllm-consumer ")]
    small = (
        "Answers come from SmolLM2, a real model of 135 million parameters: "
        f"one so small makes the form visible, not sense. {BETTER}"
    )
    return Answers(
        f"Answers come from {model}." if model else small,
        shlex.split(command)[1:],
        # A key that is meant for another server stays here.
        {"OPENAI_API_KEY": "", "OPENAI_API_KEY_FILE": "", **{name: value for name, _, value in exports}},
    )


def canned(reason: str) -> Answers:
    """No model's answers."""
    return Answers(f"Replies are canned, not a model's: {reason}. {BETTER}")
