"""The section of ISIC Rev.4 that a sector of firms is of, told from its code where it can be."""

from dataclasses import replace
from functools import cache

from chainwright.classes import classification, translated
from chainwright.system import Axis

__all__ = ["with_sections"]

LISTS = ("ISIC4", "NACE2", "GBT4754")
"""Lists that codes are looked up in; the first that has them all holds for all."""


def with_sections(sectors: Axis) -> Axis:
    """Return the sectors with their sections as parents; unchanged if no list has all codes.

    Parameters
    ----------
    sectors : Axis
        Sectors of firms: codes of ISIC Rev.4, NACE Rev.2 or GB/T 4754-2017, with or without the
        section's letter and points.

    Examples
    --------
    >>> with_sections(Axis("sector", ("10.11", "4520"))).parents
    ('C', 'G')
    >>> with_sections(Axis("sector", ("toys", "4520"))).parents
    ()
    """
    if sectors.parents:
        return sectors
    for key in LISTS:
        known = _sections(key)
        if all(code in known for code in sectors.codes):
            return replace(sectors, parents=tuple(known[code] for code in sectors.codes))
    return sectors


@cache
def _sections(key: str) -> dict[str, str]:
    """Return the section of ISIC Rev.4 of each way to write a code of a list."""
    listed, found = classification(key), {}
    isic = classification("ISIC4")
    of_division: dict[str, str] = {}
    for code in listed.codes:
        *_, letter = line = listed.line(code)
        section = letter
        if key == "GBT4754":
            division = line[-2] if len(line) > 1 else listed.children(code)[0]
            if division not in of_division:
                to = str(translated(division, key, "ISIC4")["to_code"].iloc[0])
                of_division[division] = isic.line(to)[-1]
            section = of_division[division]
        for written in (code, code.replace(".", "")):
            found[written] = section
            if code != letter:
                found[letter + written] = section
    return found
