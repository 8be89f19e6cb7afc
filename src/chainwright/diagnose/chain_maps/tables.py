"""The tables of a chain's diagnosis."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.chain_maps.ranks import rank_bounds, ranks
from chainwright.diagnose.chain_maps.reasons import decides, reasons
from chainwright.diagnose.chain_maps.shares import NEAR, Range
from chainwright.diagnose.chain_maps.status import STATUSES
from chainwright.diagnose.chain_maps.supply import EVIDENCE
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.diagnose.chain_maps.diagnosis import ChainDiagnosis

__all__ = ["completeness", "dominator_table", "loss_table", "nodes", "supply_shares"]

Numbers = npt.NDArray[np.float64]


def nodes(of: "ChainDiagnosis") -> pd.DataFrame:
    """Return one row a node: the gravest status first, what is to be watched, the highest score.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    """
    frame, found, parts = of.chain.nodes, of.measured.found, of.measured.parts
    score, status, facts = parts.score, of.status, of.facts
    first, last = rank_bounds(score)
    told = reasons(facts)
    unknown = np.full(len(status), np.nan)
    columns: dict[str, object] = {
        "rank": ranks(score),
        **{name: frame[name].to_numpy(dtype=object) for name in _IDENTITY},
        "final": _finals(of),
        "status": status,
        "status_zh": [STATUSES[word] for word in status],
        "evidence": of.evidence,
        **{name: _answer(getattr(of.verdict, name)) for name in _ANSWERS},
        "watch": of.watch,
        **_bounds("score", score),
        "rank_first": first,
        "rank_last": last,
        "rank_5": unknown if of.drawn is None else of.drawn[0],
        "rank_95": unknown if of.drawn is None else of.drawn[1],
        **_bounds("value", parts.value),
        **_bounds("gap", parts.gap),
        **_bounds("monopoly", parts.monopoly),
        **_bounds("hard", parts.hard),
        **_bounds("exposure", parts.exposure),
        "exposure_basis": _exposure_basis(of),
        **_bounds("home_share", found.home),
        "share_basis": found.basis,
        "share_year": pd.Series(found.year).astype("Int64"),
        "named_share": found.named,
        "top_place": found.top,
        "top_share": found.top_share,
        "top_foreign": found.top_foreign,
        "top_foreign_share": found.top_foreign_share,
        **_bounds("foreign_hhi", found.foreign),
        "density": of.measured.density,
        "utilisation": of.said.used,
        "finals_stopped": of.losses.count,
        "finals_stopped_most": of.losses.count_most,
        "single_point": _answer(_single(of)),
        "unknown_parts": _unknown(of),
        "decides": [
            "; ".join(decides(facts, i)) if word == "unknown" else ""
            for i, word in enumerate(status)
        ],
        "reason_en": [en for en, _ in told],
        "reason_zh": [zh for _, zh in told],
    }
    made = pd.DataFrame(columns)
    grave = made["status"].map({word: i for i, word in enumerate(STATUSES)})
    silent = (found.top == "") & ~of.said.use.said & (of.verdict.broken < 0)
    order = np.lexsort((made["rank"], silent, ~of.watch, grave))
    names = [column.column for column in schema("chain_diagnosis")]
    return made.iloc[order][names].reset_index(drop=True)


_IDENTITY = ("node", "name_en", "name_zh", "kind", "stage")
_ANSWERS = ("stuck", "broken", "blocked", "long_plate")


def _bounds(name: str, held: Range) -> dict[str, Numbers]:
    return {name: held.value, f"{name}_low": held.low, f"{name}_high": held.high}


def _answer(held: npt.NDArray[np.int8]) -> pd.arrays.BooleanArray:
    """Return yes, no or missing for 1, 0, -1."""
    return pd.arrays.BooleanArray(held == 1, held < 0)


def _finals(of: "ChainDiagnosis") -> npt.NDArray[np.bool_]:
    found = np.zeros(len(of.chain.axis), dtype=np.bool_)
    found[of.losses.finals] = True
    return found


def _exposure_basis(of: "ChainDiagnosis") -> npt.NDArray[np.object_]:
    known = ~np.isnan(of.measured.parts.exposure.value)
    found: npt.NDArray[np.object_] = np.select(
        [of.said.use.said, of.said.made.no, known],
        ["documented", "no maker", "derived"],
        default="",
    ).astype(object)
    return found


def _single(of: "ChainDiagnosis") -> npt.NDArray[np.int8]:
    """Return whether each node is a single point of failure: 1, 0, or -1 where nobody can say."""
    lost, found, limit = of.losses, of.measured.found, of.thresholds.single
    total = np.full(len(found.named), len(lost.finals))
    total[lost.finals] -= 1
    share = np.nan_to_num(found.top_share)
    yes = lost.critical & (share >= limit - NEAR)
    no = (lost.count_most < total) | (total == 0) | (share + 1.0 - found.named < limit - NEAR)
    answer: npt.NDArray[np.int8] = np.select([yes, no], [1, 0], default=-1).astype(np.int8)
    return answer


def _unknown(of: "ChainDiagnosis") -> npt.NDArray[np.object_]:
    parts = of.measured.parts
    letters = [("V", parts.value), ("G", parts.gap), ("K", parts.monopoly), ("T", parts.hard)]
    columns = [np.where(np.isnan(part.value), f"{letter} ", "") for letter, part in letters]
    return np.array(["".join(row).rstrip() for row in zip(*columns, strict=True)], dtype=object)


def supply_shares(of: "ChainDiagnosis") -> pd.DataFrame:
    """Return who supplies each node: nodes in the order of the chain, the largest share first.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    """
    rows, frame = of.measured.rows, of.chain.nodes
    node = rows["node"].to_numpy()
    made = pd.DataFrame(
        {
            **{name: frame[name].to_numpy(dtype=object)[node] for name in _IDENTITY[:3]},
            "place": rows["place"].to_numpy(dtype=object),
            "home": rows["place"].isin([of.home.name, *of.home.members]).to_numpy(),
            "share": rows["low"].to_numpy(),
            "share_high": rows["high"].to_numpy(),
            "basis": rows["basis"].to_numpy(dtype=object),
            "year": rows["year"].replace(0.0, np.nan).astype("Int64").array,
            "evidence": np.array(EVIDENCE, dtype=object)[rows["evidence"].to_numpy()],
        }
    )
    order = np.lexsort((rows["place"].astype(str), -rows["low"], node))
    return made.iloc[order].reset_index(drop=True)


def loss_table(of: "ChainDiagnosis") -> pd.DataFrame:
    """Return what stops without each node: most finished goods first, then most nodes.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    """
    lost, found, frame = of.losses, of.measured.found, of.chain.nodes
    total = np.full(len(frame), len(lost.finals), dtype=np.int64)
    total[lost.finals] -= 1
    others = lost.stopped.copy()
    others[lost.finals, np.arange(len(lost.finals))] = False
    codes = frame["node"].to_numpy(dtype=object)[lost.finals]
    made = pd.DataFrame(
        {
            **{name: frame[name].to_numpy(dtype=object) for name in _IDENTITY[:3]},
            "finals": total,
            "finals_fed": lost.leads.sum(axis=1) - _finals(of),
            "finals_stopped": lost.count,
            "finals_stopped_most": lost.count_most,
            "nodes_stopped": lost.nodes_stopped,
            "nodes_stopped_most": lost.nodes_stopped_most,
            "dominates": lost.passed.sum(axis=0),
            "alternatives": frame["alternatives"].to_numpy(dtype=np.float64),
            "top_place": found.top,
            "top_share": found.top_share,
            "single_point": _answer(_single(of)),
            "stopped": ["; ".join(codes[row]) for row in others],
        }
    )
    keys = [-made[name] for name in ("dominates", "nodes_stopped", "finals_stopped")]
    return made.iloc[np.lexsort(keys)].reset_index(drop=True)


def dominator_table(of: "ChainDiagnosis") -> pd.DataFrame:
    """Return, for each finished good, the nodes that all essential paths to it pass.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    """
    lost, found, frame = of.losses, of.measured.found, of.chain.nodes
    good, node = np.nonzero(lost.passed)
    codes = frame["node"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "final": codes[lost.finals[good]],
            **{name: frame[name].to_numpy(dtype=object)[node] for name in _IDENTITY[:3]},
            "status": of.status[node],
            "top_place": found.top[node],
            "top_share": found.top_share[node],
        }
    )


def completeness(of: "ChainDiagnosis") -> pd.DataFrame:
    """Return how much of the chain home makes: of all nodes, then by kind and by stage.

    Parameters
    ----------
    of : ChainDiagnosis
        The diagnosis.
    """
    made, frame = of.said.made, of.chain.nodes
    flags = pd.DataFrame({"nodes": 1, "made": made.yes, "not_made": made.no}).astype("int64")
    whole = flags.sum().to_frame().T.assign(scope="all", word="")
    parts = [
        flags.groupby(frame[scope].to_numpy(dtype=object), sort=True)
        .sum()
        .rename_axis("word")
        .reset_index()
        .assign(scope=scope)
        for scope in ("kind", "stage")
    ]
    rows = pd.concat([whole, *parts], ignore_index=True)
    nodes, yes, no = (rows[name].to_numpy(dtype=np.float64) for name in flags.columns)
    blank = nodes - yes - no
    told = yes + no
    return pd.DataFrame(
        {
            "scope": rows["scope"].to_numpy(dtype=object),
            "word": rows["word"].to_numpy(dtype=object),
            "nodes": rows["nodes"].to_numpy(),
            "made": rows["made"].to_numpy(),
            "not_made": rows["not_made"].to_numpy(),
            "unknown": blank.astype(np.int64),
            "completeness": np.divide(yes, told, out=np.full(len(rows), np.nan), where=told > 0.0),
            "completeness_low": yes / nodes,
            "completeness_high": (yes + blank) / nodes,
            "unknown_share": blank / nodes,
        }
    )
