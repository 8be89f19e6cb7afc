"""Pictures of a repair: output of home before and after, and what each budget buys."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.stress.plots.lettering import lettered
from chainwright.system import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from chainwright.plan.repairs.restressing import Restressed
    from chainwright.plan.repairs.scenarios import Scenario

__all__ = ["before_and_after", "frontier_picture"]

Floats = npt.NDArray[np.float64]

BEFORE, AFTER, SAVED = "#D55E00", "#0072B2", "#BBD7EA"
"""Colours that colour-blind people tell apart, and that of the band between."""

PANELS = 6
"""Scenarios that are drawn: those that lose most."""

TITLE = 34
"""Letters of a panel's title."""


def before_and_after(
    scenarios: "Sequence[Scenario]", found: "Restressed", *, language: Language = "en"
) -> "Figure":
    """Return a chart of home's output over time, without the plan and with it, a panel a scenario.

    The scenarios that lose most without the plan are shown; grey is when a blow holds, the band
    is what the plan keeps up.

    Parameters
    ----------
    scenarios : sequence of Scenario, S
        What may happen.
    found : Restressed
        Their runs.
    language : str
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ParameterError
        If Chinese is asked for and this machine has no font for it.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    zh = language == "zh"
    order = np.argsort(-found.losses[0], kind="stable")[:PANELS].tolist()
    columns = min(3, len(order))
    rows = -(-len(order) // columns)
    figure = Figure(figsize=(3.4 * columns + 0.4, 2.4 * rows + 0.8), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
    for axes, s in zip(grid, order, strict=False):
        _panel(axes, scenarios[s], found, s, zh=zh)
    for axes in grid[len(order) :]:
        axes.set_axis_off()
    for axes in grid[len(order) - columns : len(order)]:
        axes.set_xlabel("天" if zh else "day", fontsize="medium")
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    words = "本土产出（占稳态，%）" if zh else "output of home, % of rest"
    figure.supylabel(words, fontsize="medium")
    return lettered(figure, language)


def _panel(axes: "Axes", scenario: "Scenario", found: "Restressed", s: int, *, zh: bool) -> None:
    days = found.days
    for blow in scenario.shock.blows:
        axes.axvspan(blow.start_day, min(blow.end_day, float(days[-1])), color="#EEEEEE", lw=0)
    before = 100.0 * found.before[s].output_share
    after = 100.0 * found.after[s].output_share
    saved = "方案保住" if zh else "kept up by the plan"
    axes.fill_between(
        days, before, after, where=(after >= before).tolist(), color=SAVED, lw=0, label=saved
    )
    axes.plot(days, before, color=BEFORE, lw=1.4, label="修复前" if zh else "before")
    axes.plot(days, after, color=AFTER, lw=1.4, label="修复后" if zh else "after")
    name = (scenario.shock.name_zh if zh else "") or scenario.name
    axes.set_title(name if len(name) <= TITLE else f"{name[: TITLE - 3]}...", fontsize="medium")
    axes.set_xlim(0.0, float(days[-1]))
    axes.ticklabel_format(axis="y", useOffset=False)
    axes.spines[["top", "right"]].set_visible(False)


def frontier_picture(  # noqa: PLR0917 - what is drawn
    cost: Floats,
    after: Floats,
    promised: Floats,
    greedy_budget: Floats,
    greedy: Floats,
    money: str,
    *,
    language: Language = "en",
) -> "Figure":
    """Return a chart of what is still lost against what it costs.

    Parameters
    ----------
    cost, after, promised : ndarray, shape (P,) [money]
        Cost of each plan, and what is lost with it by the engine and by the model of the loss.
    greedy_budget, greedy : ndarray, shape (G,) [money]
        Budgets, and what the best step next leaves within them.
    money : str
        What amounts are counted in.
    language : str
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ParameterError
        If Chinese is asked for and this machine has no font for it.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    zh = language == "zh"
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.subplots()
    words = ("引擎验证", "损失模型", "贪心法") if zh else ("by the engine", "promised", "greedy")
    axes.plot(cost, after, color=AFTER, marker="o", ms=4.0, lw=1.4, label=words[0])
    axes.plot(cost, promised, color="black", marker="x", ls="none", ms=5.0, label=words[1])
    axes.plot(greedy_budget, greedy, color=BEFORE, lw=1.0, ls=":", label=words[2])
    axes.set_xlabel(f"成本 [{money}]" if zh else f"cost [{money}]")
    axes.set_ylabel(f"剩余损失 [{money}]" if zh else f"loss that remains [{money}]")
    axes.set_ylim(bottom=0.0)
    axes.set_xlim(left=0.0)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return lettered(figure, language)
