"""Which revision of the Harmonized System a set of codes is of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from chainwright.classes.code_lists import HS, classification
from chainwright.params import table

__all__ = ["Revisions", "hs_revisions"]


@dataclass(frozen=True)
class Revisions:
    """What revisions of the Harmonized System hold a set of codes.

    Parameters
    ----------
    holding : tuple of str
        Revisions that hold all the codes, oldest first.
    lacking : mapping of str to tuple of str
        For each other revision the codes that it lacks, sorted.
    undated : tuple of str
        Codes of none of the revisions whose lists are here, but of the concordance of all
        revisions with ISIC: they are of 1996, 2002, 2007 or 2012, and which is not known here.
    unknown : tuple of str
        Codes of no revision at all.
    """

    holding: tuple[str, ...]
    lacking: Mapping[str, tuple[str, ...]]
    undated: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Whether all the codes are known and dated, and yet no one revision holds them all.

        Such codes are of a revision between those that are here, or of several mixed.
        """
        return not (self.holding or self.undated or self.unknown)


@cache
def _ever() -> frozenset[str]:
    """Return all codes of two, four and six digits that the concordance with ISIC Rev.4 has."""
    six = [row["from_code"] for row in table("bridge_hs_isic4")]
    return frozenset(code[:digits] for code in six for digits in (2, 4, 6))


def hs_revisions(codes: Iterable[str]) -> Revisions:
    """Return the revisions of the Harmonized System that hold all of `codes`.

    The lists of 1992, 2017 and 2022 are here. The codes of the revisions between are known as a
    whole (`Revisions.undated`) but not by revision, so that a file of 2012, say, is neither
    confirmed nor refused.

    Parameters
    ----------
    codes : iterable of str
        Codes of two, four or six digits, as text: ``"010121"``.

    Examples
    --------
    >>> hs_revisions(["010121", "854142"]).holding
    ('HS2022',)
    >>> found = hs_revisions(["010111", "854142", "123"])
    >>> found.lacking["HS2022"], found.unknown
    (('010111', '123'), ('123',))
    """
    given = set(codes)
    missing = {key: given - classification(key).place.keys() for key in HS}
    nowhere = set.intersection(*missing.values()) if given else set()
    return Revisions(
        holding=tuple(key for key, lost in missing.items() if not lost),
        lacking={key: tuple(sorted(lost)) for key, lost in missing.items() if lost},
        undated=tuple(sorted(nowhere & _ever())),
        unknown=tuple(sorted(nowhere - _ever())),
    )
