"""Provincial table of China by CEADs: 31 provinces with 42 sectors, imports as one row.

The layout is as it is described in the field: three rows of labels (province, sector, code) over
the data and three columns of labels beside them; sectors of all provinces, TI, final categories of
all provinces, EX; below the sectors IM, VA001 to VA004 and perhaps CO2 in Mt. It was tried on files
that were made in this layout; no published file was at hand.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chainwright.errors import Breach, TableError, near
from chainwright.params import table
from chainwright.sources.cells import gaps
from chainwright.sources.files import Format, Peek, Request, years_in
from chainwright.sources.reading import Array, Origin, Reading
from chainwright.sources.sheets import block, column_name, text

__all__ = ["FORMATS", "matches", "read"]

FORMAT = "CEADs provincial table of China"
CATEGORIES = ("FU101", "FU102", "FU103", "FU201", "FU202", "EX", "ERR")
TOTALS = ("TI", "TII", "TIU", "TFU", "TVA", "GO", "TO")
"""Codes of rows and columns that add others up."""

ADDED = ("VA001", "VA002", "VA003", "VA004")
BELOW = ("IM", *ADDED, "CO2", *TOTALS)
Pair = tuple[str, str]


def matches(peek: Peek) -> bool:
    """Return whether a file is a workbook with a sheet of this layout.

    Parameters
    ----------
    peek : Peek
        A first look at the file.
    """
    return peek.kind == "workbook" and _found(peek) is not None


def _found(peek: Peek) -> tuple[str, int] | None:
    """Return the sheet of the table, and the place of its row of codes."""
    for sheet in peek.workbook.sheets:
        for place, row in enumerate(peek.workbook.rows(sheet)[:8]):
            codes = [text(cell) for cell in row]
            # a national table has these codes too, each once
            if place >= 2 and codes.count("FU101") >= 2 and "FU201" in codes:
                return sheet, place
    return None


def read(peek: Peek, request: Request) -> Reading:
    """Return what a provincial table holds.

    Parameters
    ----------
    peek : Peek
        The workbook.
    request : Request
        Year, if neither the file's name nor the sheet's tells.

    Raises
    ------
    TableError
        If rows and columns differ, cells are no numbers, or the total of intermediate use is not
        the sum of its parts.
    MoneyError, ParameterError
        If another currency or another year is asked for than the file's.
    """
    sheet, top = _found(peek) or ("", 0)
    told = [*years_in(peek.own_name), *years_in(sheet.replace("_", " "))]
    found = _Table(peek.workbook.rows(sheet), top)
    breaches = list(_label_breaches(found))
    if breaches:
        raise TableError(peek.name, breaches)
    nodes, users = list(found.down), list(found.users)
    across = [found.across[node] for node in nodes]
    matrix = found.numbers(found.down.values(), across)
    final = found.numbers(found.down.values(), found.users.values())
    added = found.numbers([found.below[kind] for kind in ADDED], across)
    imports = found.below_row("IM", [*across, *found.users.values()])
    emitted = found.below_row("CO2", [*across, *found.users.values()])
    spread = list(_spread_breaches(found, len(nodes), IM=imports, CO2=emitted))
    stated = found.total("GO") if "GO" in found.totals else None
    sums = list(_sum_breaches(found, matrix))
    if found.breaches or sums or spread:
        raise TableError(peek.name, [*found.breaches, *sums, *spread])
    own = [j for j, (region, _) in enumerate(users) if region]
    users, final = _by_seller(nodes, users, final)
    n = len(nodes)
    codes = _codes()
    return Reading(
        origin=Origin(
            file=peek.path.name,
            format=FORMAT,
            version=f"sheet {sheet}",
            licence="free for research: cite CEADs and the papers that it names",
            sha256=request.sha256,
        ),
        nodes=[(codes.get(region, region), sector) for region, sector in nodes],
        users=[(codes.get(region, region), category) for region, category in users],
        matrix=matrix,
        final=final,
        value_added_kinds=ADDED,
        value_added=added,
        imports=[("", "IM")] if imports is not None else (),
        imports_matrix=None if imports is None else imports[:, :n],
        imports_final=None if imports is None else _widened(imports[:, n:][:, own], len(users)),
        stressors=[("CO2", "Mt")] if emitted is not None else (),
        stressors_matrix=None if emitted is None else emitted[:, :n],
        stressors_final=None if emitted is None else _widened(emitted[:, n:][:, own], len(users)),
        stated_output=stated,
        code_list="ceads42",
        category_list="ceads",
        names_en=found.names,
        currency=request.currency_of(peek, "CNY"),
        year=request.year_of(peek, told[0] if told else None),
        unit="10^4",
        price_basis="producer",
    )


@dataclass(eq=False)
class _Table:
    """Where the labels of a sheet are: nodes down and across, final users, the rows below."""

    rows: Sequence[Sequence[object]]
    top: int
    left: int = field(init=False)
    across: dict[Pair, int] = field(default_factory=dict)
    users: dict[Pair, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    down: dict[Pair, int] = field(default_factory=dict)
    below: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    odd: list[Breach] = field(default_factory=list)

    def __post_init__(self) -> None:
        codes = [text(cell) for cell in self.rows[self.top]]
        self.left = next((j for j, code in enumerate(codes) if code.isdigit()), 3)
        region = ""
        for j in range(self.left, len(codes)):
            # of merged cells only the first holds the label
            region = self._cell(self.top - 2, j) or region
            self._column(j, codes[j], region)
        region = ""
        for i in range(self.top + 1, len(self.rows)):
            region = self._cell(i, self.left - 3) or region
            self._row(i, self._cell(i, self.left - 1), region)

    def _cell(self, row: int, column: int) -> str:
        cells = self.rows[row]
        return text(cells[column]) if 0 <= column < len(cells) else ""

    def _column(self, place: int, code: str, region: str) -> None:
        where = f"column {column_name(place)}"
        if code.isdigit():
            self._put(self.across, (region, code.zfill(2)), place, where)
            self.names.setdefault(code.zfill(2), self._cell(self.top - 1, place))
        elif code in ("EX", "ERR"):
            own = self._cell(self.top - 2, place)
            self._put(self.users, (own if own in _codes() else "", code), place, where)
        elif code in CATEGORIES:
            self._put(self.users, (region, code), place, where)
        elif code in TOTALS:
            self.totals[code] = place
        elif code:
            self._unknown(where, code, (*CATEGORIES, *TOTALS))

    def _row(self, place: int, code: str, region: str) -> None:
        where = f"row {place + 1}"
        label = next(
            (c for c in (code, self._cell(place, self.left - 2), region) if c in BELOW), ""
        )
        if label:
            self.below[label] = place
        elif code.isdigit():
            self._put(self.down, (region, code.zfill(2)), place, where)
        elif code:
            self._unknown(where, code, BELOW)

    def _put(self, places: dict[Pair, int], pair: Pair, place: int, where: str) -> None:
        if pair in places:
            label = ":".join(filter(None, pair))
            self.odd.append(Breach(where, f"'{label}' again", "each label once", "Take one out."))
        places.setdefault(pair, place)

    def _unknown(self, where: str, code: str, known: Sequence[str]) -> None:
        expected = f"a sector or one of {', '.join(known)}"
        remedy = f"Take it out, or correct its code.{near(code, known)}"
        self.odd.append(Breach(where, f"'{code}'", expected, remedy))

    def numbers(
        self, down: Iterable[int], across: Iterable[int], *, blank: float = np.nan
    ) -> Array:
        """Return the numbers where rows meet columns; what is none is added to `breaches`."""
        found, wrong = block(self.rows, list(down), list(across), blank=blank)
        self.breaches.extend(wrong)
        return found

    def below_row(self, code: str, across: Sequence[int]) -> Array | None:
        """Return a row below the sectors, shape (1, columns), or None if the file has none."""
        if code not in self.below:
            return None
        return self.numbers([self.below[code]], across, blank=0.0)

    def total(self, code: str) -> Array:
        """Return a column of totals."""
        return self.numbers(self.down.values(), [self.totals[code]]).reshape(-1)


def _label_breaches(found: _Table) -> Iterator[Breach]:
    yield from found.odd
    for here, there, place in (
        (found.down, found.across, "column"),
        (found.across, found.down, "row"),
    ):
        lacking = [":".join(pair) for pair in here if pair not in there]
        if lacking:
            yield Breach(
                "the sectors of provinces",
                f"no {place} of {', '.join(lacking[:8])}"
                + (f" and {len(lacking) - 8} more" if len(lacking) > 8 else ""),
                "the same provinces and sectors in rows and columns",
                "The file is cut off, or a label was changed: give the whole table.",
            )
    for kind in ADDED:
        if kind not in found.below:
            yield Breach(
                "the rows below the sectors",
                f"no row '{kind}'",
                ", ".join(ADDED),
                "The file is cut off at its end: give the whole table.",
            )


def _sum_breaches(found: _Table, matrix: Array) -> Iterator[Breach]:
    """Yield the rows whose total of intermediate use is not the sum of its parts."""
    code = next((c for c in ("TI", "TII", "TIU") if c in found.totals), None)
    if code is None:
        return
    stated, places = found.total(code), list(found.down.values())
    for i in gaps(stated, matrix):
        yield Breach(
            f"row {places[i] + 1}, column '{code}'",
            f"a total of {stated[i]:,.6g} over parts that add up to {matrix[i].sum():,.6g}",
            "a total that is the sum of its parts",
            "The file is cut off or was edited: download it again, or mend the total.",
        )


def _by_seller(
    nodes: Sequence[Pair], users: Sequence[Pair], final: Array
) -> tuple[list[Pair], Array]:
    """Return final users and deliveries, a column of the whole nation as one a selling province.

    So are exports held in every table that is cut out of a larger one.
    """
    regions = list(dict.fromkeys(region for region, _ in nodes))
    seller = np.array([regions.index(region) for region, _ in nodes])
    own = [j for j, (region, _) in enumerate(users) if region]
    labels, blocks = [users[j] for j in own], [final[:, own]]
    for j, (region, category) in enumerate(users):
        if not region:
            block_of = np.zeros((len(nodes), len(regions)))
            block_of[np.arange(len(nodes)), seller] = final[:, j]
            labels += [(r, category) for r in regions]
            blocks.append(block_of)
    return labels, np.hstack(blocks)


def _widened(array: Array, width: int) -> Array:
    """Return a row of final users with zeros for columns that were split by selling province."""
    return np.hstack([array, np.zeros((len(array), width - array.shape[1]))])


def _spread_breaches(found: _Table, n: int, **rows: Array | None) -> Iterator[Breach]:
    """Yield amounts from abroad, or emitted, of a column that belongs to no province."""
    for code, row in rows.items():
        for j, (region, category) in enumerate(found.users):
            if row is not None and not region and row[0, n + j] != 0.0:
                yield Breach(
                    f"row {found.below[code] + 1} ({code}), column '{category}'",
                    f"{row[0, n + j]:,.6g}",
                    "nothing, since no province is named",
                    "Take it out, or give it to the provinces.",
                )


def _codes() -> Mapping[str, str]:
    """Return the code of each province by its names; spaces do not count."""
    return {
        name: row["code"]
        for row in table("regions")
        if row["kind"] == "province"
        for name in (row["name_en"], row["name_zh"], *row["aliases"].split(";"))
        if re.search(r"\w", name)
    }


FORMATS = (
    Format(
        FORMAT,
        "a workbook with three rows of labels: province, sector, code; FU101 to FU202 by province",
        matches,
        read,
    ),
)
"""The formats that are read here."""
