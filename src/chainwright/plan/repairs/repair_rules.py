"""Rules that a plan keeps: locked, forbidden, shares of regions, home suppliers, carbon."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError, UnknownCodeError

__all__ = ["Candidates", "RepairRules"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Candidates:
    """What rules ask about ``I`` measures.

    Parameters
    ----------
    names : tuple of str
        Names of the measures.
    region : tuple of str
        Where the money of each is spent; empty where it is not known.
    product : tuple of str
        Product that each is about.
    home_supplier : ndarray of bool
        ``(I,)`` whether it sets up a supplier at home.
    carbon_t_per_year : ndarray
        ``(I,)`` tonnes of CO2 a year.
    needs : tuple of (int, int)
        ``(i, j)``: i is only taken with j, and not started before it.
    excludes : tuple of (int, int)
        Of these two at most one is taken.
    groups : tuple of tuple of int
        Of each group at most one is taken.
    """

    names: tuple[str, ...]
    region: tuple[str, ...]
    product: tuple[str, ...]
    home_supplier: Bools
    carbon_t_per_year: Floats
    needs: tuple[tuple[int, int], ...] = ()
    excludes: tuple[tuple[int, int], ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def plain(cls, names: Iterable[str]) -> "Candidates":
        """Return measures about which nothing is known but their names.

        Parameters
        ----------
        names : iterable of str
            Names of the measures.
        """
        held = tuple(names)
        blank = ("",) * len(held)
        count = len(held)
        return cls(held, blank, blank, np.zeros(count, np.bool_), np.zeros(count))

    @property
    def alternatives(self) -> tuple[tuple[int, ...], ...]:
        """Sets of measures of which at most one is taken: groups, then pairs."""
        return tuple(self.groups) + tuple(self.excludes)


@dataclass(frozen=True)
class RepairRules:
    """What a plan must keep to, besides its budget and what the table of measures says.

    Parameters
    ----------
    locked : tuple of str
        Measures that are taken in any case.
    forbidden : tuple of str
        Measures that are not taken in any case.
    least_share : mapping of str to float
        At least this share of the spending (present value) goes to measures of a region.
    home_suppliers : mapping of str to int
        At least so many of the measures that set up a supplier of a product at home are taken.
    carbon_cap_t : float, optional
        At most so many tonnes of CO2 a year from all measures together.

    Examples
    --------
    >>> RepairRules(least_share={"CHN": 1.5})
    Traceback (most recent call last):
    ...
    chainwright.errors.ParameterError: The 'least_share' parameter of RepairRules must be shares
    from 0 to 1, together at most 1. Got {'CHN': 1.5}.
    """

    locked: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    least_share: Mapping[str, float] = field(default_factory=dict)
    home_suppliers: Mapping[str, int] = field(default_factory=dict)
    carbon_cap_t: float | None = None

    def __post_init__(self) -> None:
        for name in ("locked", "forbidden"):
            if isinstance(getattr(self, name), str):
                raise ParameterError(name, "RepairRules", "a list of names", getattr(self, name))
            object.__setattr__(self, name, tuple(getattr(self, name)))
        shares = self.least_share.values()
        if not all(0.0 <= share <= 1.0 for share in shares) or sum(shares) > 1.0 + 1e-9:
            expected = "shares from 0 to 1, together at most 1"
            raise ParameterError("least_share", "RepairRules", expected, dict(self.least_share))
        if not all(k >= 0 and float(k).is_integer() for k in self.home_suppliers.values()):
            expected = "whole numbers, 0 or more"
            raise ParameterError(
                "home_suppliers", "RepairRules", expected, dict(self.home_suppliers)
            )
        cap = self.carbon_cap_t
        if cap is not None and not (np.isfinite(cap) and cap >= 0.0):
            raise ParameterError("carbon_cap_t", "RepairRules", "0 or more tonnes", cap)

    def checked(self, candidates: Candidates) -> "RepairRules":
        """Return the rules, once all that they name is known.

        Parameters
        ----------
        candidates : Candidates
            The measures.

        Raises
        ------
        UnknownCodeError
            If a measure, region or product is not one of the candidates'; offers near names.
        """
        known = {
            "repair measure": ((*self.locked, *self.forbidden), candidates.names),
            "region of a repair measure": (tuple(self.least_share), candidates.region),
            "product of a repair measure": (tuple(self.home_suppliers), candidates.product),
        }
        for kind, (asked, names) in known.items():
            held = sorted(set(names) - {""})
            for code in asked:
                if code not in held:
                    raise UnknownCodeError(code, kind, held)
        return self
