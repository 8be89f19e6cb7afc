"""Who makes how much on one day, and what flows between them: the nodes hit most as a network."""

from typing import TYPE_CHECKING

import numpy as np

from chainwright.errors import ParameterError
from chainwright.stress.plots.lettering import lettered
from chainwright.stress.plots.loss_map import end_of
from chainwright.system import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chainwright.stress.sectors.run import StressRun

__all__ = ["network_at_day"]


def network_at_day(
    run: "StressRun",
    day: float,
    *,
    end: str | None = None,
    nodes: int = 24,
    links: int = 60,
    language: Language = "en",
) -> "Figure":
    """Return a network of the nodes that lose most output on a day.

    Nodes stand on a circle by region; their area is output at rest, their colour the share of it
    that is made; arrows are the largest deliveries at rest between them.

    Parameters
    ----------
    run : StressRun
        The answer.
    day : float [day]
        Which day.
    end : str, optional
        Which run; the last if not given.
    nodes, links : int
        How many are drawn.
    language : str
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ParameterError
        If the run has no such day or end, or this machine has no font for the language.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    which, economy = end_of(run, end), run.economy
    records, labels = run.runs[which], economy.flows.nodes
    step = int(day // economy.step_days)
    if not 0 <= step < records.steps:
        last = records.steps * economy.step_days
        raise ParameterError("day", "a picture", f"from 0 to below {last:g}", day)
    made, rest = records.production[step], economy.x0
    chosen = np.argsort(made - rest, kind="stable")[:nodes]
    chosen = chosen[np.lexsort((chosen, labels.sector[chosen], labels.region[chosen]))]
    angle = np.pi / 2.0 - 2.0 * np.pi * np.arange(len(chosen)) / len(chosen)
    x, y = np.cos(angle), np.sin(angle)
    flows = np.array(economy.Z[np.ix_(chosen, chosen)], dtype=np.float64)
    np.fill_diagonal(flows, 0.0)
    largest = np.argsort(-flows, axis=None, kind="stable")[:links]
    figure = Figure(figsize=(8.5, 7.5), layout="constrained")
    axes = figure.subplots()
    top = max(float(flows.max()), 1e-300)
    for sells, buys in zip(*np.unravel_index(largest, flows.shape), strict=True):
        if flows[sells, buys] > 0.0:
            style = {"arrowstyle": "-|>", "color": "#999999", "alpha": 0.6, "shrinkB": 8}
            style["lw"] = 0.3 + 2.2 * (flows[sells, buys] / top) ** 0.5
            style["connectionstyle"] = "arc3,rad=0.15"
            axes.annotate("", (x[buys], y[buys]), (x[sells], y[sells]), arrowprops=style)
    share = np.divide(made, rest, out=np.ones_like(made), where=rest > 0.0)[chosen]
    area = 40.0 + 500.0 * rest[chosen] / max(float(rest[chosen].max()), 1e-300)
    dots = axes.scatter(
        x, y, s=area, c=100.0 * share, cmap="RdYlBu", vmin=0.0, vmax=100.0, edgecolors="#444444",
        linewidths=0.6, zorder=3,
    )  # fmt: skip
    for i, node in enumerate(chosen):
        turn = np.degrees(angle[i])
        left = np.cos(angle[i]) < 0.0
        region = labels.regions.codes[labels.region[node]]
        name = f"{region} {labels.sectors.name(int(labels.sector[node]), language)}"
        axes.text(
            1.09 * x[i], 1.09 * y[i], name[:34], rotation=turn + 180.0 if left else turn,
            ha="right" if left else "left", va="center", rotation_mode="anchor", fontsize=7,
        )  # fmt: skip
    axes.set_xlim(-2.1, 2.1)
    axes.set_ylim(-1.9, 1.9)
    axes.set_aspect("equal")
    axes.set_axis_off()
    zh = language == "zh"
    word = "产出（占稳态，%）" if zh else "output, % of rest"
    figure.colorbar(dots, ax=axes, label=word, shrink=0.6)
    figure.suptitle(f"第 {day:g} 天" if zh else f"Day {day:g}", fontsize="large")
    return lettered(figure, language)
