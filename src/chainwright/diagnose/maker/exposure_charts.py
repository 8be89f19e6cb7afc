"""A chart of weeks survived against weeks to recover."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["gap_chart"]

Floats = npt.NDArray[np.float64]

BLUE, VERMILION, GREY = "#0072B2", "#D55E00", "#B3B3B3"
"""Colours that colour-blind people tell apart."""


def gap_chart(labels: Sequence[str], survived: Floats, recovery: Floats) -> "Figure":
    """Return a chart of two marks a row, with the gap between them where recovery is later.

    Parameters
    ----------
    labels : sequence of str
        What each row is of, the first on top.
    survived, recovery : ndarray
        Weeks; what is survived for ever has no mark.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and seldom needed

    figure = Figure(figsize=(8.0, 1.6 + 0.36 * len(labels)), layout="constrained")
    axes = figure.subplots()
    at = np.arange(len(labels))
    gap = np.isfinite(survived) & (recovery > survived)
    axes.hlines(at[gap], survived[gap], recovery[gap], color=VERMILION, lw=2.5, alpha=0.5)
    seen = np.isfinite(survived)
    axes.scatter(
        survived[seen], at[seen], color=BLUE, marker="o", label="Time to survive", zorder=3
    )
    axes.scatter(recovery, at, color=VERMILION, marker="D", label="Time to recover", zorder=3)
    axes.set_yticks(at, labels)
    axes.invert_yaxis()
    axes.set_xlim(left=0.0)
    figure.supxlabel("weeks", fontsize="medium")  # of the figure: labels may leave the axes narrow
    figure.suptitle("Weeks survived and weeks to recover", fontsize="large")
    axes.grid(axis="x", color=GREY, lw=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower right", ncols=2, frameon=False)
    return figure
