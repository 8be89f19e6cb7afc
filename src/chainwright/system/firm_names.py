"""Firms that chain maps name and the table of firms does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

import pandas as pd

from chainwright.system.axis import Language
from chainwright.system.result import Result
from chainwright.system.system import System
from chainwright.tables import schema

__all__ = ["UnknownFirms", "unknown_firms"]


@dataclass(frozen=True, eq=False, repr=False)
class UnknownFirms(Result):
    """Firms of the chain maps of a system that its table of firms lacks.

    Parameters
    ----------
    rows : DataFrame
        A row a chain and firm.
    """

    name: ClassVar[str] = "unknown_firms"

    rows: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return a row a chain and firm, the firm with most rows of supply first."""
        return self.rows.copy()

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the firms are called that are near ones.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column != "near":
            return {}
        axis = self.system.firms.axis
        return {code: axis.name(i, language) for i, code in enumerate(axis.codes)}


def unknown_firms(system: System) -> UnknownFirms:
    """Return the firms that chain maps name and the table of firms does not know.

    It is a warning and no error: a chain map stands without a table of firms, and a document may
    name a firm that nobody has looked up.

    Parameters
    ----------
    system : System
        With chain maps and firms.

    Raises
    ------
    MissingPartError
        If the system lacks one of the two.

    Returns
    -------
    UnknownFirms
        Empty if every firm is known. A firm whose name, not identity, is written has its identity
        as the near one.
    """
    known = system.firms.table
    by_name = {
        name: firm
        for column in ("name_en", "name_zh")
        for name, firm in zip(known[column], known["firm"], strict=True)
        if name
    }
    identities = set(known["firm"])
    rows = [
        (
            name,
            firm,
            " ".join(dict.fromkeys(group["node"])),
            len(group),
            _near(str(firm), by_name, known),
        )
        for name, chain in system.chains.items()
        for firm, group in chain.supply.groupby("firm", sort=True)
        if firm and firm not in identities
    ]
    columns = [c.column for c in schema(UnknownFirms.name)]
    frame = pd.DataFrame(rows, columns=columns).astype({"rows": "int64"})
    order = ["rows", "chain", "firm"]
    return UnknownFirms(
        system,
        frame.sort_values(order, ascending=[False, True, True], ignore_index=True),
    )


def _near(firm: str, by_name: Mapping[str, str], known: pd.DataFrame) -> str:
    """Return the identity that was meant, as far as its letters tell."""
    if firm in by_name:
        return by_name[firm]
    meant = {text.casefold(): identity for text, identity in by_name.items()}
    meant |= {identity.casefold(): identity for identity in known["firm"]}
    close = get_close_matches(firm.casefold(), list(meant), n=1, cutoff=0.8)
    return meant[close[0]] if close else ""
