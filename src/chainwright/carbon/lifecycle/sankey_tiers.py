"""A Sankey picture of a footprint: the product at the right, its tiers of suppliers to the left."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["TierFlows", "tier_picture"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]

BLUE, GREY, PALE = "#0072B2", "#6B6B6B", "#B3B3B3"
"""Colours that colour-blind people tell apart and that print."""

LEGIBLE = 0.008
"""Height of a node, as a share, below which its name would lie over that of the next."""

LARGEST, WIDTH, GAP = 8, 0.12, 0.02
"""Suppliers that a tier names, width of a node and gap between two, as shares."""


@dataclass(frozen=True, eq=False)
class TierFlows:
    """What comes into one tier from the next.

    Parameters
    ----------
    supplier, user : ndarray, shape (m,)
        Rows of both ends.
    carried : ndarray, shape (m,)
        What each link carries.
    """

    supplier: Places
    user: Places
    carried: Floats


def tier_picture(
    row: int, total: float, tiers: Sequence[TierFlows], names: Sequence[str], unit: str
) -> "Figure":
    """Return the picture: bands as wide as what they carry; small suppliers stand together.

    Parameters
    ----------
    row : int
        Row of the product.
    total : float
        Its footprint.
    tiers : sequence of TierFlows
        The first is what comes into the product itself.
    names : sequence of str
        Names of all products.
    unit : str
        What footprints are counted in.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    figure = Figure(figsize=(10.0, 6.0), layout="constrained")
    axes = figure.subplots()
    whole = abs(total) or 1.0
    _node(axes, 0.0, 0.0, 1.0, names[row], whole)
    shown = {row: (0.0, 1.0)}
    for depth, tier in enumerate(tiers, 1):
        shown = _tier(axes, -float(depth), tier, shown, names, whole)
        if not shown:
            break
    axes.set_axis_off()
    axes.margins(x=0.04, y=0.04)
    figure.suptitle(f"{names[row]}: {total:,.6g} {unit}", fontsize="large")
    return figure


def _tier(  # noqa: PLR0917 - one tier of the picture
    axes: "Axes",
    x: float,
    tier: TierFlows,
    shown: dict[int, tuple[float, float]],
    names: Sequence[str],
    whole: float,
) -> dict[int, tuple[float, float]]:
    """Draw the suppliers of the shown nodes; return where each stands."""
    into = np.isin(tier.user, list(shown)) & (tier.carried > 0.0)
    supplier, user, carried = tier.supplier[into], tier.user[into], tier.carried[into]
    if not len(carried):
        return {}
    sums = np.bincount(supplier, carried, minlength=len(names))
    order = np.argsort(-sums, kind="stable")[:LARGEST]
    named = [int(i) for i in order if sums[i] > 0.0]
    spot = np.full(len(names), len(named))
    spot[named] = np.arange(len(named))
    heights = np.bincount(spot[supplier], carried, minlength=len(named) + 1) / whole
    tops = np.concatenate([[0.0], np.cumsum(heights + GAP)])
    used = tops[:-1].copy()
    bottom = {node: top for node, (top, _) in shown.items()}
    found = {}
    for node in shown:
        of_node = np.bincount(
            spot[supplier[user == node]], carried[user == node], minlength=len(named) + 1
        )
        for k in np.flatnonzero(of_node).tolist():
            height = of_node[k] / whole
            _band(axes, (x + WIDTH, used[k]), (x + 1.0, bottom[node]), height)
            used[k] += height
            bottom[node] += height
    for k, height in enumerate(heights):
        if height > 0.0:
            label = names[named[k]] if k < len(named) else "others"
            _node(axes, x, tops[k], height, label, whole)
            if k < len(named):
                found[named[k]] = (tops[k], height)
    return found


def _node(axes: "Axes", x: float, top: float, height: float, label: str, whole: float) -> None:  # noqa: PLR0917
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    axes.add_patch(Rectangle((x, -top - height), WIDTH, height, color=BLUE, lw=0))
    if height < LEGIBLE:
        return
    text = f"{label}  {height * whole:,.3g}"
    axes.text(
        x + WIDTH + 0.02, -top - height / 2, text, va="center", fontsize="small", color="black"
    )


def _band(
    axes: "Axes", start: tuple[float, float], end: tuple[float, float], height: float
) -> None:
    """Draw a band whose edges bend from one node to the next."""
    t = np.linspace(0.0, 1.0, 24)
    x = start[0] + (end[0] - start[0]) * t
    y = start[1] + (end[1] - start[1]) * (3.0 * t**2 - 2.0 * t**3)
    axes.fill_between(x, -y, -y - height, color=PALE, alpha=0.6, lw=0)
