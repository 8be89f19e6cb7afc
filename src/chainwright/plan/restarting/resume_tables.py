"""Tables of a restart: the order, all ways compared, output by day."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.plan.restarting.restart_kernels import last_needed
from chainwright.plan.restarting.resume_words import node_words, way_words

if TYPE_CHECKING:
    from chainwright.plan.restarting.restart_ways import Way
    from chainwright.plan.restarting.resuming import Resume

__all__ = ["by_day_table", "compared_table", "order_table"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def order_table(of: "Resume") -> pd.DataFrame:
    """Return a row a node, in the order in which they restart.

    Parameters
    ----------
    of : Resume
        The answer.
    """
    way, stopped, loops = of.ways["this_order"], of.question.stopped, of.loops
    order = np.array(way.order, dtype=np.int64)
    last = np.empty(len(loops), np.int64)
    last_needed(way.done, loops.group, loops.starts, loops.inputs, last)
    holder = last[loops.group]
    waits = way.running > way.done
    waiting = np.where(waits, stopped.codes[holder], "")
    lost = stopped.value * way.running
    total = float(lost.sum())
    words = node_words(of, waiting, _users(stopped.needs, len(stopped)))
    return pd.DataFrame(
        {
            "order": np.arange(1, len(order) + 1),
            "node": stopped.codes[order],
            "start_day": (of.begin + way.done - stopped.work)[order],
            "done_day": (of.begin + way.done)[order],
            "runs_day": (of.begin + way.running)[order],
            "work_days": stopped.work[order],
            "value_per_day": stopped.value[order],
            "loss": lost[order],
            "loss_share": lost[order] / total if total > 0.0 else np.full(len(order), np.nan),
            "capacity_lost": stopped.share[order],
            "waits_for": waiting[order],
            "work_source": stopped.work_source[order],
            "region": stopped.regions[order],
            "sector": stopped.sectors[order],
            "reason_en": words[0][order],
            "reason_zh": words[1][order],
        }
    )


def _users(needs: Ints, n: int) -> Ints:
    """Return how many that stand still need each node, shape (n,)."""
    pairs = np.unique(needs, axis=0) if len(needs) else needs
    return np.bincount(pairs[:, 1], minlength=n).astype(np.int64)


def compared_table(of: "Resume") -> pd.DataFrame:
    """Return a row a run of each way, this order first.

    Parameters
    ----------
    of : Resume
        The answer.
    """
    rows = []
    for name, way in of.ways.items():
        additive = of.loss_before + way.loss
        for one in of.outcomes[name]:
            english, chinese = way_words(of, name, one.end)
            rows.append(
                {
                    "way": name,
                    "end": one.end,
                    "loss_engine": one.loss,
                    "loss_additive": additive,
                    "loss_before": of.loss_before,
                    "difference": one.loss - additive,
                    "saved": of.loss("proportional", one.end) - one.loss,
                    "bound": of.loss_before + _bound(of, way),
                    "weeks_to_recover": one.weeks_to_recover,
                    "last_day": of.begin + way.last_day,
                    "reading_en": english,
                    "reading_zh": chinese,
                }
            )
    return pd.DataFrame(rows)


def _bound(of: "Resume", way: "Way") -> float:
    """Return what no way of the same kind loses less than, from the day on which crews begin."""
    if way.name == "all_at_once":
        return np.nan
    return min(of.additive.bound_in_part if way.in_part else of.additive.bound, way.loss)


def by_day_table(of: "Resume") -> pd.DataFrame:
    """Return a row a step of each run of each way.

    Parameters
    ----------
    of : Resume
        The answer.
    """
    step_days = of.question.model.step_days
    frames = []
    for name, way in of.ways.items():
        runs = np.sort(of.begin + way.running)
        for one in of.outcomes[name]:
            day = np.arange(len(one.output)) * step_days
            frames.append(
                pd.DataFrame(
                    {
                        "way": name,
                        "end": one.end,
                        "day": day,
                        "output_share": one.output,
                        "running": np.searchsorted(runs, day, side="right"),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)
