"""The currency of prices: that of the maker, or of all its files; never mixed, never converted."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from chainwright.sources.maker_tables import REQUIRED
from chainwright.system.maker_intake.findings import REJECTED, Finding
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["match_currency"]

MONEY = (
    Field("parts", "unit_cost"),
    Field("sourcing", "price"),
    Field("products", "price"),
    Field("products", "margin"),
    Field("alternates", "price"),
    Field("alternates", "fixed_cost_low"),
    Field("alternates", "fixed_cost_high"),
)


def match_currency(work: Work, currency: str | None) -> str | None:
    """Return the currency of the maker's prices; cells in another one are rejected.

    Parameters
    ----------
    work : Work
        Changed in place.
    currency : str or None
        The maker's currency as a person gives it. Without it, that in which most prices stand is
        taken and told; if two have the most, none is, and all prices with a currency are rejected.
    """
    held = list(_prices(work))
    counts: Counter[str] = Counter()
    for _, _, written in held:
        counts.update(written[written != ""].tolist())
    if not counts:
        return currency
    most = [name for name, n in counts.items() if n == max(counts.values())]
    own = currency or (most[0] if len(most) == 1 else "")
    told = bool(currency) or not own
    for field, at, written in held:
        if not told and (written == own).any():
            work.tell(field, at[written == own][:1], own, "currency_taken", {"currency": own})
            told = True
        values = work.frames[field.table][field.column]
        code = "other_currency" if own else "several_currencies"
        for i in np.flatnonzero((written != "") & (written != own)):
            name, row = str(written[i]), int(at[i])
            facts = {"found": name, "own": own, "all": ", ".join(sorted(counts))}
            whole = field.column in REQUIRED[field.table]
            cell = f"{float(values.iloc[row]):g} {name}"
            where = (field.table, row, field.column)
            work.say(Finding(REJECTED, *where, cell, code, facts, whole=whole))
    return own or None


def _prices(
    work: Work,
) -> Iterator[tuple[Field, npt.NDArray[np.int64], npt.NDArray[np.object_]]]:
    """Yield each column of money: its rows that are filled, and the currency of each."""
    for field in MONEY:
        if work.has(field.table):
            at = np.flatnonzero(work.frames[field.table][field.column].notna().to_numpy())
            yield field, at, work.cells[field.table].units(field.column)[at]
