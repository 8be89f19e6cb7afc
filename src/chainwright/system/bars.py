"""Charts of rankings: horizontal bars, one a row, the first on top."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["bars"]

Numbers = npt.NDArray[np.float64]

BLUE, GREY = "#0072B2", "#B3B3B3"
"""Colours that colour-blind people tell apart and that print."""


def bars(
    labels: Sequence[str],
    values: Numbers,
    *,
    title: str,
    axis: str,
    up_to: Numbers | None = None,
) -> "Figure":
    """Return a chart of one bar a label.

    Parameters
    ----------
    labels : sequence of str
        What each bar is of, the first on top.
    values : ndarray
        Lengths; NaN has no bar.
    title, axis : str
        Words above and below.
    up_to : ndarray, optional
        Upper bounds, drawn as hatched bars behind.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed
    from matplotlib.ticker import StrMethodFormatter  # noqa: PLC0415

    figure = Figure(figsize=(8.0, 1.1 + 0.36 * len(labels)), layout="constrained")
    axes = figure.subplots()
    at = np.arange(len(labels))
    if up_to is not None:
        axes.barh(at, np.nan_to_num(up_to), color="white", edgecolor=GREY, hatch="////", lw=0.5)
    axes.barh(at, np.nan_to_num(values), color=BLUE)
    axes.set_yticks(at, labels)
    axes.invert_yaxis()
    longest = np.nanmax(np.abs(values), initial=0.0)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}" if longest >= 20 else "{x:g}"))
    figure.supxlabel(axis, fontsize="medium")  # of the figure: labels may leave the axes narrow
    figure.suptitle(title, fontsize="large")
    axes.spines[["top", "right"]].set_visible(False)
    return figure
