"""Draws what each thing costs with 10,000, 100,000 and 1,000,000 articles, on both databases.

    python bench/support/growth_picture.py RESULTS.jsonl docs/img/growth.svg

The lines are those of ``bench/scale.py --results``, ``bench/dedup_scale.py`` and
``bench/frontier.py``, all appended to one file; of two lines for the same the later one counts.
Needs matplotlib, of the group ``bench``.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

#: it is measured where the copy went
MIGRATION = "migration of the copy"
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
#: what is drawn: heading -> the thing as the benches call it
PANELS = {
    "claim a page": "claim",
    "recognise and store an article": "dedup",
    "search, rare word": "search rare",
    "search, common word": "search common",
    "... and a site": "search common, site",
    "... and a day": "search common, one day",
    "facets": "facets common",
    "related, 2 hops": "related, 2 hops",
    "related --to": "related --to",
    "story": "story",
    "show": "show",
    "stats": "stats",
    "runs": "runs",
    "a site's night begins": "a night begins",
    "export, an article": "export jsonl",
    "db copy from it, an article": "db copy",
    "two indexes more, an article": MIGRATION,
}
#: of these the whole is measured; shown is the part of one article
WHOLE = ("export jsonl", "db copy", MIGRATION)
COLOURS = {"sqlite": "#0b6e4f", "postgresql": "#9b2226"}
COLUMNS = 6

#: (thing, database) -> articles -> processor milliseconds
Costs = dict[tuple[str, str], dict[int, float]]


def costs_of(lines: Iterator[str]) -> Costs:
    """What the benches printed."""
    costs: Costs = defaultdict(dict)
    for line in lines:
        result = json.loads(line)
        thing, on, articles, milliseconds = _read(result)
        costs[thing, on][articles] = milliseconds / (articles if thing in WHOLE else 1)
    return costs


def _read(result: dict[str, Any]) -> tuple[str, str, int, float]:
    if "claim_processor_ms" in result:
        return "claim", result["on"], result["size"], result["claim_processor_ms"]
    if "milliseconds_an_article" in result:
        spent = result["milliseconds_an_article"]["processor_mean"]
        on = result["database"].partition(",")[0]
        # what a kept database was given before is in the number
        articles = 10 ** round(len(str(result["articles"])) - 1)
        return "dedup", on, articles, spent + result["server_processor_mean"]
    thing, on = result["question"], result["on"]
    on = OTHER[on] if thing == MIGRATION else on
    return thing, on, result["articles"], result["processor_ms"]


def draw(costs: Costs) -> Figure:
    """A panel for each thing: articles by milliseconds, both by powers of ten."""
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "growth", "font.size": 8}
    rows = -(-len(PANELS) // COLUMNS)
    figure = Figure(figsize=(13, 2.1 * rows), layout="constrained")
    for place, (heading, thing) in enumerate(PANELS.items(), 1):
        axes = figure.add_subplot(rows, COLUMNS, place)
        _draw_panel(axes, heading, thing, costs)
    handles = [mpl.lines.Line2D([], [], color=colour, marker="o") for colour in COLOURS.values()]
    figure.legend(handles, ["SQLite", "PostgreSQL"], loc="outside lower center", ncols=2)
    figure.supylabel("processor milliseconds, those of PostgreSQL's server included")
    return figure


def _draw_panel(axes: Axes, heading: str, thing: str, costs: Costs) -> None:
    ends: list[tuple[float, int, str]] = []
    for on, colour in COLOURS.items():
        cost = costs.get((thing, on), {})
        sizes = sorted(cost)
        axes.plot(sizes, [cost[size] for size in sizes], color=colour, marker="o", markersize=3)
        if sizes:
            ends.append((cost[sizes[-1]], sizes[-1], colour))
    for place, (value, size, colour) in enumerate(sorted(ends)):
        axes.annotate(
            f"{value:.3g}", (size, value), color=colour, xytext=(4, 3 if place else -8),
            textcoords="offset points",
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlim=(6_000, 4_000_000), title=heading)
    low, high = axes.get_ylim()
    middle = (low * high) ** 0.5
    axes.set_ylim(min(low, middle / 8), max(high, middle * 8))  # so that noise looks like noise
    axes.set_xticks([10_000, 100_000, 1_000_000], ["10⁴", "10⁵", "10⁶"])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    """Read the results, write the picture."""
    results, picture = map(Path, sys.argv[1:])
    with results.open() as lines:
        figure = draw(costs_of(lines))
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main()
