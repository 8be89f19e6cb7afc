"""Two kinds of electricity factor that must never be mixed, as two types."""

from dataclasses import dataclass
from typing import Self

from chainwright.carbon.factors.factor_records import Factor, series_records
from chainwright.errors import BoundaryError, UnknownCodeError

__all__ = ["FootprintElectricity", "GridFactor", "footprint_electricity"]


@dataclass(frozen=True, slots=True)
class _PerPower:
    """What both kinds share; arithmetic between the two is refused."""

    value: float
    region: str = "CN"
    year: int | None = None
    code: str = ""

    @classmethod
    def of(cls, factor: object) -> Self:
        """Return `factor` if it is of this kind, and refuse the other kind and bare numbers."""
        if type(factor) is cls:
            return factor
        msg = (
            f"A {cls.__name__} is needed here. Got {factor!r}. Factors of the grid are for the "
            "account of a firm (CO2 of generation), life-cycle factors for product footprints "
            f"(CO2e): they are never exchanged. Say which it is: carbon.{cls.__name__}(value)."
        )
        raise BoundaryError(msg)

    def tonnes(self, energy_mwh: float) -> float:
        """Return the emission of an amount of power `energy_mwh`, in t."""
        return self.value * energy_mwh

    def __sub__(self, other: object) -> float:
        return self.value - self.of(other).value

    def __truediv__(self, other: object) -> float:
        return self.value / self.of(other).value

    def __lt__(self, other: object) -> bool:
        return self.value < self.of(other).value

    def __gt__(self, other: object) -> bool:
        return self.value > self.of(other).value


@dataclass(frozen=True, slots=True)
class GridFactor(_PerPower):
    """Emission of power from the grid, in tCO2 per MWh: generation only, for accounts of firms.

    Parameters
    ----------
    value : float
        tCO2 per MWh.
    region : str, optional
        Two digits of a province, a regional grid, or a country.
    year : int, optional
        The year that it is of.
    code : str, optional
        Of the record behind it; empty for a number of one's own.

    Examples
    --------
    >>> GridFactor(0.4974).tonnes(2500)
    1243.5
    """


@dataclass(frozen=True, slots=True)
class FootprintElectricity(_PerPower):
    """Footprint of electricity, in tCO2e per MWh (kgCO2e per kWh): life cycle, for products.

    Parameters
    ----------
    value : float
        tCO2e per MWh.
    region : str, optional
        A country or a place.
    year : int, optional
        The year that it is of.
    code : str, optional
        Of the record behind it; empty for a number of one's own.

    Examples
    --------
    >>> GridFactor.of(FootprintElectricity(0.5777))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    chainwright.errors.BoundaryError: A GridFactor is needed here. Got FootprintElectricity...
    """


def footprint_electricity(year: int = 2024, part: str = "generation") -> FootprintElectricity:
    """Return the published footprint of electricity in China.

    Parameters
    ----------
    year : int, optional
        2023 or 2024.
    part : str, optional
        ``"generation"``, ``"transmission_with_losses"`` or ``"transmission_without_losses"``.

    Raises
    ------
    UnknownCodeError
        If there is none for the year and part.

    Examples
    --------
    >>> footprint_electricity(2023).value
    0.6205
    """
    known = {(f.year, f.item): f for f in series_records()["footprint-electricity"]}
    if (year, part) not in known:
        words = [f"{p} of {y}" for y, p in known]
        raise UnknownCodeError(f"{part} of {year}", "footprint of electricity", words)
    record: Factor = known[year, part]
    return FootprintElectricity(record.value, record.region, record.year, record.code)
