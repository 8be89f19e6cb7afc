"""Readings that are far from what is usual: shown, never rejected."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.system.readings import Readings, carbon_kinds

__all__ = ["FEWEST", "LEAST_SPREAD", "LIMIT", "outliers"]

LIMIT = 3.5
"""Modified z-score from which a value is far out: Iglewicz and Hoaglin (1993), p. 12."""

FEWEST = 6
"""Months from which a firm's own are enough to tell (assumption)."""

LEAST_SPREAD = 0.1
"""Least spread of logarithms that scores are taken to, so that a steady meter may move by a third
(assumption)."""

COLUMNS = (
    "firm", "kind", "item", "period", "value", "unit", "usual", "low", "high", "score", "compared",
    "reason_en", "reason_zh",
)  # fmt: skip


def outliers(months: pd.DataFrame, known: Readings | None = None) -> pd.DataFrame:
    """Return the values that are far from what is usual, the farthest first.

    With x the logarithms of the values above 0 of one firm, kind and item, m their median and
    MAD the median of abs(x - m), the score is 0.6745 (x - m) / max(MAD, 0.1), and a value is far
    out above 3.5 in size. With fewer than six months the values of the firm per value added are
    compared with those of the firms in `known`, all classes together. A 0 among values above it is
    shown, too.

    Parameters
    ----------
    months : DataFrame
        Rows with ``firm``, ``kind``, ``item``, ``period``, ``value`` and ``unit``.
    known : Readings, optional
        What is held already: earlier months of the firms, and their peers.

    Examples
    --------
    >>> rows = pd.DataFrame({"firm": "a", "kind": "taxes", "item": "", "unit": "10^4 CNY",
    ...     "period": [f"2025-0{m}" for m in range(1, 9)], "value": [5, 6, 5, 5.5, 6, 5, 5200, 5]})
    >>> outliers(rows)[["period", "value"]].values.tolist()
    [['2025-07', 5200.0]]
    """
    frame = months[["firm", "kind", "item", "period", "value", "unit"]].copy()
    numeric = frame["kind"].map(lambda kind: carbon_kinds()[kind]["content"] == "number")
    frame = frame[numeric.astype(bool) & frame["value"].notna()].reset_index(drop=True)
    pool = frame.assign(own=True)
    if known is not None and len(known):
        earlier = known.taken(np.flatnonzero(np.isfinite(known.value))).table()
        pool = pd.concat([pool, earlier[frame.columns].assign(own=False)], ignore_index=True)
        pool = pool.drop_duplicates(["firm", "kind", "item", "period"])
    found = _by_months(pool)
    if known is not None:
        found = pd.concat([found, _by_peers(pool)], ignore_index=True)
    order = found["score"].abs().sort_values(ascending=False, kind="stable").index
    return pd.DataFrame(found.loc[order, list(COLUMNS)].reset_index(drop=True))


def _scores(logs: "pd.Series[float]", keys: list["pd.Series[str]"]) -> pd.DataFrame:
    """Return score, median and spread of each logarithm among those of its group."""
    groups = logs.groupby(keys)
    middle = groups.transform("median")
    spread = (logs - middle).abs().groupby(keys).transform("median").clip(lower=LEAST_SPREAD)
    return pd.DataFrame(
        {
            "score": 0.6745 * (logs - middle) / spread,
            "usual": np.exp(middle),
            "low": np.exp(middle - LIMIT * spread / 0.6745),
            "high": np.exp(middle + LIMIT * spread / 0.6745),
            "count": groups.transform("size"),
        }
    )


def _by_months(pool: pd.DataFrame) -> pd.DataFrame:
    """Return values that are far from the firm's own months."""
    names = ["firm", "kind", "item"]
    above = pool[pool["value"] > 0]
    scored = _scores(np.log(above["value"]), [above[n] for n in names])
    told = scored["count"] >= FEWEST
    far = above.join(scored)[told & (scored["score"].abs() > LIMIT)]
    many = above[told].groupby(names)["value"].agg(["median", "size"]).reset_index()
    zero = pool[(pool["value"] == 0)].merge(many, on=names)
    zero = zero.assign(
        usual=zero["median"], low=np.nan, high=np.nan, score=-np.inf, count=zero["size"]
    )
    rows = pd.concat([far, zero[[*far.columns]]], ignore_index=True)
    rows = pd.DataFrame(rows.loc[rows["own"].astype(bool)])
    return rows.assign(
        compared=[f"{n} months" for n in rows["count"].astype(int)],
        reason_en=[f"The median of its {n} months is {u:.6g}." for n, u in _pairs(rows)],
        reason_zh=[f"其 {n} 个月的中位数为 {u:.6g}。" for n, u in _pairs(rows)],
    )


def _pairs(rows: pd.DataFrame) -> list[tuple[int, float]]:
    return list(zip(rows["count"].astype(int), rows["usual"], strict=True))


def _by_peers(pool: pd.DataFrame) -> pd.DataFrame:
    """Return values of firms with few months that are far from those of others, per value added."""
    names = ["firm", "kind", "item"]
    added = pool[pool["kind"] == "value_added"].set_index(["firm", "period"])["value"]
    size = pool[pool["value"] > 0].groupby(names)["value"].transform("size")
    above = pool[(pool["value"] > 0) & (pool["kind"] != "value_added")].assign(months=size)
    places = pd.MultiIndex.from_frame(above[["firm", "period"]])
    per: npt.NDArray[np.float64] = above["value"].to_numpy() / added.reindex(places).to_numpy()
    above = above.assign(per=per)
    above = above[np.isfinite(above["per"]) & (above["per"] > 0)]
    peers = above[~above["own"]].groupby(names)["per"].median().reset_index()
    logs = np.log(peers["per"])
    middle = logs.groupby([peers["kind"], peers["item"]]).median().rename("middle")
    count = logs.groupby([peers["kind"], peers["item"]]).size().rename("count")
    off = (
        logs - middle.reindex(pd.MultiIndex.from_frame(peers[["kind", "item"]])).to_numpy()
    ).abs()
    spread = off.groupby([peers["kind"], peers["item"]]).median().rename("spread")
    few = above[above["own"] & (above["months"] < FEWEST)]
    joined = few.merge(
        pd.concat([middle, spread, count], axis=1).reset_index(), on=["kind", "item"]
    )
    joined = joined[joined["count"] >= FEWEST]
    width = joined["spread"].clip(lower=LEAST_SPREAD)
    added_here = joined["value"] / joined["per"]
    score = 0.6745 * (np.log(joined["per"]) - joined["middle"]) / width
    rows = joined.assign(
        score=score,
        usual=np.exp(joined["middle"]) * added_here,
        low=np.exp(joined["middle"] - LIMIT * width / 0.6745) * added_here,
        high=np.exp(joined["middle"] + LIMIT * width / 0.6745) * added_here,
    )
    rows = pd.DataFrame(rows.loc[score.abs() > LIMIT])
    return rows.assign(
        compared=[f"{n} firms" for n in rows["count"].astype(int)],
        reason_en=[
            f"{n} firms with this value added would mostly have {u:.6g}." for n, u in _pairs(rows)
        ],
        reason_zh=[f"{n} 家企业按此增加值推算，通常为 {u:.6g}。" for n, u in _pairs(rows)],
    )
