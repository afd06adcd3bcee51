#!/usr/bin/env python3
"""Measures the goals and writes docs/benchmarks.md.

    python3 Benchmarks/bench/bench.py [--goals 1,6] [--runs 5] [--peers] [--docs FOLDER]

Needs a release build. Goals 1, 2 and 5 are measured together. It never fails because something was slow.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import machine
import report
import throughput
import timing
from programs import REPOSITORY, WORK, messages


def run_peers(runs: int) -> list[dict]:
    """What peers reach on the input of goals 1 and 2."""
    output = WORK / "peers.json"
    runner = REPOSITORY / "Benchmarks" / "peers" / "run.py"
    file = messages(1_000_000, 1000)
    # It exits with 1 when not one of them could be run, and says why in its output.
    subprocess.run([sys.executable, runner, file, "--runs", str(runs), "--json", output], check=False)
    return json.loads(output.read_text())["peers"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goals", default="1,2,3,4,5,6,7,8")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="run the peers, too; they are installed from PyPI")
    parser.add_argument("--docs", type=Path, default=report.DOCS)
    options = parser.parse_args()
    wanted = set(options.goals.split(","))
    peers = run_peers(options.runs) if options.peers else []
    goals = []
    for ids, measure in (
        ({"1", "2", "5"}, lambda: throughput.goals_1_and_2(options.runs, peers)),
        ({"3"}, lambda: [throughput.goal_3(options.runs)]),
        # Twenty-one points: a round of them takes some minutes.
        ({"4"}, lambda: [throughput.goal_4(max(1, options.runs // 2))]),
        ({"6"}, lambda: [timing.goal_6(1)]),
        ({"7"}, lambda: [timing.goal_7(options.runs)]),
        ({"8"}, lambda: [throughput.goal_8(options.runs)]),
    ):
        if ids & wanted:
            print(f"Measuring goal {', '.join(sorted(ids))} …", file=sys.stderr, flush=True)
            goals += measure()
    goals.sort(key=lambda goal: goal.id)
    results = {
        "machine": machine.describe(),
        "goals": [goal.as_json for goal in goals],
        "charts": [chart for goal in goals for chart in goal.charts],
    }
    WORK.mkdir(exist_ok=True)
    (WORK / "results.json").write_text(json.dumps(results, indent=1))
    report.write(results, options.docs)
    print(report.terminal(results))


if __name__ == "__main__":
    main()
