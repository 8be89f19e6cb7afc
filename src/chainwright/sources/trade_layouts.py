"""Layouts of trade files: which column plays which role, from the fact table ``trade_columns``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from chainwright.params import table

__all__ = ["Layout", "Role", "layout_of", "layouts", "near_layout"]


@dataclass(frozen=True, slots=True)
class Role:
    """What a column of a trade file is for.

    Parameters
    ----------
    name : str
        ``year``, ``exporter``, ``importer``, ``place``, ``reporter``, ``partner``, ``flow``,
        ``product``, ``value``, ``quantity``, ``quantity unit``, ``currency``, ``revision``,
        ``product name``, or the dimension of a breakdown such as ``mode of transport``.
    column : str
        Name of the column in the file.
    factor : float
        What numbers are multiplied by.
    unit : str
        Unit of the numbers after that; empty if the column does not say.
    take : int
        How many of the last characters are the code; 0 for all.
    keep : str
        Which rows are kept: words between bars, all but those after ``!``, numbers ``>0``, codes of
        one ``level``; empty for all.
    classification : str
        List of codes that the column's name tells.
    """

    name: str
    column: str
    factor: float = 1.0
    unit: str = ""
    take: int = 0
    keep: str = ""
    classification: str = ""


@dataclass(frozen=True)
class Layout:
    """A layout of trade files, with the roles of the columns that a file has.

    Parameters
    ----------
    format : str
        Key in the fact table ``trade_formats``.
    name : str
        In words.
    bilateral : bool
        Whether it knows who buys.
    licence : str
        Terms of the data, as far as they are known.
    looks : str
        One line on how such a file looks.
    roles : tuple of Role
        One a role; the first column of the fact table that the file has.
    left_out : tuple of str
        Columns that are not used.
    """

    format: str
    name: str
    bilateral: bool
    licence: str
    looks: str
    roles: tuple[Role, ...] = ()
    left_out: tuple[str, ...] = ()

    def role(self, name: str) -> Role | None:
        """Return the role of that name, or None if the file has no column for it.

        Parameters
        ----------
        name : str
            Such as ``"value"``.
        """
        return next((role for role in self.roles if role.name == name), None)

    @property
    def ends(self) -> tuple[str, ...]:
        """Roles of the columns that name places, the seller or reporter first."""
        wanted = ("exporter", "importer", "reporter", "partner", "place")
        return tuple(name for name in wanted if self.role(name))


@cache
def layouts() -> tuple[Layout, ...]:
    """Return all layouts, the most telling first, without columns.

    Examples
    --------
    >>> [layout.format for layout in layouts()][:2]
    ['baci', 'comtrade']
    """
    return tuple(
        Layout(
            row["format"], row["name"], row["kind"] == "bilateral", row["licence"], row["layout"]
        )
        for row in table("trade_formats")
    )


@cache
def _columns(format: str) -> tuple[Role, ...]:
    return tuple(
        Role(
            row["role"],
            row["column"],
            float(row["factor"] or 1.0),
            row["unit"],
            int(row["take"] or 0),
            row["keep"],
            row["classification"],
        )
        for row in table("trade_columns")
        if row["format"] == format
    )


@cache
def _needs(format: str) -> tuple[str, ...]:
    return next(tuple(r["needs"].split()) for r in table("trade_formats") if r["format"] == format)


def layout_of(header: Sequence[str]) -> Layout | None:
    """Return the layout that a header fits, or None.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.

    Examples
    --------
    >>> layout_of(["t", "i", "j", "k", "v", "q"]).name
    'CEPII BACI'
    >>> layout_of(["exporter", "importer", "hs6", "value_usd"]).role("value").unit
    'USD'
    """
    for layout in layouts():
        roles = _fitting(layout.format, header)
        if all(need in {role.name for role in roles} for need in _needs(layout.format)):
            used = {role.column for role in roles}
            # the bilateral leg of an exports table would be summed twice
            others = tuple(name for name in header if name not in used)
            return Layout(
                layout.format, layout.name, layout.bilateral, layout.licence, layout.looks, roles,
                others,
            )  # fmt: skip
    return None


def near_layout(header: Sequence[str]) -> tuple[Layout, tuple[str, ...]] | None:
    """Return the layout that a header nearly fits and the columns it lacks, or None.

    Nearly means: it lacks one or two columns, and has at least two words that a flow table has not.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    """
    best: tuple[Layout, tuple[str, ...]] | None = None
    for layout in layouts():
        roles = {role.name for role in _fitting(layout.format, header)}
        missing = tuple(need for need in _needs(layout.format) if need not in roles)
        told = len(set(_needs(layout.format)) & roles - {"year", "value", "quantity"})
        if told >= 2 and len(missing) <= 2 and (best is None or len(missing) < len(best[1])):
            names = tuple(
                next(role.column for role in _columns(layout.format) if role.name == need)
                for need in missing
            )
            best = (layout, names)
    return best


def _fitting(format: str, header: Sequence[str]) -> tuple[Role, ...]:
    """Return the first column of each role that the header has, in the table's order."""
    found: dict[str, Role] = {}
    for role in _columns(format):
        if role.column in header:
            found.setdefault(role.name, role)
    return tuple(found.values())
