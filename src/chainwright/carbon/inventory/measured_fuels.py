"""What firms measured of their fuels: heat value, carbon content, oxidation."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.inventory.parts import Part
from chainwright.system import carbon_kinds

if TYPE_CHECKING:
    from chainwright.carbon.inventory.activities import Activities
    from chainwright.system import System

__all__ = ["PROPERTIES", "measured_fuels"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

PROPERTIES = ("ncv", "carbon", "oxidation")
"""What is measured of a fuel, as it stands behind the colon of an item: ``diesel:ncv``."""


def measured_fuels(
    system: "System", held: "Activities", place: Codes, months: Codes
) -> tuple[Codes, Floats]:
    """Return the streams whose fuel was measured, ``(s,)``, and what was found, ``(s, m, 3)``.

    A value holds from its month on, until the next one; NaN before the first and for what was
    not measured.

    Parameters
    ----------
    system : System
        A system with firms and readings.
    held : Activities
        What firms did.
    place : ndarray of int32
        Place in the register of each firm that has readings.
    months : ndarray of int32, shape (m,)
        Months, one after the other.
    """
    readings = system.readings
    number = int(carbon_kinds()["fuel_properties"]["number"])
    column = readings.month - months[0]
    rows = np.flatnonzero(
        (readings.kind == number) & (column < len(months)) & np.isfinite(readings.value)
    )
    at = {word: i for i, word in enumerate(readings.items)}
    fuel = np.full(len(readings.items), -1, dtype=np.int64)
    which = np.zeros(len(readings.items), dtype=np.int64)
    for word, i in at.items():
        name, colon, of = word.rpartition(":")
        if colon and of in PROPERTIES and name in at:
            fuel[i], which[i] = at[name], PROPERTIES.index(of)
    rows = rows[fuel[readings.item[rows]] >= 0]
    burnt = np.flatnonzero(np.isin(held.part, [Part.FUEL, Part.BIOGENIC]))
    width = np.int64(len(readings.items) + 1)
    asked = held.firm[burnt] * width + held.item[burnt]
    key = place[readings.firm[rows]] * width + fuel[readings.item[rows]]
    measured = np.isin(asked, key)
    streams, asked = burnt[measured], asked[measured]
    found = np.full((len(streams), len(months), len(PROPERTIES)), np.nan)
    order = np.argsort(asked, kind="stable")
    first = np.searchsorted(asked, key, sorter=order)
    for row, where, of in zip(rows.tolist(), first.tolist(), key.tolist(), strict=True):
        if where == len(order) or asked[order[where]] != of:
            continue  # measured of a fuel that the firm does not burn
        same = np.flatnonzero(asked == of)
        found[same, max(0, int(column[row])), which[readings.item[row]]] = readings.value[row]
    for month in range(1, len(months)):
        now = found[:, month]
        np.copyto(now, found[:, month - 1], where=np.isnan(now))
    return streams.astype(np.int32), found
