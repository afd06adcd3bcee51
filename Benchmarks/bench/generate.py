"""Writes the benchmark's input to standard output: chat messages as JSON lines, the same ones at every call.

    python3 generate.py 1000000 1000 [200] > messages.jsonl

The arguments are the number of messages, of sessions, and of messages a second of event time. Messages are in order,
from 2025-01-23T14:30:00Z on; who speaks next is drawn at random, and in each session customer and RM take turns. A line
is about 168 bytes, its end included. 1,000,000 messages of 1,000 sessions make 166,589 windows of 30 s.
"""

import json
import random
import sys
from datetime import datetime, timedelta

START = datetime(2025, 1, 23, 14, 30)
A_SECOND = 200
LINES_A_BLOCK = 2000  # Some 330 kB: a write a line would take longer than all the rest.

# With this seed a million messages of 1,000 sessions make exactly the windows that earlier figures were taken with.
SEED = 31
TEXTS = 8192
# How many words a message has. With WORDS it makes 168 bytes a line.
SHORTEST, LONGEST = 3, 20
SENDERS = ("customer", "rm")
WORDS = """
a about account advice afternoon agree and are balance bank before bond branch can change charge could deposit document
early evening extra fee fixed for from fund good have home house how I in income insurance interest is it know ladder
last later letter loan lower may month monthly more mortgage moving my need new next of offer on option our paid pay
payment pension percent plan please portfolio prefer question rate refinance rent risk save savings send share should
sign sure tax term thanks the then this to tomorrow transfer value we week when with would year you your
""".split()  # noqa: SIM905 - a list would take a line for each word


def text(rng):
    """One message as somebody might type it: a capital in front, a full stop or a question mark at the end."""
    sentence = " ".join(rng.choices(WORDS, k=rng.randint(SHORTEST, LONGEST)))
    return sentence[0].upper() + sentence[1:] + rng.choice(".?")


def blocks(messages, sessions, a_second):
    """Gives the file in pieces of some thousand lines each, whole seconds of event time."""
    # Two sources of randomness: other texts must not change who speaks, and with it the number of windows.
    speaker, wording = random.Random(SEED), random.Random(SEED)
    numbers = range(sessions)
    heads = [f'{{"session_id": "s{number:06d}", "timestamp": "' for number in numbers]
    turns = [0] * sessions
    # Drawn from a pool, already escaped: making up each text would take ten times as long.
    texts = [json.dumps(text(wording)) for _ in range(TEXTS)]
    tails = [[f'Z", "sender": "{sender}", "message": {words}}}\n' for words in texts] for sender in SENDERS]
    places = range(TEXTS)
    milliseconds = [f".{number * 1000 // a_second:03d}" for number in range(a_second)]

    lines = []
    for second in range(-(-messages // a_second)):
        time = (START + timedelta(seconds=second)).isoformat()
        count = min(a_second, messages - second * a_second)
        who, what = speaker.choices(numbers, k=count), wording.choices(places, k=count)
        for session, place, fraction in zip(
            who, what, milliseconds, strict=False
        ):  # the last second may have fewer messages
            turn = turns[session]
            turns[session] = 1 - turn
            lines.append(f"{heads[session]}{time}{fraction}{tails[turn][place]}")
        if len(lines) >= LINES_A_BLOCK:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def main(arguments):
    try:
        messages, sessions, a_second = (int(argument) for argument in [*arguments, A_SECOND][:3])
    except ValueError:
        sys.exit("generate.py: whole numbers are needed: python3 generate.py MESSAGES SESSIONS [A_SECOND] > file.jsonl")
    if messages < 0 or sessions < 1 or a_second < 1:
        sys.exit("generate.py: there must be no fewer than 0 messages, 1 session and 1 message a second")
    for block in blocks(messages, sessions, a_second):
        sys.stdout.buffer.write(block.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
