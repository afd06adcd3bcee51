"""Draws charts as SVG: horizontal bars, and lines over a linear or logarithmic axis.

`draw` takes a chart as it stands in the results (report.py says what is in it), with a `text` for each bar, and returns
the file's text. The same chart gives the same text, byte for byte.
"""

from __future__ import annotations

import math
from textwrap import shorten, wrap
from xml.sax.saxutils import escape

WIDTH, EDGE, LINE, PLOT = 720, 16, 16, 220
# An SVG can't measure its text. These are widths of a character in DejaVu Sans, the widest font that is common, so
# that nothing is cut off where a browser has no other.
CHARACTER, TITLE_CHARACTER = 7.5, 9.7
SERIES = [  # the colour on white, and on black
    ("#0b61a4", "#58a6ff"),
    ("#b8500a", "#f0883e"),
    ("#2f7d32", "#56d364"),
    ("#8250df", "#bc8cff"),
    ("#9a6700", "#e3b341"),
    ("#57606a", "#9198a1"),
]
# Colours alone don't tell lines apart for everybody.
DASHES = ["none", "7 3", "2 3", "9 3 2 3"]
NAMES = ("paper", "ink", "quiet", "grid", "peer", "goal")
LIGHT = ("#ffffff", "#1f2328", "#57606a", "#e4e8ec", "#a8b1bb", "#cf222e")
DARK = ("#0d1117", "#e6edf3", "#9198a1", "#2a313c", "#57606a", "#ff7b72")


def rules(colours: tuple, side: int) -> str:
    """Plain rules instead of CSS variables, which not every program that shows SVG knows."""
    pairs = [*zip(NAMES, colours, strict=True), *((f"s{index}", series[side]) for index, series in enumerate(SERIES))]
    return "".join(f".{name}{{fill:{colour}}}.{name}-line{{stroke:{colour}}}" for name, colour in pairs)


STYLE = (
    'text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}'
    "text.title{font-size:14px;font-weight:bold}\n"
    f"{rules(LIGHT, 0)}\n@media (prefers-color-scheme: dark){{{rules(DARK, 1)}}}"
)


def clean(text: str) -> str:
    """Escaped; and without control characters, which XML can't hold in any form."""
    return escape("".join(character if character.isprintable() else " " for character in text), {'"': "&quot;"})


class Canvas:
    """The parts drawn so far, and `y`, where the free space begins."""

    def __init__(self, chart: dict) -> None:
        self.chart, self.parts, self.y = chart, [], 10.0
        self.paragraph(EDGE, chart["title"], (WIDTH - 2 * EDGE) / TITLE_CHARACTER, "ink title")

    def tag(self, name: str, content: str | None = None, **attributes) -> None:
        pairs = ""
        for key, value in attributes.items():
            text = f"{value:.1f}" if isinstance(value, float) else clean(str(value))
            pairs += f' {key.rstrip("_").replace("_", "-")}="{text}"'
        self.parts.append(f"<{name}{pairs}/>" if content is None else f"<{name}{pairs}>{clean(content)}</{name}>")

    def text(self, x: float, y: float, text: str, style: str = "ink", anchor: str = "start") -> None:
        self.tag("text", text, x=x, y=y, text_anchor=anchor, class_=style)

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str, **more) -> None:
        self.tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=f"{style}-line", **more)

    def paragraph(self, x: float, text: str, characters: float, style: str, anchor: str = "start") -> None:
        for part in wrap(text, int(characters)):
            self.y += LINE
            self.text(x, self.y, part, style, anchor)

    def svg(self) -> str:
        height = math.ceil(self.y + 12)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc">\n'
            f'<title id="title">{clean(self.chart["title"])}</title>\n'
            f'<desc id="desc">{clean(self.chart["description"])}</desc>\n<style>\n{STYLE}\n</style>\n'
            f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6" class="paper grid-line"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )


def bars(chart: dict) -> str:
    """Labels on the left, bars, and the values in a column on the right, where the goal's line can't cross them."""
    canvas, goal = Canvas(chart), chart.get("goal")
    rows = [(wrap(bar["label"], 32), bar["value"] or 0, bar) for bar in chart["bars"]]
    left = EDGE + 10 + CHARACTER * max((len(part) for label, _, _ in rows for part in label), default=0)
    right = WIDTH - EDGE - 10 - CHARACTER * max((len(bar["text"]) for bar in chart["bars"]), default=0)
    largest = max([value for _, value, _ in rows] + [goal["value"] if goal else 0])

    def x(value: float) -> float:
        return left + (right - left) * (max(value, 0) / largest if largest > 0 else 0)

    if goal:
        at = x(goal["value"])
        ends = at > WIDTH / 2
        canvas.y += 4
        room = at - EDGE if ends else WIDTH - EDGE - at
        canvas.paragraph(at, goal["text"], room / CHARACTER, "goal", "end" if ends else "start")
    canvas.y = top = canvas.y + 8
    for label, value, bar in rows:
        height = LINE * max(len(label), 1) + 14
        middle = canvas.y + height / 2
        for index, part in enumerate(label):
            canvas.text(EDGE, middle + 4 + LINE * (index - (len(label) - 1) / 2), part)
        style = "peer" if bar.get("peer") else "s0"
        canvas.tag("rect", x=left, y=middle - 10, width=x(value) - left, height=20, class_=style)
        canvas.text(WIDTH - EDGE, middle + 4, bar["text"], "quiet" if bar["value"] is None else "ink", "end")
        canvas.y += height
    canvas.line(left, top, left, canvas.y, "quiet")
    if goal:
        canvas.line(at, top, at, canvas.y, "goal", stroke_width=2)
    return canvas.svg()


class Axis:
    """From a tick at or below the least value to one at or above the largest. A linear axis has its 0."""

    def __init__(self, values: list, scale: str) -> None:
        low, high = min(values, default=1), max(values, default=1)
        self.log = scale == "log"
        if self.log and low <= 0:
            raise ValueError(f"a logarithmic axis has no place for {low}")
        ticks = self.powers(low, high) if self.log else self.steps(min(low, 0), max(high, 0))
        self.low, self.high = ticks[0], ticks[-1]
        self.ticks = [(tick, f"{tick:,.10g}".replace("-", "−")) for tick in ticks[:: (len(ticks) - 1) // 8 + 1]]

    @staticmethod
    def powers(low: float, high: float) -> list:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        factors = (1, 2, 5) if last - first <= 2 else (1,)
        marks = [factor * 10.0**power for power in range(first - 1, last + 2) for factor in factors]
        start = max(index for index, mark in enumerate(marks) if mark <= low)
        end = min(index for index, mark in enumerate(marks) if mark >= high)
        return marks[start : max(end, start + 1) + 1]

    @staticmethod
    def steps(low: float, high: float) -> list:
        rough = (high - low or 1) / 6
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        return [index * step for index in range(math.floor(low / step), max(math.ceil(high / step), 1) + 1)]

    def place(self, value: float) -> float:
        """0 at the axis' beginning, 1 at its end."""
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return (value - low) / (high - low)


def lines(chart: dict) -> str:
    canvas, pens = Canvas(chart), []
    series = [(line["label"], [point for point in line["points"] if point[1] is not None]) for line in chart["series"]]
    across = Axis([x for _, points in series for x, _ in points], chart["x"].get("scale", "linear"))
    upward = Axis([y for _, points in series for _, y in points], chart["y"].get("scale", "linear"))

    legend, canvas.y = float(EDGE), canvas.y + LINE + 6
    for index, (name, points) in enumerate(series):
        label = shorten(name if points else f"{name} (not run)", 84, placeholder="…")
        width = 34 + CHARACTER * len(label)
        if legend > EDGE and legend + width > WIDTH - EDGE:
            legend, canvas.y = float(EDGE), canvas.y + LINE + 2
        pens.append((f"s{index % len(SERIES)}", {"stroke_width": 2, "stroke_dasharray": DASHES[index % len(DASHES)]}))
        canvas.line(legend, canvas.y - 4, legend + 28, canvas.y - 4, pens[-1][0], **pens[-1][1])
        canvas.text(legend + 34, canvas.y, label)
        legend += width + 16
    canvas.y += 6
    canvas.paragraph(EDGE, chart["y"]["label"], (WIDTH - 2 * EDGE) / CHARACTER, "quiet")

    top, bottom = canvas.y + 16, canvas.y + 16 + PLOT
    left, right = EDGE + 8 + CHARACTER * max(len(text) for _, text in upward.ticks), WIDTH - 48.0
    for tick, text in upward.ticks:
        y = bottom - PLOT * upward.place(tick)
        canvas.line(left, y, right, y, "grid")
        canvas.text(left - 8, y + 4, text, "quiet", "end")
    for tick, text in across.ticks:
        x = left + (right - left) * across.place(tick)
        canvas.line(x, top, x, bottom + 5, "grid")
        canvas.text(x, bottom + 20, text, "quiet", "middle")
    canvas.line(left, bottom, right, bottom, "quiet")
    for (colour, dashes), (_, points) in zip(pens, series, strict=True):
        places = [(left + (right - left) * across.place(x), bottom - PLOT * upward.place(y)) for x, y in sorted(points)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        canvas.tag("polyline", points=path, class_=f"{colour}-line", **dashes, style="fill:none")
        for x, y in places:
            canvas.tag("circle", cx=x, cy=y, r=3.5, class_=colour)
    canvas.y = bottom + 24
    canvas.paragraph((left + right) / 2, chart["x"]["label"], (right - left) / CHARACTER, "quiet", "middle")
    return canvas.svg()


def draw(chart: dict) -> str:
    kinds = {"bars": bars, "lines": lines}
    if chart["kind"] not in kinds:
        raise ValueError(f"no chart is of the kind {chart['kind']!r}; there are: {', '.join(kinds)}")
    return kinds[chart["kind"]](chart)
