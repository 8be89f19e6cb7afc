"""The part `safeguards`: what a system holds ready against shocks, beside what its tables show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from chainwright.errors import Breach, TableError, near

__all__ = ["SAFEGUARD_KINDS", "Safeguard", "Safeguards"]

SAFEGUARD_KINDS = ("reserve", "second_source", "backup_capacity", "strengthen", "stabilise")
"""What a safeguard can be; a missing link that is supplemented is a change of `flows` instead."""

UNLIMITED = ("reserve", "backup_capacity", "strengthen")
"""Kinds whose size may exceed one; the size of the others is a share."""

OF_PRODUCT = ("reserve", "second_source")
"""Kinds that are about a product that its users buy."""


@dataclass(frozen=True)
class Safeguard:
    """One thing that is held ready.

    Parameters
    ----------
    name : str
        Its identity.
    kind : str
        ``"reserve"``: weeks of what the users take of a product, besides their working stocks;
        ``"second_source"``: share of what is cut off that its users can order elsewhere, in
        proportion to what they buy there, whether or not there is room: where there is none, other
        users wait, and a larger share can avoid less than a smaller one;
        ``"backup_capacity"``: capacity that stands idle until it is switched on, as a share of
        output at rest; ``"strengthen"``: the same, running when a blow strikes; ``"stabilise"``:
        share of a blow that is kept off (contract, route, power and workforce cover).
    users : tuple of str
        Whom it serves: regions, nodes (``"CHN:c13"``), sectors or firms, in the words of the
        system. All of a region share one reserve; a node, or a firm, has its own.
        Among firms a code that is several of these is the first of firm, region, node, sector.
    size : float
        Weeks of use (`reserve`) or a share (all others).
    product : str
        What is held or bought elsewhere; a sector of `flows`. For `stabilise` on deliveries, what
        they are of; else empty.
    origins : tuple of str
        Regions, nodes or firms that deliver it; empty for all of them.
    after_days : float [day]
        Days from the first blow until it can be used: release or switch time.
    hold_back : float [share]
        Part of a reserve that is never released.

    Raises
    ------
    TableError
        If it is not in order in itself; it lists every breach.

    Examples
    --------
    >>> Safeguard("chips", "reserve", ("CHN",), 4.0, product="c14").size
    4.0
    """

    name: str
    kind: str
    users: tuple[str, ...]
    size: float
    product: str = ""
    origins: tuple[str, ...] = ()
    after_days: float = 0.0
    hold_back: float = 0.0

    def __post_init__(self) -> None:
        for column in ("users", "origins"):
            given = getattr(self, column)
            words = (given,) if isinstance(given, str) else tuple(str(word) for word in given)
            object.__setattr__(self, column, tuple(word for word in words if word))
        if breaches := list(self._breaches()):
            raise TableError("The safeguard", breaches)

    def _breaches(self) -> Iterator[Breach]:
        where = f"{self.name!r}, "
        if not self.name:
            yield Breach("its name", "nothing", "a name", "Name it.")
        if self.kind not in SAFEGUARD_KINDS:
            expected = f"one of {', '.join(SAFEGUARD_KINDS)}"
            remedy = f"Correct it.{near(self.kind, SAFEGUARD_KINDS)}"
            yield Breach(f"{where}kind", repr(self.kind), expected, remedy)
        if not self.users:
            yield Breach(f"{where}users", "nobody", "at least one", "Say whom it serves.")
        if self.kind in OF_PRODUCT and not self.product:
            yield Breach(f"{where}product", "nothing", "what is held or bought", "Name it.")
        most = inf if self.kind in UNLIMITED else 1.0
        for column, top in (("size", most), ("after_days", inf), ("hold_back", 1.0)):
            value = getattr(self, column)
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not (number and 0.0 <= value <= top and value < inf):
                expected = "a number from 0 to 1" if top == 1.0 else "a number of 0 or more"
                yield Breach(f"{where}{column}", repr(value), expected, "Correct it.")
            elif column == "hold_back" and value and self.kind != "reserve":
                remedy = "Leave it at 0."
                yield Breach(f"{where}{column}", f"{value:g}", "it for a reserve alone", remedy)


@dataclass(frozen=True)
class Safeguards:
    """What is held ready, each under a name of its own.

    Parameters
    ----------
    held : tuple of Safeguard
        In any order.

    Raises
    ------
    TableError
        If two have the same name.

    Examples
    --------
    >>> chips = Safeguard("chips", "reserve", ("CHN",), 4.0, product="c14")
    >>> Safeguards((chips,))
    <Safeguards: 1 held ready (chips)>
    """

    held: tuple[Safeguard, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", tuple(self.held))
        names = [one.name for one in self.held]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            breaches = [Breach(repr(name), "it twice", "one", "Rename one.") for name in twice]
            raise TableError("The safeguards", breaches)

    def __iter__(self) -> Iterator[Safeguard]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def of(self, *kinds: str) -> tuple[Safeguard, ...]:
        """Return those of some kinds that change anything, in the order of their names.

        Parameters
        ----------
        kinds : str
            Some of `SAFEGUARD_KINDS`.
        """
        found = (one for one in self.held if one.kind in kinds and one.size > 0.0)
        return tuple(sorted(found, key=lambda one: one.name))

    def with_(self, more: Iterable[Safeguard]) -> "Safeguards":
        """Return these and more.

        Parameters
        ----------
        more : iterable of Safeguard
            Under names that are not taken.

        Raises
        ------
        TableError
            If a name is taken.
        """
        return Safeguards((*self.held, *more))

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.held[:6]) + (", ..." * (len(self.held) > 6))
        return f"<Safeguards: {len(self.held)} held ready ({names})>"
