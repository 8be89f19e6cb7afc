"""Made-up firms of a city: credit codes that check, classes, districts and sizes; no real firm."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.classes.credit_codes import ALPHABET
from chainwright.params import table
from chainwright.tables import schema

__all__ = ["CityFirms", "city_firms"]

CLASSES = 381 / 3800
"""Four-digit classes a firm: Huzhou's code covered about 3,800 firms in 381 (China Daily, 2021)."""

UNEVEN = 1.0
"""Standard deviation of the logarithm of a class's weight: some have one firm (an assumption)."""

SPREAD = 0.9
"""Standard deviation of the logarithm of a firm's value added (an assumption)."""

SIZES = ((0.03, "large"), (0.15, "medium"), (1.0, "small"))
"""Sizes from the largest value added down, and the share of firms up to there (assumptions)."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CityFirms:
    """Firms of a made-up city, ``f`` of them, sorted by code.

    Parameters
    ----------
    table : DataFrame
        A row a firm, with the columns of ``chainwright schema firms``.
    classes : ndarray of str
        The classes of GB/T 4754 that firms are in, four digits each.
    of_class : ndarray of int64, shape (f,)
        Place of each firm's class there.
    of_division : ndarray of int64, shape (f,)
        Row of each firm's two digits in the fact table ``demo_city_divisions``.
    value_added : ndarray of float64, shape (f,)
        What a firm adds in a usual month [10^4 CNY].
    """

    table: pd.DataFrame
    classes: npt.NDArray[np.str_]
    of_class: Places
    of_division: Places
    value_added: Floats


def city_firms(rng: np.random.Generator, firms: int) -> CityFirms:
    """Return made-up firms: one in each class first, the rest where classes weigh more.

    Parameters
    ----------
    rng : numpy.random.Generator
        What draws.
    firms : int
        Number of firms, at least 1.
    """
    divisions = table("demo_city_divisions")
    classes, division = _classes(rng, firms)
    weight = np.array([float(row["firms"]) for row in divisions])
    weight = (weight / np.bincount(division, minlength=len(weight)).clip(1))[division]
    weight *= rng.lognormal(0.0, UNEVEN, len(classes))
    more = rng.choice(len(classes), firms - len(classes), p=weight / weight.sum())
    of_class = rng.permutation(np.concatenate([np.arange(len(classes)), more]))
    districts = table("demo_city_districts")
    crowd = np.array([float(row["firms"]) for row in districts])
    district = rng.choice(len(districts), firms, p=crowd / crowd.sum())
    usual = np.array([float(row["value_added"]) for row in divisions])
    added = usual[division[of_class]] * rng.lognormal(0.0, SPREAD, firms)
    seats = np.array([row["code"] for row in districts])[district]
    codes = _credit_codes(seats, rng.permutation(100_000)[:firms])
    order = np.argsort(codes)
    codes, seats, of_class, added = codes[order], seats[order], of_class[order], added[order]
    frame = _frame(codes, seats, classes[of_class], added)
    return CityFirms(frame, classes, of_class, division[of_class], added)


def _classes(rng: np.random.Generator, firms: int) -> tuple[npt.NDArray[np.str_], Places]:
    """Return as many classes as so many firms fill, and the row of each one's two digits."""
    rows = [row["division"] for row in table("demo_city_divisions")]
    weight = dict(zip(rows, (float(r["firms"]) for r in table("demo_city_divisions")), strict=True))
    known = [
        row["code"] for row in table("gbt4754") if row["level"] == "4" and row["code"][:2] in weight
    ]
    number = min(len(known), max(1, round(CLASSES * firms)))
    share = np.array([weight[code[:2]] for code in known])
    drawn = np.sort(rng.choice(len(known), number, replace=False, p=share / share.sum()))
    found = np.array(known)[drawn]
    place = {code: i for i, code in enumerate(rows)}
    return found, np.array([place[code[:2]] for code in found.tolist()])


def _frame(
    codes: npt.NDArray[np.str_],
    seats: npt.NDArray[np.str_],
    classes: npt.NDArray[np.str_],
    added: Floats,
) -> pd.DataFrame:
    number = np.char.zfill(np.arange(1, len(codes) + 1).astype("U6"), 4)
    rank = np.empty(len(added))
    rank[np.argsort(-added, kind="stable")] = np.arange(len(added)) / len(added)
    size = np.searchsorted([share for share, _ in SIZES], rank, side="right")
    cells = {
        "firm": codes,
        "credit_code": codes,
        "name_en": np.char.add("Demo firm ", number),
        "name_zh": np.char.add("示例企业", number),
        "place": np.full(len(codes), "CHN"),
        "gbt4754": classes,
        "division": seats,
        "size": np.array([word for _, word in SIZES])[size],
        "source": np.full(len(codes), "made up"),
    }
    return pd.DataFrame(
        {
            c.column: pd.Series(
                cells.get(c.column, np.full(len(codes), "" if c.type == "string" else np.nan)),
                dtype="str" if c.type == "string" else "float64",
            )
            for c in schema("firms")
        }
    )


def _credit_codes(
    seats: npt.NDArray[np.str_], numbers: npt.NDArray[np.int64]
) -> npt.NDArray[np.str_]:
    """Return codes of 18 characters whose check digits are right, of no registered firm.

    Characters 9 to 17 are an organisation code with its own check digit (GB 11714-1997): with
    values C_i and weights W = 3, 7, 9, 10, 5, 8, 4, 2 it is 11 - sum(C_i W_i) mod 11. MA0 is a
    series that Zhejiang does not hand out.
    """
    organisation = np.char.add("MA0", np.char.zfill(numbers.astype("U5"), 5))
    signs = organisation.view("U1").reshape(len(numbers), 8).view(np.int32)
    values = np.where(signs >= ord("A"), signs - ord("A") + 10, signs - ord("0"))
    check = 11 - values @ np.array([3, 7, 9, 10, 5, 8, 4, 2]) % 11
    body = np.char.add(np.char.add("91", seats), organisation)
    body = np.char.add(body, np.array(list("0123456789X0"))[check])
    place = np.zeros(128, dtype=np.int64)
    place[[ord(sign) for sign in ALPHABET]] = np.arange(len(ALPHABET))
    digits = place[body.view("U1").reshape(len(numbers), 17).view(np.int32)]
    last = -(digits @ np.array([pow(3, i, 31) for i in range(17)])) % 31
    return np.char.add(body, np.array(list(ALPHABET))[last])
