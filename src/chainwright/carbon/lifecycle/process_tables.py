"""Process inventories: a table of activities and one of what they use and emit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.lifecycle.product_systems import SCOPES, ProductSystem
from chainwright.carbon.lifecycle.uncertainties import (
    KINDS,
    LOGNORMAL,
    NORMAL,
    TRIANGULAR,
    UNIFORM,
    Uncertainty,
)
from chainwright.errors import Breach, FormatError, MissingFileError, TableError, near
from chainwright.sources.reading import Origin
from chainwright.sources.typed_rows import Rows, checked_rows, where

__all__ = ["read_processes"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

CARBON = {"co2", "co2e"}
"""Flows whose factor is 1 where none is given."""

MASSES = {"": 1.0, "kg": 1.0, "kgco2e": 1.0, "kgco2": 1.0, "t": 1000.0, "g": 0.001}
"""Kilograms in the units of flows."""


def read_processes(
    processes: object, exchanges: object | None = None, *, gwp: str = "AR6"
) -> ProductSystem:
    """Return the product system of a process inventory.

    Parameters
    ----------
    processes : path or Arrow stream
        A table with the columns of ``chainwright schema processes``; a folder that holds
        ``processes.csv`` and ``exchanges.csv`` (or ``.parquet``); or a brightway Excel workbook.
    exchanges : path or Arrow stream, optional
        A table with the columns of ``chainwright schema exchanges``.
    gwp : str
        Warming potentials of flows without a factor: ``"AR6"``, ``"AR5"`` or ``"AR4"``.

    Raises
    ------
    TableError
        If the tables are not in order; it lists every breach in both.
    FormatError, MissingFileError
        If a file is no such file, or is not there.

    Examples
    --------
    >>> made = pd.DataFrame({"process": ["power", "steel"], "unit": ["kWh", "kg"]})
    >>> used = pd.DataFrame({"process": ["steel", "power"], "kind": ["input", "emission"],
    ...                      "item": ["power", "co2"], "amount": [0.5, 0.6]})
    >>> read_processes(made, used)
    <ProductSystem: 2 products, 1 inputs>
    """
    if exchanges is None:
        if not isinstance(processes, str | Path):
            msg = "A table of processes needs one of exchanges beside it: read_processes(a, b)."
            raise FormatError(msg)
        path = Path(processes)
        if not path.is_dir():
            if path.suffix.lower() in {".xlsx", ".xls", ".xlsb", ".ods"}:
                from chainwright.carbon.lifecycle.brightway_sheets import (  # noqa: PLC0415
                    read_workbook,
                )

                made, used, origin = read_workbook(path)
                return _built(made, used, gwp, origin)
            if path.exists():
                msg = f"'{path.name}' alone is no inventory. Give its exchanges, or their folder."
                raise FormatError(msg)
        processes, exchanges = _in_folder(path, "processes"), _in_folder(path, "exchanges")
    made = checked_rows(processes, "processes", required=("process",), keys=("process",))
    used = checked_rows(
        exchanges, "exchanges", required=("process", "kind", "item", "amount"), empty=True
    )
    origin = made.origin.noted(
        f"exchanges from {used.origin.file or 'memory'} {used.origin.sha256}"
    )
    return _built(made, used, gwp, origin)


def _in_folder(folder: Path, name: str) -> Path:
    for suffix in (".csv", ".csv.gz", ".parquet"):
        if (folder / f"{name}{suffix}").is_file():
            return folder / f"{name}{suffix}"
    msg = f"There is no '{name}.csv' in '{folder}'."
    raise MissingFileError(msg)


def _built(made: Rows, used: Rows, gwp: str, origin: Origin) -> ProductSystem:
    """Return the system of checked rows, after the checks that need both tables."""
    frame, rows = made.frame, used.frame
    place = pd.Index(frame["process"]).drop_duplicates()  # one that is repeated is a breach
    user = place.get_indexer(rows["process"])
    supplier = place.get_indexer(rows["item"])
    kind = rows["kind"].str.casefold().to_numpy(dtype=object)
    inputs, emissions = kind == "input", kind == "emission"
    output = frame["output"].fillna(1.0).to_numpy(dtype=np.float64)
    number = rows["uncertainty"].str.casefold().map(_kind).to_numpy(dtype=np.int8)
    factor, unknown = _factors(rows, emissions, gwp)
    told = [
        *(Breach(f"{made.name}, {b.where}", b.found, b.expected, b.remedy) for b in made.breaches),
        *_of_processes(made, output),
        *(Breach(f"{used.name}, {b.where}", b.found, b.expected, b.remedy) for b in used.breaches),
        *_of_exchanges(used, made, (user, supplier), (inputs, emissions), unknown),
        *_of_uncertainty(used, number),
    ]
    if told:
        raise TableError(f"{made.name} with {used.name}", told)
    per = 1.0 / output[user]
    amount = rows["amount"].to_numpy(dtype=np.float64)
    spread = _spread(rows, number, amount, per * np.where(emissions, factor, 1.0))
    order = np.lexsort((np.arange(len(rows)), supplier, user))
    first, then = order[inputs[order]], order[emissions[order]]
    flow, flows = pd.factorize(rows["item"].to_numpy(dtype=object)[then])
    scopes = rows["scope"].to_numpy(dtype=object)[then]
    columns = ["process", "name_en", "name_zh", "unit", "country", "primary_share", "declared"]
    return ProductSystem(
        frame[columns].reset_index(drop=True),
        supplier[first].astype(np.int32),
        user[first].astype(np.int32),
        (amount * per)[first],
        user[then].astype(np.int32),
        flow.astype(np.int32),
        np.array([SCOPES.index(scope) for scope in scopes], dtype=np.int8),
        (amount * per * factor)[then],
        flows=tuple(str(name) for name in flows),
        input_uncertainty=_picked(spread, first),
        emission_uncertainty=_picked(spread, then),
        origin=origin.noted(f"warming potentials of {gwp} where a flow has no factor"),
    )


def _kind(word: str) -> int:
    """Return the number of a kind of uncertainty, -1 where there is none of that name."""
    if word.removesuffix(".0") in {"0", "1", "2", "3", "4", "5"}:
        return int(float(word))
    return KINDS.get(word, -1)


def _factors(
    rows: pd.DataFrame, emissions: npt.NDArray[np.bool_], gwp: str
) -> tuple[Floats, dict[int, str]]:
    """Return what characterises each emission, and the rows whose flow or unit is not known."""
    from chainwright.carbon.factors.potentials import potential_of  # noqa: PLC0415

    potential_of(gwp, "co2")  # refuses a set that is none
    given = rows["factor"].to_numpy(dtype=np.float64)
    unit = rows["unit"].str.casefold().to_numpy(dtype=object)
    found = np.where(np.isnan(given), 1.0, given)
    pairs = rows.loc[emissions & np.isnan(given), ["item"]].assign(
        unit=unit[emissions & np.isnan(given)]
    )
    unknown: dict[int, str] = {}
    for (item, mass), at in pairs.groupby(["item", "unit"], sort=False).indices.items():
        places = pairs.index.to_numpy()[at]
        kilograms = MASSES.get(str(mass))
        name = str(item).casefold()
        try:
            one = 1.0 if name in CARBON else float(potential_of(gwp, name).value)
        except KeyError:
            one, kilograms = 1.0, None
        if kilograms is None:
            unknown |= dict.fromkeys(places.tolist(), f"{item} in {mass or 'kg'}")
        else:
            found[places] = one * kilograms
    return found, unknown


def _of_processes(made: Rows, output: Floats) -> Iterator[Breach]:
    frame = made.frame
    for i in np.flatnonzero(~(output > 0.0)).tolist():
        at = f"{made.name}, {where(made.numbers[i], 'output')}"
        yield Breach(at, f"{output[i]:g}", "above 0", "Give what the process makes.")
    share = frame["primary_share"].to_numpy(dtype=np.float64)
    for i in np.flatnonzero((share < 0.0) | (share > 1.0)).tolist():
        at = f"{made.name}, {where(made.numbers[i], 'primary_share')}"
        yield Breach(at, f"{share[i]:g}", "0 to 1", "Write 35 % as 0.35.")


def _of_exchanges(
    used: Rows,
    made: Rows,
    ends: tuple[Places, Places],
    kinds: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
    unknown: dict[int, str],
) -> Iterator[Breach]:
    """Say which rows name no process, which kinds, units, scopes and flows are none."""
    rows, (user, supplier), (inputs, emissions) = used.frame, ends, kinds
    known = made.frame["process"].tolist()

    def at(i: int, column: str) -> str:
        return f"{used.name}, {where(used.numbers[i], column)}"

    for column, place in (("process", user), ("item", np.where(inputs, supplier, 0))):
        for i in np.flatnonzero(place < 0).tolist():
            name = str(rows[column].iloc[i])
            if name:
                remedy = f"Add it to the processes, or mend the name.{near(name, known)}"
                yield Breach(at(i, column), repr(name), "a process", remedy)
    for i in np.flatnonzero(~(inputs | emissions) & (rows["kind"] != "").to_numpy()).tolist():
        remedy = "Write input or emission; each process has one product of its own."
        yield Breach(at(i, "kind"), repr(rows["kind"].iloc[i]), "input or emission", remedy)
    for i in np.flatnonzero(~rows["scope"].isin(SCOPES).to_numpy()).tolist():
        remedy = "Write 1, 2 or 3, or leave it empty."
        yield Breach(at(i, "scope"), repr(rows["scope"].iloc[i]), "1, 2 or 3", remedy)
    for i, what in unknown.items():
        remedy = "Give its factor in kgCO2e per unit, or its mass in kg, t or g."
        yield Breach(at(i, "item"), what, "a greenhouse gas with a known factor", remedy)
    unit = made.frame["unit"].to_numpy(dtype=object)
    told = rows["unit"].to_numpy(dtype=object)
    whose = unit[np.maximum(supplier, 0)] if len(unit) else told
    for i in np.flatnonzero(inputs & (supplier >= 0) & (told != "") & (whose != "")).tolist():
        if told[i] != whose[i]:
            remedy = "Convert the amount, or mend the unit."
            yield Breach(at(i, "unit"), repr(told[i]), f"that of the product, {whose[i]}", remedy)


def _of_uncertainty(used: Rows, number: npt.NDArray[np.int8]) -> Iterator[Breach]:
    """Say which kinds of uncertainty are none, and what they lack."""
    rows = used.frame
    amount, scale = rows["amount"].to_numpy(dtype=float), rows["scale"].to_numpy(dtype=float)
    low, high = rows["low"].to_numpy(dtype=float), rows["high"].to_numpy(dtype=float)
    location = rows["location"].to_numpy(dtype=float)
    mode = np.where(np.isnan(location), amount, location)
    bounded = (number == UNIFORM) | (number == TRIANGULAR)
    outside = (number == TRIANGULAR) & ((mode < low) | (mode > high))
    checks = (
        (number < 0, "uncertainty", "a kind that is known", f"Write one of: {', '.join(KINDS)}."),
        (
            ((number == LOGNORMAL) | (number == NORMAL)) & ~(scale >= 0.0),
            "scale",
            "0 or more",
            "Give the standard deviation (lognormal: of the logarithm).",
        ),
        (
            (number == LOGNORMAL) & (amount == 0.0),
            "amount",
            "not 0",
            "A size of nought is certain.",
        ),
        (bounded & ~(low < high), "low", "below high", "Give both bounds, the lower one first."),
        (outside, "low", "bounds around the mode", "Mend the bounds or the amount."),
    )
    for bad, column, expected, remedy in checks:
        for i in np.flatnonzero(bad).tolist():
            at = f"{used.name}, {where(used.numbers[i], column)}"
            yield Breach(at, repr(rows[column].iloc[i]), expected, remedy)


def _spread(
    rows: pd.DataFrame, number: npt.NDArray[np.int8], amount: Floats, per: Floats
) -> Uncertainty:
    """Return how amounts per unit of product are spread: all are scaled by `per`."""
    location = rows["location"].to_numpy(dtype=np.float64)
    # What a factor of nought makes nought is certain, whatever its amount.
    number = np.where(per == 0.0, np.int8(0), number)
    size, scaled = np.abs(np.where(amount == 0.0, 1.0, amount)), np.where(per == 0.0, 1.0, per)
    logs = np.where(np.isnan(location), np.log(size), location) + np.log(np.abs(scaled))
    middle = np.where(np.isnan(location), amount, location) * per
    scale = rows["scale"].to_numpy(dtype=np.float64)
    ends = [rows[c].to_numpy(dtype=np.float64) * per for c in ("low", "high")]
    turned = per < 0.0
    return Uncertainty(
        number,
        np.where(number == LOGNORMAL, logs, middle),
        np.where(number == LOGNORMAL, scale, scale * np.abs(per)),
        np.where(turned, ends[1], ends[0]),
        np.where(turned, ends[0], ends[1]),
        np.where(amount * per < 0.0, -1.0, 1.0),
    )


def _picked(spread: Uncertainty, at: Places) -> Uncertainty | None:
    """Return the uncertainty of some rows, or None where all of them are certain."""
    if not (spread.kind[at] >= LOGNORMAL).any():
        return None
    return Uncertainty(
        spread.kind[at],
        spread.location[at],
        spread.scale[at],
        spread.low[at],
        spread.high[at],
        spread.sign[at],
    )
