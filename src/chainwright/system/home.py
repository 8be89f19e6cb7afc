"""Whose industry is looked at: a region, a list of regions, or a named group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, UnknownCodeError
from chainwright.params import table
from chainwright.system.flows import Flows

__all__ = ["Home", "Regions", "groups", "resolved"]

Regions = str | Sequence[str]
"""A region's code, several codes, a named group such as EU27, or codes joined by ``+``."""


def groups() -> dict[str, tuple[str, ...]]:
    """Return the named groups of regions and their members' ISO 3166 codes.

    Examples
    --------
    >>> "CHN" in groups()["BRICS"]
    True
    """
    found: dict[str, list[str]] = {}
    for row in table("region_groups"):
        found.setdefault(row["group"], []).append(row["code"])
    return {name: tuple(codes) for name, codes in found.items()}


@dataclass(frozen=True, eq=False)
class Home:
    """Home, and the nation around it where one is given.

    Deliveries inside home are domestic. With a nation each share has three parts: home, the rest
    of the nation, abroad.

    Parameters
    ----------
    name : str
        How it was asked for.
    regions : tuple of str
        Codes of home in this table.
    nation : tuple of str
        Codes of the nation in this table, home included; equal to `regions` if none was given.
    missing : tuple of str
        Members of a named group that the table does not list; they are part of its rest of the
        world, so count as abroad.
    """

    name: str
    regions: tuple[str, ...]
    nation: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, flows: Flows, home: Regions, nation: Regions | None = None) -> "Home":
        """Return home as the codes that this table has for it.

        Parameters
        ----------
        flows : Flows
            The table.
        home : str or sequence of str
            A region, several, or a named group.
        nation : str or sequence of str, optional
            The same for the nation around home.

        Raises
        ------
        UnknownCodeError
            If the table has no such region; near codes are offered.
        LabelError
            If the nation does not hold home, or home is the whole table of several regions.
        """
        regions, missing = resolved(flows, home)
        around, lacking = resolved(flows, nation) if nation is not None else (regions, missing)
        outside = [r for r in regions if r not in around]
        if outside:
            msg = f"The nation lacks {', '.join(outside)} of home. Name a nation that holds home."
            raise LabelError(msg)
        every = flows.nodes.regions.codes
        if len(every) > 1 and set(around) == set(every) and flows.imports is None:
            msg = (
                "Home is the whole table, so nothing comes from abroad. "
                "Name one region or a group of regions as home."
            )
            raise LabelError(msg)
        name = "+".join(dict.fromkeys(home.split("+") if isinstance(home, str) else home))
        return cls(name, regions, around, tuple(dict.fromkeys((*missing, *lacking))))

    def mask(self, flows: Flows) -> npt.NDArray[np.bool_]:
        """Return which nodes of `flows` are at home, shape (n,)."""
        return flows.nodes.mask(regions=self.regions)

    def nation_mask(self, flows: Flows) -> npt.NDArray[np.bool_]:
        """Return which nodes of `flows` are in the nation, home included, shape (n,)."""
        return flows.nodes.mask(regions=self.nation)


def resolved(flows: Flows, wanted: Regions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the table's codes for what was asked, in the table's order, and what it lacks.

    A country that stands in parts (CHN, which only uses, beside CN1 and CN2) is all of them, and
    so are all its parts together.

    Parameters
    ----------
    flows : Flows
        The table.
    wanted : str or sequence of str
        A region, several, or a named group.

    Raises
    ------
    UnknownCodeError, LabelError
        If the table has no such region, or no member of the group.
    """
    axis, named = flows.nodes.regions, groups()
    by_iso: dict[str, list[str]] = {}
    for row in table("regions"):  # parts of a country, such as CN1 and CN2, share its ISO code
        if row["code"] in axis.place:
            by_iso.setdefault(row["iso3"], []).append(row["code"])
    codes: set[str] = set()
    missing: list[str] = []
    for word in wanted.split("+") if isinstance(wanted, str) else list(wanted):
        if word in axis.place:
            codes.add(word)
        elif word in by_iso:
            codes.update(by_iso[word])
        elif word in named:
            inside = [c for m in named[word] for c in by_iso.get(m, [m]) if c in axis.place]
            missing += [m for m in named[word] if m not in by_iso and m not in axis.place]
            if not inside:
                msg = f"None of the {len(named[word])} members of {word} is a region of this table."
                raise LabelError(msg)
            codes.update(inside)
        else:
            raise UnknownCodeError(word, "region of this table", [*axis.codes, *named])
    for whole, parts in _split(axis.codes).items():
        if whole in codes:
            codes.update(parts)
        elif codes.issuperset(parts) and whole in axis.place:
            codes.add(whole)
    return tuple(c for c in axis.codes if c in codes), tuple(missing)


def _split(codes: Sequence[str]) -> dict[str, list[str]]:
    """Return the parts, among `codes`, of each country that stands in parts."""
    found: dict[str, list[str]] = {}
    for row in table("regions"):
        if row["kind"] == "part" and row["code"] in codes:
            found.setdefault(row["part_of"], []).append(row["code"])
    return found
