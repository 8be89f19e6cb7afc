"""A made-up city: firms that report 39 kinds of data every month; no number is a fact."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.params import table
from chainwright.sources.demo_city_firms import CityFirms, city_firms
from chainwright.sources.reading import Origin

__all__ = ["DEMO_CITY", "CityTables", "demo_city"]

DEMO_CITY = "demo:city"
"""How the made-up city is named where a path is asked for."""

FIRMS, MONTHS = 3800, 36
"""Size of the city if none is said: that of Huzhou's code (China Daily, 2021-07-05)."""

MOST_FIRMS, MOST_MONTHS = 20_000, 240
"""Largest city that is made up."""

LAST = 12 * (2026 - 1970) + 9
"""The last month, October 2026, as months since January 1970."""

KINDS = 39
TEXTS = (1, 2, 3, 4, 26, 32, 39)
"""Numbers of the kinds that are words."""

MEASURED, BILLED, ESTIMATED, DEFAULTED, MISSING = range(5)
"""Places of qualities in `chainwright.system.readings.QUALITIES`."""

EFFICIENCY, OF_CLASS = 0.5, 0.3
"""Standard deviations of the logarithm of energy per value added, of firms in a class and of
classes in a division (assumptions)."""

FEBRUARY = 0.72
"""What is made in the month of the Spring Festival, against other months (an assumption)."""

FIXED = 0.2
"""Share of energy that is used whatever is made (an assumption)."""

LOSING, SLOPPY = 0.006, 0.01
"""Share of firms whose value added falls below zero, and of those that stop reporting
(assumptions)."""

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]
Codes = npt.NDArray[np.int32]


class CityTables(NamedTuple):
    """What a made-up city consists of.

    Parameters
    ----------
    firms : DataFrame
        A row a firm, with the columns of ``chainwright schema firms``.
    columns : dict
        Columns of its readings, as `chainwright.system.readings.Readings` takes them.
    origin : Origin
        What was made up, and how.
    """

    firms: pd.DataFrame
    columns: dict[str, Any]
    origin: Origin


def demo_city(*, firms: int = FIRMS, months: int = MONTHS, seed: int = 7) -> CityTables:
    """Return a made-up city of firms with 39 readings each a month: none of its numbers is a fact.

    Energy per value added is drawn around the numbers of the fact table ``demo_city_divisions``
    (assumptions), by class and by firm; energy is split into carriers by the same table. Factors of
    the region are those published for Zhejiang. A few firms lose money, a few stop reporting.

    Parameters
    ----------
    firms : int
        Number of firms, 1 to 20,000.
    months : int
        Number of months, 1 to 240; the last is October 2026.
    seed : int
        The same seed gives the same city.

    Raises
    ------
    ParameterError
        If it is to have more or fewer firms or months than that.

    Examples
    --------
    >>> made = demo_city(firms=20, months=2)
    >>> len(made.firms), len(made.columns["value"]) == 20 * 2 * 39
    (20, True)
    """
    for name, asked, most in (("firms", firms, MOST_FIRMS), ("months", months, MOST_MONTHS)):
        if not 1 <= asked <= most:
            raise ParameterError(name, "the made-up city", f"from 1 to {most:,}", asked)
    rng = np.random.default_rng(seed)
    held = city_firms(rng, firms)
    month = np.arange(LAST + 1 - months, LAST + 1, dtype=np.int32)
    value = np.zeros((KINDS + 1, firms, months))  # by number of the kind; 0 is not used
    value[list(TEXTS)] = np.nan
    added = _value_added(rng, held, month)
    _economy(rng, value, added)
    _energy(rng, value, held, month)
    _from_outside(value, held)
    quality = _qualities(rng, value)
    texts, text = _texts(rng, held)
    items, item = _items(held)
    cells = np.ascontiguousarray(value[1:].transpose(1, 2, 0)).ravel()
    marks = np.ascontiguousarray(quality[1:].transpose(1, 2, 0)).ravel()
    cells[marks == MISSING] = np.nan
    by_month = (firms, months, KINDS)
    words = np.where(quality[1:].transpose(1, 2, 0) == MISSING, 0, text[:, None, :])
    columns: dict[str, Any] = {
        "firms": tuple(held.table["firm"].tolist()),
        "items": items,
        "texts": texts,
        "sources": ("", "made up"),
        "firm": np.repeat(np.arange(firms, dtype=np.int32), months * KINDS),
        "kind": np.tile(np.arange(1, KINDS + 1, dtype=np.int32), firms * months),
        "item": np.broadcast_to(item[:, None, :], by_month).ravel(),
        "month": np.tile(np.repeat(month, KINDS), firms),
        "value": cells,
        "text": words.astype(np.int32).ravel(),
        "quality": marks,
        "source": np.ones(firms * months * KINDS, dtype=np.int32),
    }
    note = "made up: no number is a fact about any firm or place; drawn at random"
    origin = Origin(
        file=DEMO_CITY,
        format="synthetic city",
        version=f"seed {seed}",
        licence="Apache-2.0",
        notes=(note,),
    )
    return CityTables(held.table, columns, origin)


def _value_added(rng: np.random.Generator, held: CityFirms, month: Codes) -> Floats:
    """Return value added by firm and month: growth, a season, noise; a few fall below zero."""
    shape = (len(held.value_added), len(month))
    steps = np.arange(len(month)) - len(month) + 1
    growth = rng.normal(0.004, 0.006, (shape[0], 1))
    season = np.where(month % 12 == 1, FEBRUARY, 1.0)
    added: Floats = held.value_added[:, None] * np.exp(growth * steps) * season
    added *= rng.lognormal(0.0, 0.06, shape)
    losing = rng.permutation(shape[0])[: round(LOSING * shape[0])]
    added[losing, -14:] *= -0.3
    return added


def _economy(rng: np.random.Generator, value: Floats, added: Floats) -> None:
    """Fill kinds 22 to 25 and 27 to 29, beside what the firm adds."""
    firms = len(added)
    value[23] = added
    value[22] = np.abs(added) / rng.uniform(0.15, 0.35, (firms, 1))
    value[24] = 0.3 * value[22] * rng.uniform(0.05, 0.16, (firms, 1))
    value[25] = value[22] / rng.lognormal(0.0, 1.0, (firms, 1))
    usual = np.abs(added).mean(axis=1, keepdims=True)
    for kind, share, part in ((27, 0.04, 0.02), (28, 0.003, 0.05), (29, 0.02, 0.05)):
        value[kind] = part * usual * (rng.random((firms, 1)) < share)


def _energy(rng: np.random.Generator, value: Floats, held: CityFirms, month: Codes) -> None:
    """Fill kinds 5 to 21 and the city's energy, 37: carriers by division, own power, inputs."""
    shape = value.shape[1:]
    rows = table("demo_city_divisions")
    carriers = table("demo_city_carriers")
    intensity = np.array([float(row["energy"]) for row in rows])[held.of_division]
    intensity *= rng.lognormal(0.0, OF_CLASS, len(held.classes))[held.of_class]
    intensity *= rng.lognormal(0.0, EFFICIENCY, shape[0])
    steps = np.arange(len(month)) - len(month) + 1
    falling = np.exp(rng.normal(-0.003, 0.006, (shape[0], 1)) * steps)
    made = np.abs(value[23])
    running = (1.0 - FIXED) * made + FIXED * made.mean(axis=1, keepdims=True)
    energy = intensity[:, None] * falling * running * rng.lognormal(0.0, 0.04, shape)
    value[37] = energy.sum(axis=0)
    mix = np.array([[float(row[c["kind"]]) for c in carriers] for row in rows])
    drawn = rng.gamma(12.0 * mix[held.of_division] + 1e-9)
    drawn[drawn < 0.02 * drawn.sum(axis=1, keepdims=True)] = 0.0  # a trace is no boiler
    drawn /= drawn.sum(axis=1, keepdims=True)
    place = {row["kind"]: int(row["number"]) for row in table("carbon_kinds")}
    for k, carrier in enumerate(carriers):
        used = drawn[:, k, None] * energy / float(carrier["tce_per_unit"])
        value[place[carrier["kind"]]] = used
    _own_power(rng, value, steps)
    inputs = np.array([float(row["process_inputs"]) for row in rows])[held.of_division]
    value[19] = inputs[:, None] * made
    value[21] = 0.002 * made * (rng.random((shape[0], 1)) < 0.02)


def _own_power(rng: np.random.Generator, value: Floats, steps: npt.NDArray[np.int64]) -> None:
    """Split electricity into own power and what is bought; some of that is green, some is sold."""
    firms = value.shape[1]
    owns, turns, buys, sells = (rng.random((firms, 1)) < p for p in (0.3, 0.01, 0.12, 0.05))
    share = rng.uniform(0.03, 0.22, (firms, 1)) * np.exp(0.01 * steps)
    value[6] = value[5] * share * owns
    value[7] = value[5] * 0.05 * turns
    value[5] -= value[6] + value[7]
    value[8] = value[5] * rng.uniform(0.1, 0.6, (firms, 1)) * buys
    value[9] = value[6] * 0.1 * sells
    value[17] = value[16] * 0.05 * (rng.random((firms, 1)) < 0.02)


def _from_outside(value: Floats, held: CityFirms) -> None:
    """Fill what the trade and the region publish: kinds 30 to 38."""
    for t in range(value.shape[2]):
        value[30, :, t] = np.bincount(held.of_class, value[23, :, t])[held.of_class]
    value[31], value[33] = 0.5, 120.0
    for row in table("demo_city_published"):
        value[int(row["number"])] = float(row["value"])


def _qualities(rng: np.random.Generator, value: Floats) -> Small:
    """Return how each value was obtained; what accounts need is missing for a few firms alone."""
    shape = value.shape[1:]
    quality = np.full(value.shape, BILLED, dtype=np.int8)
    quality[5:7] = MEASURED
    guessed = rng.random((13, *shape), dtype=np.float32) < 0.03
    quality[5:18][guessed] = ESTIMATED
    quality[20] = MISSING
    quality[[31, 35, 36]] = DEFAULTED
    quality[33] = ESTIMATED
    for kind, share in ((26, 0.5), (39, 0.1), (25, 0.05), (4, 0.05)):
        quality[kind][rng.random(shape[0]) < share] = MISSING
    sloppy = rng.permutation(shape[0])[: round(SLOPPY * shape[0])]
    quality[23, sloppy, -2:] = MISSING
    return quality


def _texts(rng: np.random.Generator, held: CityFirms) -> tuple[tuple[str, ...], Codes]:
    """Return the words, and their places by firm and kind, (f, 39); 0 for numbers."""
    frame = held.table
    firms = len(frame)
    code = frame["firm"].to_numpy(dtype=object)
    one = {
        1: code + " " + frame["name_zh"].to_numpy(dtype=object),
        2: frame["gbt4754"].to_numpy(dtype=object),
        3: (frame["division"] + " " + frame["size"]).to_numpy(dtype=object),
        4: "M-" + code + ": 1",
        26: np.array(["motors: IE3", "motors: IE4", "boiler: class 2"], dtype=object)[
            rng.integers(0, 3, firms)
        ],
        32: np.full(firms, "industry, other", dtype=object),
        39: np.array(["retrofit", "loan", "green power"], dtype=object)[rng.integers(0, 3, firms)],
    }
    text = np.zeros((firms, KINDS), dtype=np.int32)
    words = [""]
    for kind, column in one.items():
        place, found = pd.factorize(column, sort=True)
        text[:, kind - 1] = place + len(words)
        words += found.tolist()
    return tuple(words), text


def _items(held: CityFirms) -> tuple[tuple[str, ...], Codes]:
    """Return the items, and their places by firm and kind, (f, 39)."""
    carriers = {row["kind"]: row["item"] for row in table("demo_city_carriers") if row["item"]}
    place = {row["kind"]: int(row["number"]) for row in table("carbon_kinds")}
    fixed = {place[kind]: item for kind, item in carriers.items()}
    fixed |= {21: "sf6", 30: "value_added", 31: "benchmark", 34: "province", 37: "energy"}
    fixed |= {38: "low"}
    inputs = [row["process_item"] or "limestone" for row in table("demo_city_divisions")]
    words = ("", *sorted({*fixed.values(), *inputs}))
    at = {word: i for i, word in enumerate(words)}
    item = np.zeros((len(held.table), KINDS), dtype=np.int32)
    for number, word in fixed.items():
        item[:, number - 1] = at[word]
    item[:, 18] = np.array([at[word] for word in inputs])[held.of_division]
    return words, item
