"""A network of stages as a picture: suppliers on the left, circles where stock is held."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.plan.safety_stocks.stage_network import StageNetwork
from chainwright.plan.safety_stocks.stage_programme import stage_programme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["network_figure"]

Floats = npt.NDArray[np.float64]

BLUE, GREY = "#0072B2", "#B3B3B3"
LARGEST, SMALLEST = 600.0, 6.0
"""Areas of circles, in square points."""

NAMED = 12
"""Stages that are named: those with the costliest stock."""


def network_figure(network: StageNetwork, cost: Floats, title: str) -> "Figure":
    """Return the network with a circle at each stage that holds stock, as large as its cost.

    Parameters
    ----------
    network : StageNetwork
        Stages of one chain.
    cost : ndarray, shape (n,) [money/year]
        Holding cost of each stage.
    title : str
        Words above.
    """
    from matplotlib.collections import LineCollection  # noqa: PLC0415 - heavy, and seldom needed
    from matplotlib.figure import Figure  # noqa: PLC0415

    n = len(network)
    across = stage_programme(network, np.zeros(n), np.zeros(n)).level.astype(np.float64)
    down = _places(network, across)
    figure = Figure(figsize=(8.0, 5.0), layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    places = np.column_stack([across, down])
    lines = np.stack([places[network.supplier], places[network.customer]], axis=1)
    thin = min(0.8, 60.0 / max(len(lines), 1))
    axes.add_collection(LineCollection(list(lines), colors=GREY, linewidths=max(thin, 0.05)))
    axes.scatter(across, down, s=SMALLEST, color="white", edgecolors=GREY, zorder=2)
    held = cost > 0.0
    area = SMALLEST + LARGEST * cost[held] / max(float(cost.max(initial=0.0)), 1e-300)
    axes.scatter(across[held], down[held], s=area, color=BLUE, alpha=0.7, zorder=3)
    stages = network.frame["stage"].tolist()
    for i in np.argsort(-cost, kind="stable")[:NAMED]:
        if cost[i] > 0.0:
            axes.annotate(
                str(stages[i]).replace("$", r"\$"),
                (across[i], down[i]),
                xytext=(5.0, 5.0),
                textcoords="offset points",
                fontsize=7.0,
                zorder=4,
            )
    axes.margins(0.12)
    figure.suptitle(title.replace("$", r"\$"), fontsize="large")
    figure.supxlabel("suppliers left; a circle's area is the cost of its stock", fontsize="small")
    return figure


def _places(network: StageNetwork, across: Floats) -> Floats:
    """Return the height of each stage: near its suppliers, evenly spaced in its column."""
    n = len(network)
    height = np.zeros(n)
    for k in range(int(across.max(initial=0.0)) + 1):
        here = np.flatnonzero(across == k)
        into = np.isin(network.customer, here)
        heads, tails = network.customer[into], network.supplier[into]
        sums = np.bincount(heads, height[tails], minlength=n)
        counts = np.maximum(np.bincount(heads, minlength=n), 1)
        order = here[np.argsort(sums[here] / counts[here], kind="stable")]
        height[order] = (np.arange(len(order)) + 0.5) / len(order)
    return height
