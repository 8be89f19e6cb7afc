"""Suppliers and sites: those of their own tables, those that sources name, and whose they are."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from chainwright.params import table
from chainwright.system.maker_intake.known import Known
from chainwright.system.maker_intake.merging import register
from chainwright.system.maker_intake.names import plain
from chainwright.system.maker_intake.references import put_in_place, tell_new, understand
from chainwright.system.maker_intake.sites import match_sites
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["Partners", "match_partners"]

NAMED_IN = (
    Field("sites", "supplier"),
    Field("sourcing", "supplier"),
    Field("alternates", "supplier"),
)


@dataclass
class Partners:
    """Suppliers and sites that no table of theirs has.

    Parameters
    ----------
    suppliers : dict of str to str
        New suppliers, by the word that names them.
    sites : dict of str to str
        Who works each new site; empty for the maker itself.
    """

    suppliers: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)


@cache
def _own_words() -> frozenset[str]:
    return frozenset(plain(row["word"]) for row in table("own_words"))


def match_partners(work: Work) -> Partners:
    """Return the new suppliers and sites, and write codes wherever suppliers and sites are named.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    new = Partners()
    for asked in NAMED_IN[:2]:
        _own(work, asked)
    suppliers = Known(())
    register(work, "suppliers", "supplier", suppliers, by_name=True)
    meant, new.suppliers = understand(
        work, suppliers, NAMED_IN, kind="supplier", new=True, codes_are_names=True
    )
    for asked in NAMED_IN:
        put_in_place(work, asked, meant, kind="supplier", new=True)
    told: set[str] = set()
    for asked in NAMED_IN:
        unsaid = {word: code for word, code in new.suppliers.items() if word not in told}
        tell_new(work, asked, unsaid, "new_supplier")
        if work.has(asked.table):
            told |= set(work.cells[asked.table].frame[asked.column])
    match_sites(work, suppliers, new.sites)
    return new


def _own(work: Work, asked: Field) -> None:
    """Read words such as in-house as the maker itself."""
    if not work.has(asked.table):
        return
    frame = work.frames[asked.table]
    words = frame[asked.column]
    own = [word for word in words.unique() if plain(word) in _own_words()]
    for word in own:
        at = np.flatnonzero((words == word).to_numpy())
        work.tell(asked, at, word, "own")
    work.frames[asked.table] = frame.assign(**{asked.column: words.where(~words.isin(own), "")})
