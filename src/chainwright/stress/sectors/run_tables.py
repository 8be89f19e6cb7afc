"""Tables of a run under stress: losses by level, by day, and what ran short."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.stress.sectors.run_losses import ROUNDING, Grouping, RunLosses, groupings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainwright.stress.sectors.run import StressRun

__all__ = ["by_day", "losses_by_level", "short_table", "summary_table"]

Numbers = npt.NDArray[np.float64]

DAILY = ("all", "region", "sector")
"""Levels of the table by day; nodes by day are in the records."""


def losses_by_level(run: "StressRun") -> pd.DataFrame:
    """Return losses of each end: all, regions, sectors, nodes, the largest first in each.

    Parameters
    ----------
    run : StressRun
        The answer.
    """
    groups = groupings(run.economy)
    return pd.concat(
        [_level(end, of, group) for end, of in run.losses.items() for group in groups],
        ignore_index=True,
    )


def _level(end: str, of: RunLosses, group: Grouping) -> pd.DataFrame:
    economy = of.economy
    shares = of.shares(group)
    rest, lost = group.nodes(economy.x0), group.nodes(of.lost)
    added = group.nodes(economy.x0 * of.added_share) * of.steps
    added_lost = group.nodes(of.lost * of.added_share)
    unmet, wanted = group.uses(of.unmet), group.uses(of.wanted)
    known = np.nan_to_num(shares, nan=1.0)
    lowest = (known <= known.min(axis=0) + ROUNDING).argmax(axis=0)  # first of those alike
    frame = pd.DataFrame(
        {
            "end": np.full(len(lost), end, dtype=object),
            "level": np.full(len(lost), group.level, dtype=object),
            "region": group.regions,
            "sector": group.sectors,
            "output_lost": lost,
            "output_lost_share": _over(lost, rest * of.steps),
            "output_lost_days": _over(lost, rest) * economy.step_days,
            "value_added_lost": added_lost,
            "value_added_lost_share": _over(added_lost, added),
            "unmet_final": unmet,
            "unmet_final_share": _over(unmet, wanted),
            "unmet_of_suppliers": group.nodes(of.records.unmet_final.sum(axis=0)),
            "lowest_share": np.where(rest > 0.0, known.min(axis=0), np.nan),
            "lowest_day": np.where(rest > 0.0, lowest * economy.step_days, np.nan),
            "recovery_days": np.where(rest > 0.0, of.recovery(shares), np.nan),
            "triangle_days": np.where(rest > 0.0, of.triangle(shares), np.nan),
        }
    )
    order = np.lexsort((np.arange(len(lost)), -lost))
    return frame.iloc[order]


def by_day(run: "StressRun") -> pd.DataFrame:
    """Return output and unmet final demand of each step: all, regions, sectors, the latter named.

    Parameters
    ----------
    run : StressRun
        The answer.
    """
    groups = [group for group in groupings(run.economy) if group.level in DAILY]
    frames = []
    for end, of in run.losses.items():
        for group in groups:
            shares, T = of.shares(group), of.steps
            rest = group.nodes(of.economy.x0)
            made = group.nodes(of.records.production)
            unmet = group.uses(of.records.unmet_by_region)
            G = len(rest)
            frames.append(
                pd.DataFrame(
                    {
                        "end": np.full(T * G, end, dtype=object),
                        "level": np.full(T * G, group.level, dtype=object),
                        "region": np.repeat(group.regions, T),
                        "sector": np.repeat(group.sectors, T),
                        "day": np.tile(of.records.days, G),
                        "output_share": shares.T.ravel(),
                        "output_lost": (rest - made).T.ravel(),
                        "unmet_final": unmet.T.ravel(),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


def short_table(run: "StressRun") -> pd.DataFrame:
    """Return which input of each node ran short first, the earliest first.

    Parameters
    ----------
    run : StressRun
        The answer.
    """
    frames = []
    for end, short in run.short.items():
        nodes, economy = run.economy.flows.nodes, run.economy
        held = run.stock_days[short.products]
        from_region, from_sector = short.suppliers()
        regions = np.array(nodes.regions.codes, dtype=object)
        sectors = np.array(nodes.sectors.codes, dtype=object)
        products = np.array(economy.products.codes, dtype=object)
        frames.append(
            pd.DataFrame(
                {
                    "end": np.full(len(short), end, dtype=object),
                    "region": regions[nodes.region[short.nodes]],
                    "sector": sectors[nodes.sector[short.nodes]],
                    "day": short.days,
                    "product": products[short.products],
                    "from_region": from_region,
                    "from_sector": from_sector,
                    "stock_days": held,
                    "output_lost": run.losses[end].lost[short.nodes],
                    "reason_en": np.array(short.reasons("en", held), dtype=object),
                    "reason_zh": np.array(short.reasons("zh", held), dtype=object),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def summary_table(run: "StressRun") -> pd.DataFrame:
    """Return one row an end: what is lost in all, and what it says.

    Parameters
    ----------
    run : StressRun
        The answer.
    """
    group = groupings(run.economy)[0]
    rows: list[Mapping[str, object]] = []
    for end, of in run.losses.items():
        records, short, shares = of.records, run.short[end], of.shares(group)
        lost, rest = float(of.lost.sum()), float(run.economy.x0.sum())
        english, chinese = run.readings[end]
        rows.append(
            {
                "end": end,
                "elasticity": run.told_elasticity(end),
                "output_lost": lost,
                "output_lost_share": lost / (rest * of.steps),
                "output_lost_days": lost / rest * run.economy.step_days,
                "value_added_lost": float((of.lost * of.added_share).sum()),
                "unmet_final": float(of.unmet.sum()),
                "nodes_short": len(short),
                "first_short_day": float(short.days[0]) if len(short) else np.nan,
                "recovery_days": float(of.recovery(shares)[0]),
                "triangle_days": float(of.triangle(shares)[0]),
                "reading_en": english,
                "reading_zh": chinese,
                "ended_en": records.ended_en,
                "ended_zh": records.ended_zh,
                "notes_en": " ".join(note for note, _ in records.notes),
                "notes_zh": "".join(note for _, note in records.notes),
            }
        )
    return pd.DataFrame(rows)


def _over(a: Numbers, b: Numbers) -> Numbers:
    """Return a / b, NaN where b is nothing."""
    return np.divide(a, b, out=np.full_like(a, np.nan), where=b > 0.0)
