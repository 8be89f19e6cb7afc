"""What a report on a maker's chain is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chainwright.errors import ParameterError
from chainwright.system import Language

__all__ = ["GAPS", "OUTAGES", "PARTS", "UNASKED", "MakerQuestion", "parts_of"]

PARTS = (
    "exposure",
    "single_sources",
    "common_suppliers",
    "supplier_tiers",
    "mitigation",
    "missing_data",
)
"""What a report may hold besides the counts of its cover, in the order of its pages."""

UNASKED = tuple(part for part in PARTS if part != "mitigation")
"""What a report holds if nothing is asked: measures take minutes where gaps are many."""

GAPS = 40
"""Gaps that measures are sought for, those with the largest loss first."""

OUTAGES = (2.0, 4.0, 8.0, 12.0, 26.0)
"""Lengths of an outage that losses are worked out for [week]."""


@dataclass(frozen=True)
class MakerQuestion:
    """What is asked about a maker's chain.

    Parameters
    ----------
    language : str
        ``"en"`` or ``"zh"``.
    parts : tuple of str
        Which of `PARTS`; what is not among them is left out, and the page says so.
    by : str
        What fails in a scenario: ``"site"``, ``"node"``, ``"supplier"``, ``"region"``,
        ``"place"`` or ``"item"``.
    outages : tuple of float
        Lengths of an outage [week].
    gaps : int
        For how many gaps measures are sought, those with the largest loss first.
    currency : str, optional
        ISO 4217 code of prices, where the folder does not say it.
    trade : str, optional
        Where trade in products lies, from which deeper tiers are inferred.
    chains : tuple of str
        Chain maps, from which deeper tiers are inferred: names of ours, or folders.
    """

    language: Language
    parts: tuple[str, ...] = UNASKED
    by: str = "site"
    outages: tuple[float, ...] = OUTAGES
    gaps: int = GAPS
    currency: str | None = None
    trade: str | None = None
    chains: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the question as JSON values."""
        return {
            "of": "maker",
            "lang": self.language,
            "parts": list(self.parts),
            "by": self.by,
            "outages": list(self.outages),
            "gaps": self.gaps,
            "currency": self.currency,
            "trade": self.trade,
            "chains": list(self.chains),
        }

    @classmethod
    def of_dict(cls, told: Mapping[str, Any]) -> "MakerQuestion":
        """Return the question that a manifest tells.

        Parameters
        ----------
        told : mapping
            As `as_dict` returns it.
        """
        return cls(
            language=told["lang"],
            parts=tuple(told["parts"]),
            by=told["by"],
            outages=tuple(float(t) for t in told["outages"]),
            gaps=int(told["gaps"]),
            currency=told["currency"],
            trade=told.get("trade"),
            chains=tuple(told.get("chains", ())),
        )


def parts_of(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return parts of a report in the order of its pages; hyphens count as underscores.

    Parameters
    ----------
    wanted : sequence of str
        Some of `PARTS`.

    Raises
    ------
    ParameterError
        If one is no part of a report.

    Examples
    --------
    >>> parts_of(["missing-data", "exposure"])
    ('exposure', 'missing_data')
    """
    asked = {word.replace("-", "_") for word in wanted}
    unknown = sorted(asked - set(PARTS))
    if unknown:
        expected = f"some of {', '.join(PARTS)}"
        raise ParameterError("parts", "a report on a maker", expected, ", ".join(unknown))
    return tuple(part for part in PARTS if part in asked)
