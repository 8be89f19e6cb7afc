"""The tables of an ensemble."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from chainwright.stress.ensembles.ensemble import Ensemble

__all__ = ["by_day", "by_draw", "inputs_of", "losses", "shortages", "totals", "values_of"]

Floats = npt.NDArray[np.float64]

LEVELS = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
"""Quantiles by the name of their column."""


def losses(of: "Ensemble") -> pd.DataFrame:
    """Return losses by measure, region and product: all first, then the largest medians first.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    economy, parts = of.economy, []
    at_rest = _at_rest(of)
    codes = {"region": economy.regions.codes, "product": economy.products.codes}
    users = economy.flows.users.regions.codes
    for measure in ("output", "value_added", "unmet_final"):
        parts.append((measure, "", "", of.lost(measure), at_rest[measure, "product"].sum()))
        for scope, named in codes.items():
            names = users if (measure, scope) == ("unmet_final", "region") else named
            amounts, rest = of.found[f"{measure}_by_{scope}"], at_rest[measure, scope]
            for j, code in enumerate(names):
                place = (code, "") if scope == "region" else ("", code)
                parts.append((measure, *place, amounts[:, j], rest[j]))
    amounts = np.stack([part[3] for part in parts], axis=1)
    stats = _statistics(amounts)
    rest = np.array([part[4] for part in parts])
    frame = pd.DataFrame(
        {
            "measure": [part[0] for part in parts],
            "region": [part[1] for part in parts],
            "product": [part[2] for part in parts],
            **stats,
            "median_share": np.divide(
                stats["median"], rest, out=np.full(len(rest), np.nan), where=rest > 0.0
            ),
        }
    )
    in_all = (frame["region"] == "") & (frame["product"] == "")
    order = np.lexsort((np.arange(len(frame)), -frame["median"].abs(), ~in_all))
    return frame.iloc[order].reset_index(drop=True)


def _at_rest(of: "Ensemble") -> dict[tuple[str, str], Floats]:
    """Return what each region and product has at rest over the run, by measure [money]."""
    economy, steps = of.economy, of.job.steps
    regions, home = len(economy.regions), economy.flows.nodes.region
    added = economy.VA / economy.steps_per_year
    users = of.job.table.final_by_region.sum(axis=0)
    found = {
        ("output", "region"): np.bincount(home, economy.x0, regions),
        ("output", "product"): np.bincount(economy.product, economy.x0, economy.S),
        ("value_added", "region"): np.bincount(home, added, regions),
        ("value_added", "product"): np.bincount(economy.product, added, economy.S),
        ("unmet_final", "region"): users,
        ("unmet_final", "product"): np.bincount(economy.row_product, economy.Y, economy.S),
    }
    return {key: amounts * steps for key, amounts in found.items()}


def _statistics(amounts: Floats) -> dict[str, Floats]:
    """Return mean, extremes and quantiles of each column over its rows, the draws.

    A quantile between two draws is taken on the line between them; none where one is infinite.
    """
    with np.errstate(invalid="ignore"):
        found = {
            "mean": amounts.mean(axis=0),
            "lowest": amounts.min(axis=0),
            **{name: np.quantile(amounts, level, axis=0) for name, level in LEVELS.items()},
            "highest": amounts.max(axis=0),
        }
    return {name: np.where(np.isfinite(row), row, np.nan) for name, row in found.items()}


def totals(of: "Ensemble") -> pd.DataFrame:
    """Return the statistics of all draws, one row each: median first, then mean, quantiles, ends.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    measures = {
        "lost_output": of.lost("output"),
        "lost_value_added": of.lost("value_added"),
        "unmet_final": of.lost("unmet_final"),
        "lost_days": of.lost_days,
        "triangle_days": of.triangle_days,
        "lowest_output": of.lowest_output,
        "days_to_recover": of.days_to_recover,
    }
    stats = _statistics(np.stack(list(measures.values()), axis=1))
    rows = ["median", "mean", "q05", "q25", "q75", "q95", "lowest", "highest"]
    level = [0.5, np.nan, 0.05, 0.25, 0.75, 0.95, 0.0, 1.0]
    table = {name: [stats[row][j] for row in rows] for j, name in enumerate(measures)}
    return pd.DataFrame({"statistic": rows, "level": level, **table})


def by_day(of: "Ensemble") -> pd.DataFrame:
    """Return bands of output lost, one row a step.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    return pd.DataFrame({"day": of.days, **_statistics(of.lost_share)})


def shortages(of: "Ensemble") -> pd.DataFrame:
    """Return which products ran short first, and in how many draws; one row where none did.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    economy = of.economy
    first = of.found["short_product"]
    nodes = of.found["short_nodes"]
    draws = np.bincount(first[first >= 0], minlength=economy.S)
    named = np.flatnonzero((draws > 0) | nodes.any(axis=0))
    steps = of.found["short_step"] * economy.step_days
    earliest = [steps[first == p].min() if draws[p] else np.nan for p in named]
    frame = pd.DataFrame(
        {
            "product": [economy.products.codes[p] for p in named],
            "draws_first": draws[named],
            "share_first": draws[named] / of.draws,
            "earliest_day": np.array(earliest, dtype=np.float64),
            "nodes": nodes[:, named].mean(axis=0),
        }
    )
    order = np.lexsort((-frame["nodes"], -frame["draws_first"]))
    frame = frame.iloc[order].reset_index(drop=True)
    none = int((first < 0).sum())
    nothing = pd.DataFrame(
        {
            "product": [""],
            "draws_first": [none],
            "share_first": [none / of.draws],
            "earliest_day": [np.nan],
            "nodes": [0.0],
        }
    )
    if not none:
        return frame
    return pd.concat([frame, nothing], ignore_index=True) if len(frame) else nothing


def by_draw(of: "Ensemble") -> pd.DataFrame:
    """Return one row a draw, the largest loss of output first.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    economy = of.economy
    days, step = of.days_to_recover, of.found["short_step"]
    product, node = of.found["short_product"], of.found["short_node"]
    codes = np.array([*economy.products.codes, ""], dtype=object)
    nodes = np.array([*economy.codes, ""], dtype=object)
    frame = pd.DataFrame(
        {
            "draw": of.found["draw"],
            "lost_output": of.lost("output"),
            "lost_value_added": of.lost("value_added"),
            "unmet_final": of.lost("unmet_final"),
            "lost_days": of.lost_days,
            "triangle_days": of.triangle_days,
            "lowest_output": of.lowest_output,
            "recovered": np.isfinite(days),
            "days_to_recover": np.where(np.isfinite(days), days, np.nan),
            "short_product": codes[product],
            "short_node": nodes[node],
            "short_day": np.where(step < 0, np.nan, step * economy.step_days),
        }
    )
    order = np.lexsort((frame["draw"], -frame["lost_output"]))
    return frame.iloc[order].reset_index(drop=True)


def inputs_of(of: "Ensemble") -> pd.DataFrame:
    """Return what was said to be uncertain, one row an input, and between which values it lay.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    uncertain, values = of.job.uncertain, of.drawn
    rows: list[tuple[object, ...]] = [
        (
            one.input, one.blow, one.form, one.unit, one.low, one.high, one.mode, one.mean, one.sd,
            values[:, j].min(), values[:, j].max(), one.source, one.assumed,
        )
        for j, one in enumerate(uncertain.inputs)
    ]  # fmt: skip
    if uncertain.table_cv:
        none = (None, None, None)
        source, assumed = uncertain.table_source, "table_cv" in uncertain.assumed
        spread = (1.0, uncertain.table_cv, np.nan, np.nan)
        rows.append(("table_error", None, "lognormal", "1", *none, *spread, source, assumed))
    columns = (
        "input", "blow", "form", "unit", "low", "high", "mode", "mean", "sd", "lowest_drawn",
        "highest_drawn", "source", "assumed",
    )  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(columns))
    numbers = ["low", "high", "mode", "mean", "sd", "lowest_drawn", "highest_drawn"]
    frame[numbers] = frame[numbers].astype("float64")
    frame["blow"] = frame["blow"].astype("Int64")
    frame["assumed"] = frame["assumed"].astype("bool")
    return frame


def values_of(of: "Ensemble") -> pd.DataFrame:
    """Return the value of every uncertain input in every draw, one row each.

    Parameters
    ----------
    of : Ensemble
        Draws.
    """
    inputs = of.job.uncertain.inputs
    count = len(inputs)
    return pd.DataFrame(
        {
            "draw": np.repeat(of.found["draw"], count),
            "input": np.tile(np.array([one.input for one in inputs], dtype=object), of.draws),
            "blow": pd.array([one.blow for one in inputs] * of.draws, dtype="Int64"),
            "value": of.drawn.ravel(),
            "unit": np.tile(np.array([one.unit for one in inputs], dtype=object), of.draws),
        }
    )
