#!/usr/bin/env python3
"""Turns the results of a run into docs/benchmarks.md, its charts in docs/benchmarks/, and a table on the terminal.

    python3 Benchmarks/bench/report.py RESULTS [--docs FOLDER]

Nothing is written unless all of it could be made. docs/benchmarks/ is the report's own: an SVG in it that the results
don't name is removed.

RESULTS is a JSON object. A figure that was not measured is null, or isn't there; NaN and Infinity count as null.

    machine   object of strings, shown in its order: machine.py makes it
    goals     list of:
      id        "1"
      name      "Throughput of the feed"
      how       how it is measured, in Markdown, taken as it is
      figures   list of:
        label     "streamllm"; not twice in a goal
        unit      "messages/s", "MB", "ms", "%", "entries/s", or "" for a ratio
        runs      list of numbers, one a run; empty if it was not run
        median    number, or null if it was not run
      checks    list of:
        text      "at least 0.8 of libzmq alone"
        value     the ratio, or the figure, unrounded; null if it was not run
        bound     number
        direction "at least" or "at most"
        met       true, false, or null if it was not run. It must agree with value and bound
        unit      optional: the unit of value. Without it, value is a ratio
        figure    optional: label of the figure that is checked. Without it, the goal's first
        against   optional: label of the figure that it is compared with, null for none. Without it, the goal's second
                  if value is a ratio, and none if it isn't
    charts    list of:
      file        "throughput.svg"
      title       stands in the chart
      description what the chart shows, for those who can't see it
      kind        "bars" or "lines"
      for bars:
        unit        optional: goes behind each value
        bars        list of {label, value (null if not run), peer (optional; true draws it in grey)}
        goal        optional: {value, text}, a vertical line and what it means
      for lines:
        x, y        {label, scale}; the scale is "log" or "linear", which is meant without it and has its 0
        series      list of {label, points}; points is a list of [x, y], y is null if it was not run
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from pathlib import Path
from textwrap import wrap

import charts

DOCS = Path(__file__).resolve().parents[2] / "docs"
COLUMNS = ["goal", "figure", "compared with", "ratio or value", "bound", "goal met"]
VERDICTS = {True: "met", False: "NOT met", None: "not run"}

INTRODUCTION = """\
# Benchmarks

What streamllm does in a second, what it takes for that, and how both grow, measured on one machine: `make bench` runs
it, `make bench-peers` runs the peers too.

This page and its charts are written by `make bench`; don't edit them. Figures of different runs aren't comparable: the
machine is another, or does something else beside. Ratios are, because both of their sides come from the same run.
"""

# MARK: Numbers


def number(value: float) -> str:
    """1,234,567, 123, 12.3, 1.23, 0.83, 0.0083: whole numbers in full, others with two or three digits that count."""
    size = abs(value)
    if isinstance(value, int) or size >= 100 or size == 0:
        digits = 0
    elif size >= 0.1:
        digits = 1 if size >= 10 else 2
    else:
        digits = 1 - math.floor(math.log10(size))
    return f"{value:,.{digits}f}".replace("-", "−")


def quantity(value: float | None, unit: str = "", text: str = "") -> str:
    """The number and its unit; `text` instead of the number where it is already written."""
    if value is None:
        return VERDICTS[None]
    return (text or number(value)) + (unit if unit in ("", "%") else f" {unit}")


def ran(figure: dict) -> list:
    return [run for run in figure["runs"] if run is not None]


def spread(figure: dict) -> str:
    """The least and the largest of the runs."""
    runs = ran(figure)
    return f"{number(min(runs))}–{number(max(runs))}" if runs else ""


def meets(check: dict, value: float) -> bool:
    if check["direction"] not in ("at least", "at most"):
        raise ValueError(f'a check is "at least" or "at most", not {check["direction"]!r}')
    return value >= check["bound"] if check["direction"] == "at least" else value <= check["bound"]


def measured(check: dict) -> str:
    """The value with as many digits as it takes to be on its side of the bound: 0.7996 isn't the 0.80 asked for."""
    value, text, digits = check["value"], "", 0
    if value is not None:
        text = number(value)
        while digits < 10 and meets(check, float(text.replace(",", "").replace("−", "-"))) != meets(check, value):
            digits += 1
            text = f"{value:,.{digits}f}".replace("-", "−")
    return quantity(value, check.get("unit", ""), text)


# MARK: Rows


class Row:
    """A check of a goal, as the tables show it. A goal without a check has one row, which judges nothing."""

    def __init__(self, goal: dict, check: dict | None) -> None:
        self.goal = f"{goal['id']}. {goal['name']}"
        figures = {figure["label"]: figure for figure in goal["figures"]}
        labels = [*figures, None, None]
        ratio = check is not None and not check.get("unit")
        self.figure = self.named(figures, (check or {}).get("figure", labels[0]))
        self.against = self.named(figures, (check or {}).get("against", labels[1] if ratio else None))
        self.value = measured(check) if check else ""
        self.bound = check["text"] if check else ""
        self.verdict = self.judged(check) if check else ""

    def named(self, figures: dict, label: str | None) -> dict | None:
        if label is not None and label not in figures:
            raise ValueError(f"goal {self.goal} has no figure {label!r}; it has: {', '.join(figures)}")
        return figures.get(label)

    def judged(self, check: dict) -> str:
        value, met = check["value"], check["met"]
        if met != (None if value is None else meets(check, value)):
            raise ValueError(
                f"goal {self.goal}: {check['text']!r} says met {met}, but {value} has to be "
                f"{check['direction']} {check['bound']}"
            )
        return VERDICTS[met]

    def cells(self, ranges: bool) -> list:
        return [self.goal, told(self.figure, ranges), told(self.against, ranges), self.value, self.bound, self.verdict]


def told(figure: dict | None, ranges: bool) -> str:
    if figure is None:
        return ""
    runs = f" ({spread(figure)})" if ranges and ran(figure) else ""
    return f"{figure['label']}: {quantity(figure['median'], figure['unit'])}{runs}"


def rows_of(goal: dict) -> list:
    return [Row(goal, check) for check in goal["checks"] or [None]]


def summary(rows: list) -> str:
    counts = [(verdict, sum(row.verdict == verdict for row in rows)) for verdict in VERDICTS.values()]
    parts = [f"{count} {verdict}" for verdict, count in counts if count]
    return f"{sum(count for _, count in counts)} checks: {', '.join(parts) or 'none'}."


# MARK: The page


def plain(text: str) -> str:
    """Text that Markdown leaves as it is, on one line."""
    return re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", " ".join(text.split()))


def table(head: list, rows: list) -> str:
    lines = [head, ["---"] * len(head), *([plain(cell) for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def section(goal: dict) -> str:
    figures = [
        [figure["label"], quantity(figure["median"], figure["unit"]), spread(figure), str(len(ran(figure)))]
        for figure in goal["figures"]
    ]
    verdicts = "".join(
        f"- {plain(row.bound)}: **{row.verdict}**" + (f", {plain(row.value)}\n" if row.value != row.verdict else "\n")
        for row in rows_of(goal)
        if row.verdict
    )
    parts = [f"### {plain(goal['id'])}. {plain(goal['name'])}\n", goal["how"].strip() + "\n"]
    if figures:
        parts.append(table(["figure", "median", "minimum–maximum", "runs"], figures))
    return "\n".join(parts + ([verdicts] if verdicts else []))


def page(results: dict) -> str:
    rows = [row for goal in results["goals"] for row in rows_of(goal)]
    missed = [
        f"- Goal {plain(row.goal)}: {plain(row.bound)}, but it is {plain(row.value)}\n"
        for row in rows
        if row.verdict == VERDICTS[False]
    ]
    parts = [INTRODUCTION, "## The machine\n", table(["", ""], results["machine"].items()), "## Goals\n"]
    parts.append(f"{summary(rows)} A figure is the median of its runs; their minimum–maximum is in brackets.\n")
    if missed:
        parts.append("NOT met:\n\n" + "".join(missed))
    parts.append(table(COLUMNS, [row.cells(ranges=True) for row in rows]))
    if results["charts"]:
        parts.append("## Charts\n")
        parts += [f"![{plain(chart['description'])}](benchmarks/{chart['file']})\n" for chart in results["charts"]]
    parts.append("## How each goal is measured\n")
    parts += [section(goal) for goal in results["goals"]]
    return "\n".join(parts)


def drawn(chart: dict) -> str:
    if not re.fullmatch(r"[a-z0-9-]+\.svg", chart["file"]):
        raise ValueError(f"a chart's file is named like throughput.svg, not {chart['file']!r}")
    if chart["kind"] == "bars":
        bars = [{**bar, "text": quantity(bar["value"], chart.get("unit", ""))} for bar in chart["bars"]]
        chart = {**chart, "bars": bars}
    return charts.draw(chart)


def write(results: dict, docs: Path) -> None:
    text = page(results)
    drawings = {chart["file"]: drawn(chart) for chart in results["charts"]}
    folder = docs / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.name not in drawings:
            old.unlink()
    # Bytes, because a text file would get the line ends of the system.
    for name, drawing in drawings.items():
        (folder / name).write_bytes(drawing.encode())
    (docs / "benchmarks.md").write_bytes(text.encode())


# MARK: The terminal


def terminal(results: dict) -> str:
    """The same table, its cells wrapped; without the ranges, which are on the page."""
    rows = [row for goal in results["goals"] for row in rows_of(goal)]
    lines = [COLUMNS, *(row.cells(ranges=False) for row in rows)]
    cells = [[wrap(cell, 26) or [""] for cell in line] for line in lines]
    widths = [max(len(part) for line in cells for part in line[column]) for column in range(len(COLUMNS))]
    text = ""
    for line in cells:
        for index in range(max(map(len, line))):
            parts = [
                (cell[index] if index < len(cell) else "").ljust(width)
                for cell, width in zip(line, widths, strict=True)
            ]
            text += "  ".join(parts).rstrip() + "\n"
        text += "\n"
    return text + summary(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Turns the results of a benchmark run into docs/benchmarks.md.")
    parser.add_argument("results", type=Path, help="the JSON file with the results; report.py says what is in it")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder to write into (default: the repository's docs)")
    arguments = parser.parse_args()
    try:
        results = json.loads(arguments.results.read_bytes(), parse_constant=lambda _: None)
        write(results, arguments.docs)
    except KeyError as error:
        sys.exit(f"report.py: {arguments.results} isn't complete: something in it lacks {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"report.py: {error}")
    print(terminal(results))
    print(f"\nWritten: {arguments.docs / 'benchmarks.md'} and {len(results['charts'])} charts.")


if __name__ == "__main__":
    main()
