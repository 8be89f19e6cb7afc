"""Who is compared with whom: classes of GB/T 4754, and the wider groups around them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.params import table
from chainwright.system import System

__all__ = ["DIGITS", "PeerGroups", "peer_groups"]

DIGITS = (4, 3, 2, 1)
"""Digits of the groups that are tried one after the other; 1 stands for the section."""

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PeerGroups:
    """Groups that firms are in, from the class to the section; ``g`` groups, ``f`` firms.

    Parameters
    ----------
    codes : tuple of str, g
        Code of each group: four, three or two digits, or the letter of a section.
    member : ndarray of int32, shape (4, f)
        Place of the group of each firm at each step of `DIGITS`; -1 where its class is not known
        so finely.
    """

    codes: tuple[str, ...]
    member: Codes

    def sums(self) -> tuple[csr_array, ...]:
        """Return a matrix a step, ``(g, f)``, that sums numbers of firms by group."""
        f = self.member.shape[1]
        found = []
        for groups in self.member:
            held = np.flatnonzero(groups >= 0)
            ones = np.ones(len(held))
            found.append(csr_array((ones, (groups[held], held)), shape=(len(self.codes), f)))
        return tuple(found)


@cache
def _sections() -> dict[str, str]:
    return {row["code"]: row["parent"] for row in table("gbt4754") if row["level"] == "2"}


def peer_groups(system: System, firms: tuple[str, ...]) -> PeerGroups:
    """Return the groups of firms by the first class that the table of firms gives for each.

    Parameters
    ----------
    system : System
        A system with firms.
    firms : tuple of str
        Which of them, in this order.
    """
    frame = system.firms.table
    given = dict(zip(frame["firm"].tolist(), frame["gbt4754"].tolist(), strict=True))
    main = [given[firm].split(";")[0].strip() for firm in firms]
    by_step = [
        [
            _sections().get(code[:2], "") if d == 1 else code[:d] if len(code) >= d else ""
            for code in main
        ]
        for d in DIGITS
    ]
    codes = tuple(sorted({code for step in by_step for code in step if code}))
    place = {code: i for i, code in enumerate(codes)} | {"": -1}
    return PeerGroups(
        codes,
        np.array([[place[c] for c in step] for step in by_step], np.int32).reshape(
            len(DIGITS), len(firms)
        ),
    )
