"""Facts of our own in small tables: lists of codes, names, groups, assumptions, with sources."""

import csv
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING

from chainwright.errors import ParameterError, UnknownCodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Spec", "fact_tables", "param", "table"]


def fact_tables() -> tuple[str, ...]:
    """Return the names of all fact tables, sorted.

    Examples
    --------
    >>> "sectors" in fact_tables()
    True
    """
    found = files("chainwright").joinpath("params").iterdir()
    return tuple(sorted(f.name.removesuffix(".csv") for f in found if f.name.endswith(".csv")))


@cache
def table(name: str) -> "tuple[Mapping[str, str], ...]":
    """Return the rows of the fact table `name`, each a mapping of column to text.

    Parameters
    ----------
    name : str
        One of `fact_tables`.

    Raises
    ------
    UnknownCodeError
        If there is no such table.

    Examples
    --------
    >>> row = next(r for r in table("sectors") if (r["list"], r["code"]) == ("wiod2013", "c14"))
    >>> row["name_en"], row["section"]
    ('Electrical and optical equipment', 'C')
    """
    if name not in fact_tables():
        raise UnknownCodeError(name, "fact table", fact_tables())
    text = files("chainwright").joinpath(f"params/{name}.csv").read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))


def param(default: float, *, unit: str, low: float, high: float, source: str) -> float:
    """Declare a field of a `Spec`.

    Parameters
    ----------
    default : float
        Value that holds when none is given.
    unit : str
        Unit of the value: ``share``, ``day``, ``1`` for a pure number.
    low, high : float
        Closed range of allowed values.
    source : str
        Where the default comes from: a standard, a paper, or "assumption".
    """
    declared = {"unit": unit, "low": low, "high": high, "source": source}
    return field(default=default, metadata=declared)


@dataclass(frozen=True)
class Spec:
    """Base of every set of parameters: a value outside its range cannot be made.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Cut(Spec):
    ...     share: float = param(0.1, unit="share", low=0.0, high=1.0, source="assumption")
    >>> Cut(share=-1.0)
    Traceback (most recent call last):
    chainwright.errors.ParameterError: The 'share' parameter of Cut must be a number from 0.0 \
to 1.0 [share]. Got -1.0.
    """

    def __post_init__(self) -> None:
        for spec in fields(self):
            value, declared = getattr(self, spec.name), spec.metadata
            if not declared:
                continue
            number = isinstance(value, Real) and not isinstance(value, bool)
            if not (number and declared["low"] <= value <= declared["high"]):
                expected = (
                    f"a number from {declared['low']} to {declared['high']} [{declared['unit']}]"
                )
                raise ParameterError(spec.name, type(self).__name__, expected, value)
