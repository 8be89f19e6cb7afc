"""Tables of stages and arcs: read, checked together, and put in order."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from chainwright.errors import Breach, MissingFileError, TableError, near
from chainwright.plan.safety_stocks.stage_network import TIMES, StageNetwork
from chainwright.sources.reading import Origin
from chainwright.sources.typed_rows import Rows, checked_rows, where
from chainwright.units import Money

__all__ = ["read_stages"]

Floats = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]

WILLEMS = {
    "stageName": "stage",
    "stageClassification": "kind",
    "stageCost": "stage_cost",
    "stageTime": "stage_time_days",
    "stDevStageTime": "stage_time_sd",
    "avgDemand": "demand_per_day",
    "stDevDemand": "demand_sd",
    "maxServiceTime": "max_service_days",
    "serviceLevel": "service_level",
    **{f"StageTime_{k}_p": f"time_{k}_share" for k in TIMES},
    **{f"StageTime_{k}_v": f"time_{k}_days" for k in TIMES},
}
"""Columns of the data set of Willems 2008 by what they are called here."""

WILLEMS_ARCS = {"from": "supplier", "to": "customer"}

DEMAND = ("demand_per_day", "demand_sd", "max_service_days", "service_level")
"""What must be known of a stage that nothing in its chain uses."""

LEAST_LEVEL = 0.5
"""Service level below which the safety factor would be negative."""

WHOLE = 1e-6
"""By how much probabilities may miss one."""


def read_stages(stages: object, arcs: object, *, currency: str | None = None) -> StageNetwork:
    """Return the network of stages of two tables.

    The layout of the 38 chains of Willems (2008) is recognised by its columns.

    Parameters
    ----------
    stages : path or Arrow stream
        A CSV file in UTF-8 (plain or gzip), a Parquet file or a table in memory, with the columns
        of ``chainwright schema stages``.
    arcs : path or Arrow stream
        The same with the columns of ``chainwright schema stage_arcs``.
    currency : str, optional
        ISO 4217 code of the costs.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in both, rings with their stages.
    FormatError, MissingFileError
        If a file is no such file, or is not there.

    Examples
    --------
    >>> rows = {"stage": ["part", "good"], "stage_cost": [2.0, 3], "stage_time_days": [5.0, 1],
    ...         "demand_per_day": [None, 4], "demand_sd": [None, 1], "max_service_days": [None, 0],
    ...         "service_level": [None, 0.95]}
    >>> read_stages(pd.DataFrame(rows), pd.DataFrame({"supplier": ["part"], "customer": ["good"]}))
    <StageNetwork: 2 stages, 1 arcs>
    """
    needed = ("stage", "stage_cost", "stage_time_days")
    given, file = _renamed(stages, WILLEMS, "stageName")
    rows = checked_rows(given, "stages", required=needed, keys=("chain", "stage"))
    given, arc_file = _renamed(arcs, WILLEMS_ARCS, "from")
    keys = ("chain", "supplier", "customer")
    links = checked_rows(given, "stage_arcs", required=keys[1:], keys=keys, empty=True)
    places = {
        (c, s): i
        for i, (c, s) in enumerate(zip(rows.frame["chain"], rows.frame["stage"], strict=True))
    }
    of_arcs = [*links.breaches, *_unknown(links, places)]
    tail, head = _ends(links.frame, places)
    of_stages = [*rows.breaches, *_cells(rows), *_demands(rows, tail)]
    of_arcs += _rings(rows.frame, tail, head)
    names = (file or rows.name, arc_file or links.name)
    told = [
        Breach(f"{name}, {b.where}", b.found, b.expected, b.remedy)
        for name, found in zip(names, (of_stages, of_arcs), strict=True)
        for b in found
    ]
    if told:
        raise TableError(f"{names[0]} with {names[1]}", told)
    origin = Origin(file=file, format="network of stages", sha256=_hash(stages))
    origin = origin.noted(f"arcs from {arc_file or 'memory'} {_hash(arcs)}".rstrip())
    quantity = links.frame["quantity"].fillna(1.0).to_numpy(dtype=np.float64)
    return _ordered(rows.frame, tail, head, quantity, Money(currency), origin)


def _renamed(data: object, names: dict[str, str], mark: str) -> tuple[object, str]:
    """Return a table under our names of columns where it has those of Willems, and its file."""
    if isinstance(data, str | Path):
        path = Path(data)
        if not path.is_file():
            msg = f"There is no file '{path}'."
            raise MissingFileError(msg)
        with path.open("rb") as file:
            raw = file.read(4)
        if raw == b"PAR1":
            return data, path.name
        opened = gzip.open if raw[:2] == b"\x1f\x8b" else open
        try:
            with opened(path, "rb") as unpacked:
                frame = pd.read_csv(unpacked, dtype=str, keep_default_na=False)
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            return data, path.name  # the reader of typed rows says what is wrong with it
        return (frame.rename(columns=names) if mark in frame.columns else data), path.name
    if isinstance(data, pd.DataFrame) and mark in data.columns:
        return data.rename(columns=names), ""
    return data, ""


def _hash(data: object) -> str:
    if isinstance(data, str | Path):
        return hashlib.sha256(Path(data).read_bytes()).hexdigest()
    return ""


def _unknown(links: Rows, places: dict[tuple[str, str], int]) -> Iterator[Breach]:
    """Say which ends of arcs are no stages, and which quantities are none."""
    frame = links.frame
    columns = (links.numbers, frame["chain"].tolist(), frame["quantity"].tolist())
    ends = zip(frame["supplier"].tolist(), frame["customer"].tolist(), strict=True)
    for number, chain, quantity, pair in zip(*columns, ends, strict=True):
        for column, name in zip(("supplier", "customer"), pair, strict=True):
            if name and (chain, name) not in places:
                known = [stage for other, stage in places if other == chain]
                hint = near(name, known)
                remedy = f"Add it to the stages, or mend the name.{hint}"
                expected = "a stage of the same chain"
                yield Breach(where(number, column), repr(name), expected, remedy)
        if quantity <= 0.0:
            remedy = "Leave out an arc of none."
            yield Breach(where(number, "quantity"), f"{quantity:g}", "above 0", remedy)


def _ends(frame: pd.DataFrame, places: dict[tuple[str, str], int]) -> tuple[Steps, Steps]:
    """Return the rows of both ends of arcs whose ends are known."""
    ends = [
        (places.get((c, s), -1), places.get((c, k), -1))
        for c, s, k in zip(frame["chain"], frame["supplier"], frame["customer"], strict=True)
    ]
    known = np.array(ends, dtype=np.int64).reshape(-1, 2)
    known = known[(known >= 0).all(axis=1)]
    return known[:, 0], known[:, 1]


def _cells(rows: Rows) -> Iterator[Breach]:
    """Say which numbers of stages cannot be."""
    frame = rows.frame
    remedy = "Mend the number."
    signed = [c for c in frame.columns if c.endswith(("_days", "_sd", "_cost", "_share"))]
    for column in [*signed, "demand_per_day"]:
        for number, value in zip(rows.numbers, frame[column].tolist(), strict=True):
            if value < 0.0:
                yield Breach(where(number, column), f"{value:g}", "0 or more", remedy)
    for number, level in zip(rows.numbers, frame["service_level"].tolist(), strict=True):
        if level < LEAST_LEVEL or level >= 1.0:
            why = "Below 0.5 the safety factor would be negative, at 1 infinite."
            at = where(number, "service_level")
            yield Breach(at, f"{level:g}", "0.5 to below 1", why)
    shares = frame[[f"time_{k}_share" for k in TIMES]].to_numpy(dtype=np.float64)
    days = frame[[f"time_{k}_days" for k in TIMES]].to_numpy(dtype=np.float64)
    halves = (np.isnan(shares) != np.isnan(days)).any(axis=1).tolist()
    off = ~np.isnan(shares).all(axis=1) & (np.abs(np.nansum(shares, axis=1) - 1.0) > WHOLE)
    total = np.where(off, np.nansum(shares, axis=1), 1.0).tolist()
    for number, half, sum_ in zip(rows.numbers, halves, total, strict=True):
        if half:
            found = "a time or a share alone"
            yield Breach(f"row {number}", found, "both", "Give each its other half.")
        if sum_ != 1.0:
            yield Breach(f"row {number}", f"shares of {sum_:g}", "1 in all", remedy)


def _demands(rows: Rows, tail: Steps) -> Iterator[Breach]:
    """Say which stages lack what must be known of their customers outside."""
    used = np.zeros(len(rows.frame), dtype=np.bool_)
    used[tail] = True
    missing = rows.frame[list(DEMAND)].isna().to_numpy()
    names = rows.frame["stage"].tolist()
    for number, name, inside, gaps in zip(rows.numbers, names, used, missing, strict=True):
        if inside and gaps.all():
            continue
        why = "part of its demand is given" if inside else "nothing in its chain uses it"
        for column, gap in zip(DEMAND, gaps, strict=True):
            if gap and not (inside and column == "max_service_days"):
                remedy = f"Fill it in: {name}: {why}."
                yield Breach(where(number, column), "nothing", "a number", remedy)


def _rings(
    frame: pd.DataFrame,
    tail: Steps,
    head: Steps,
) -> Iterator[Breach]:
    """Say which stages supply themselves, one ring for each knot of them."""
    n = len(frame)
    stages, chains = frame["stage"].tolist(), frame["chain"].tolist()
    arcs = csr_array((np.ones(len(tail)), (tail, head)), shape=(n, n))
    _, label = connected_components(arcs, directed=True, connection="strong")
    size = np.bincount(label, minlength=1)
    knots = set(np.flatnonzero(size > 1).tolist()) | set(label[tail[tail == head]].tolist())
    for knot in sorted(knots):
        inside = label[tail] == knot
        after = {int(i): int(j) for i, j in zip(tail, head, strict=True) if label[j] == knot}
        after = {i: j for i, j in after.items() if label[i] == knot}
        path = [int(tail[inside][0])]
        while after[path[-1]] not in path:
            path.append(after[path[-1]])
        ring = path[path.index(after[path[-1]]) :]
        names = " -> ".join(stages[i] for i in [*ring, ring[0]])
        chain = chains[ring[0]]
        at = f"chain '{chain}'" if chain else "the arcs"
        yield Breach(at, f"the ring {names}", "no stage that supplies itself", "Take an arc out.")


def _ordered(  # noqa: PLR0917 - what the two tables hold
    frame: pd.DataFrame,
    tail: Steps,
    head: Steps,
    quantity: Floats,
    money: Money,
    origin: Origin,
) -> StageNetwork:
    """Return the network with suppliers before customers, else in the order of the table."""
    n = len(frame)
    level = np.zeros(n, dtype=np.int64)
    while len(tail):
        after = level.copy()
        np.maximum.at(after, head, level[tail] + 1)
        if (after == level).all():
            break
        level = after
    chain = pd.factorize(frame["chain"])[0]
    order = np.lexsort((np.arange(n), level, chain))
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    tail, head = place[tail], place[head]
    by = np.lexsort((head, tail))
    rows = frame.iloc[order].reset_index(drop=True)
    return StageNetwork(rows, tail[by], head[by], quantity[by], money, origin)
