"""Days of output lost by region and sector, as a heat map."""

from typing import TYPE_CHECKING

import numpy as np

from chainwright.errors import ParameterError
from chainwright.stress.plots.lettering import lettered
from chainwright.system import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chainwright.stress.sectors.run import StressRun

__all__ = ["end_of", "loss_map"]


def end_of(run: "StressRun", end: str | None) -> str:
    """Return which run a picture shows: the one asked for, or the last, which loses most.

    Parameters
    ----------
    run : StressRun
        The answer.
    end : str, optional
        One of its ends.

    Raises
    ------
    ParameterError
        If the answer has no such end.
    """
    if end is None:
        return run.ends[-1]
    if end not in run.ends:
        raise ParameterError("end", "a picture", f"one of {', '.join(run.ends)}", end)
    return end


def loss_map(
    run: "StressRun",
    *,
    end: str | None = None,
    regions: int = 15,
    sectors: int = 20,
    language: Language = "en",
) -> "Figure":
    """Return a heat map of days of output lost: regions and sectors that lose most.

    Parameters
    ----------
    run : StressRun
        The answer.
    end : str, optional
        Which run; the last if not given.
    regions, sectors : int
        How many rows and columns.
    language : str
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ParameterError
        If the answer has no such end, or this machine has no font for the language.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    which, economy = end_of(run, end), run.economy
    nodes, zh = economy.flows.nodes, language == "zh"
    lost = run.losses[which].lost
    days = np.divide(lost, economy.x0, out=np.full_like(lost, np.nan), where=economy.x0 > 0.0)
    table = np.full((len(nodes.regions), len(nodes.sectors)), np.nan)
    table[nodes.region, nodes.sector] = days * economy.step_days
    money = np.zeros_like(table)
    money[nodes.region, nodes.sector] = lost
    down = np.argsort(-money.sum(axis=1), kind="stable")[:regions]
    across = np.argsort(-money.sum(axis=0), kind="stable")[:sectors]
    shown = table[np.ix_(down, across)]
    size = (3.2 + 0.36 * len(across), 2.6 + 0.28 * len(down))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    top = max(float(np.nanmax(np.abs(shown), initial=0.0)), 1e-9)
    least = -top if np.nanmin(shown, initial=0.0) < -0.05 * top else 0.0
    colours = "RdBu_r" if least < 0.0 else "OrRd"
    image = axes.imshow(shown, cmap=colours, vmin=least, vmax=top, aspect="auto")
    axes.set_yticks(range(len(down)), [nodes.regions.name(int(i), language) for i in down])
    names = [nodes.sectors.name(int(i), language) for i in across]
    axes.set_xticks(range(len(across)), names, rotation=55, ha="right", rotation_mode="anchor")
    axes.tick_params(labelsize="small")
    label = "损失产出天数" if zh else "days of output lost"
    figure.colorbar(image, ax=axes, label=label, shrink=0.8)
    return lettered(figure, language)
