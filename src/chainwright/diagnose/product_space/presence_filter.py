"""Which places and products are left out before presence is found, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from numbers import Real

import numpy as np
import numpy.typing as npt

from chainwright.errors import ParameterError
from chainwright.system import Axis

__all__ = ["Kept", "PresenceFilter"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Kept:
    """What a filter leaves.

    Parameters
    ----------
    places, products : ndarray of bool, shapes (C,) and (P,)
        What is kept.
    place_reasons, product_reasons : ndarray of str, shapes (C,) and (P,)
        Key of the reason of what is left out; empty for what is kept.
    """

    places: Bools
    products: Bools
    place_reasons: Words
    product_reasons: Words


@dataclass(frozen=True)
class PresenceFilter:
    """What is left out, explicitly; nothing by default.

    Parameters
    ----------
    places, products : iterable of str, optional
        Keep these alone. Codes that the input lacks are refused.
    min_share : float
        Least share of a place in the exports of all places.
    min_product_share : float
        Least share of a product in the exports of all products.
    min_diversity, min_ubiquity : int
        Least number of products that a place has, and of places that have a product, after the
        rules above.
    core : bool
        Whether advantages are found anew and the two last rules applied until nothing more falls;
        else they are applied once.

    Examples
    --------
    >>> PresenceFilter(min_share=1e-4).as_dict()
    {'min_share': 0.0001}
    """

    places: Iterable[str] | None = None
    products: Iterable[str] | None = None
    min_share: float = 0.0
    min_product_share: float = 0.0
    min_diversity: int = 0
    min_ubiquity: int = 0
    core: bool = False

    def __post_init__(self) -> None:
        for name in ("places", "products"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise ParameterError(name, "PresenceFilter", "several codes", given)
            if given is not None:
                object.__setattr__(self, name, tuple(given))
        for name, high, unit in (
            ("min_share", 1.0, "share"),
            ("min_product_share", 1.0, "share"),
            ("min_diversity", np.inf, "1"),
            ("min_ubiquity", np.inf, "1"),
        ):
            value = getattr(self, name)
            number = isinstance(value, Real) and not isinstance(value, bool)
            if not (number and 0.0 <= value <= high):
                expected = f"a number from 0.0 to {high} [{unit}]"
                raise ParameterError(name, "PresenceFilter", expected, value)
        if self.core and not (self.min_diversity or self.min_ubiquity):
            expected = "used with min_diversity or min_ubiquity, which it repeats"
            raise ParameterError("core", "PresenceFilter", expected, self.core)

    @classmethod
    def of(cls, given: "PresenceFilter | Mapping[str, object] | None") -> "PresenceFilter":
        """Return a filter from a mapping of its parameters, or as it is.

        Parameters
        ----------
        given : PresenceFilter, mapping or None
            As ``{"min_share": 1e-4}``; None filters nothing.

        Raises
        ------
        ParameterError
            If a parameter is unknown or outside its range.

        Examples
        --------
        >>> PresenceFilter.of({"min_diversity": 5, "core": True}).core
        True
        """
        if isinstance(given, cls):
            return given
        if given is None:
            return cls()
        if not isinstance(given, Mapping):
            expected = "a mapping such as {'min_share': 1e-4}, or nothing"
            raise ParameterError("filter", "complexity", expected, given)
        known = [f.name for f in fields(cls)]
        for name in given:
            if name not in known:
                expected = f"a mapping with keys of {', '.join(known)}"
                raise ParameterError("filter", "complexity", expected, name)
        return cls(**dict(given))  # type: ignore[arg-type]

    @property
    def idle(self) -> bool:
        """Whether it leaves nothing out."""
        return not self.as_dict()

    def as_dict(self) -> dict[str, object]:
        """Return the rules that are set, as JSON values."""
        default = PresenceFilter.__dataclass_fields__
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value != default[name].default
        }

    def kept(
        self,
        value: Floats,
        axes: tuple[Axis, Axis],
        present: Callable[[Bools, Bools], Bools],
    ) -> Kept:
        """Return what is kept, and why the rest is not.

        Parameters
        ----------
        value : ndarray, shape (C, P)
            Amounts.
        axes : (Axis, Axis)
            Places and products.
        present : callable
            Returns M, shape (C, P), of the places and products that two arrays of bool name.

        Raises
        ------
        UnknownCodeError
            If a place or product to keep is not in the input.
        """
        known = np.nan_to_num(value)
        total = known.sum()
        places, products = (np.full(n, "", dtype=object) for n in value.shape)
        for reasons, axis, wanted in (
            (places, axes[0], self.places),
            (products, axes[1], self.products),
        ):
            if wanted is not None:
                off = np.ones(len(axis), dtype=bool)
                off[axis.index(wanted)] = False
                reasons[off] = "not asked for"
        with np.errstate(invalid="ignore"):
            _leave_out(places, known.sum(axis=1) < self.min_share * total, "small share")
            _leave_out(products, known.sum(axis=0) < self.min_product_share * total, "small share")
        falling = bool(self.min_diversity or self.min_ubiquity)
        while falling:
            M = present(places == "", products == "")
            few = (M.sum(axis=1) < self.min_diversity) & (places == "")
            rare = (M.sum(axis=0) < self.min_ubiquity) & (products == "")
            _leave_out(places, few, "few products")
            _leave_out(products, rare, "few places")
            falling = self.core and bool(few.any() or rare.any())
        return Kept(places == "", products == "", places, products)


def _leave_out(reasons: Words, off: Bools, reason: str) -> None:
    reasons[off & (reasons == "")] = reason
