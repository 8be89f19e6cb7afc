"""Output over time between the ends: all, and the regions hit most."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.stress.plots.lettering import lettered
from chainwright.stress.sectors.run_losses import groupings
from chainwright.system import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from chainwright.stress.sectors.run import StressRun

__all__ = ["COLOURS", "ENDS", "output_over_time"]

Numbers = npt.NDArray[np.float64]

COLOURS = {"pooled": "#0072B2", "chosen": "#009E73", "by_origin": "#D55E00", "single": "#0072B2"}
"""Colours of the ends that colour-blind people tell apart."""

ENDS: dict[str, tuple[str, str]] = {
    "pooled": ("any origin replaces any other", "任何来源可互相替代"),
    "chosen": ("with the elasticity asked for", "按所给弹性替代"),
    "by_origin": ("no origin replaces another", "来源不可互相替代"),
    "single": ("output", "产出"),
}


def output_over_time(
    run: "StressRun",
    *,
    regions: Sequence[str] | None = None,
    panels: int = 5,
    language: Language = "en",
) -> "Figure":
    """Return a chart of output over output at rest, a panel for all and one a region.

    Between the ends lies a band; grey is when a blow holds.

    Parameters
    ----------
    run : StressRun
        The answer.
    regions : sequence of str, optional
        Codes of regions; those that lose most at any end if not given.
    panels : int
        How many of them then.
    language : str
        ``"en"`` or ``"zh"``.

    Raises
    ------
    UnknownCodeError
        If a region is not known.
    ParameterError
        If Chinese is asked for and this machine has no font for it.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    whole, by_region = groupings(run.economy)[:2]
    axis, zh = run.economy.regions, language == "zh"
    all_of = {end: of.shares(whole)[:, 0] for end, of in run.losses.items()}
    each = {end: of.shares(by_region) for end, of in run.losses.items()}
    if regions is None:
        area = np.max([of.triangle(each[end]) for end, of in run.losses.items()], axis=0)
        places = np.argsort(-area, kind="stable")[: min(panels, len(axis))].tolist()
    else:
        places = axis.index(regions).tolist()
    shown: list[tuple[str, dict[str, Numbers]]] = [("全部" if zh else "All", all_of)]
    shown += [(axis.name(i, language), {e: s[:, i] for e, s in each.items()}) for i in places]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(3.4 * columns, 2.4 * rows + 0.8), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
    for axes, (title, curves) in zip(grid, shown, strict=False):
        _panel(axes, run, curves, language)
        axes.set_title(title, fontsize="medium")
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    for axes in grid[len(shown) - columns : len(shown)]:
        axes.set_xlabel("天" if zh else "day", fontsize="medium")
    figure.supylabel("产出（占稳态，%）" if zh else "output, % of rest", fontsize="medium")
    return lettered(figure, language)


def _panel(axes: "Axes", run: "StressRun", curves: dict[str, Numbers], language: Language) -> None:
    for blow in run.shock.blows:
        axes.axvspan(blow.start_day, min(blow.end_day, run.days), color="#EEEEEE", lw=0)
    longest = max(len(curve) for curve in curves.values())
    if len(curves) > 1:
        # a run that ended early, at rest, goes on at its last value
        held = [np.pad(c, (0, longest - len(c)), mode="edge") for c in curves.values()]
        low, high = 100.0 * np.min(held, axis=0), 100.0 * np.max(held, axis=0)
        days = np.arange(longest) * run.economy.step_days
        axes.fill_between(days, low, high, color="#999999", alpha=0.25, lw=0)
    for end, curve in curves.items():
        days = np.arange(len(curve)) * run.economy.step_days
        name = ENDS[end][language == "zh"]
        # often nearly the same as the run by an elasticity: both are to be seen
        over = end == "pooled" and "chosen" in curves
        (line,) = axes.plot(days, 100.0 * curve, color=COLOURS[end], lw=1.4, label=name)
        if over:
            line.set(linestyle="--", zorder=3.0)
    axes.set_xlim(0.0, run.days)
    axes.spines[["top", "right"]].set_visible(False)
