"""What is wrong with a table of measures, as no column alone can tell: all of it at once."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from math import isnan, nan

from chainwright.errors import Breach, ChainwrightError, near
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.measure_kinds import KINDS, MeasureKinds
from chainwright.plan.repairs.supplement import maker_of
from chainwright.sources.typed_rows import Rows
from chainwright.stress.shocks.hit_rows import look_up

__all__ = ["cells_of", "measure_breaches"]

Row = Mapping[Hashable, object]

OF_PRODUCT = ("reserve", "second_source", "supplement")
"""Kinds that are about a product."""

OF_NODES = ("backup_capacity", "strengthen")
"""Kinds that are about nodes and no product."""

ENDS = (("once_low", "once_high"), ("yearly_low", "yearly_high"))


def cells_of(cell: str) -> tuple[str, ...]:
    """Return the words of a cell, which semicolons separate.

    Parameters
    ----------
    cell : str
        Such as ``"CHN; JPN"``.

    Examples
    --------
    >>> cells_of("CHN; JPN")
    ('CHN', 'JPN')
    """
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def measure_breaches(rows: Rows, deliveries: Deliveries, kinds: MeasureKinds) -> Iterator[Breach]:
    """Yield what is wrong with the rows of a table of measures in a table of flows.

    Parameters
    ----------
    rows : Rows
        The columns of ``repair_measures``.
    deliveries : Deliveries
        The table that they are to change.
    kinds : MeasureKinds
        Limits of each kind.
    """
    numbered = list(zip(rows.numbers, rows.frame.to_dict("records"), strict=True))
    for number, row in numbered:
        where = f"row {number}, column "
        known = str(row["kind"]) in KINDS
        if not known and row["kind"]:
            expected, kind = f"one of {', '.join(KINDS)}", str(row["kind"])
            yield Breach(f"{where}'kind'", repr(kind), expected, f"Correct it.{near(kind, KINDS)}")
        yield from _places(row, where, deliveries)
        yield from _costs(row, where)
        if known:
            yield from _fields(row, where)
            yield from _size(row, where, deliveries, kinds)
    yield from _ties(numbered)


def _places(row: Row, where: str, deliveries: Deliveries) -> Iterator[Breach]:
    """Yield words that the table does not know, and deliveries that it does not hold."""
    wrong: list[Breach] = []
    words, kind = deliveries.words, str(row["kind"])
    users, origins = cells_of(str(row["users"])), cells_of(str(row["origins"]))
    products = (str(row["product"]),) if row["product"] else ()
    look_up(users, words.buying, f"{where}'users'", wrong)
    look_up(products, words.of_product, f"{where}'product'", wrong)
    look_up(
        origins,
        lambda word: words.of_nodes([word]) if ":" in word else words.of_region(word),
        f"{where}'origins'",
        wrong,
    )
    regions = deliveries.flows.nodes.regions
    named = (str(row["region"]),) if row["region"] else ()
    look_up(named, lambda word: regions.index([word]), f"{where}'region'", wrong)
    yield from wrong
    if not wrong and kind in OF_PRODUCT and products and users:
        used, final = deliveries.value(products[0], users, origins)
        if used + (0.0 if kind == "reserve" else final) <= 0.0:
            of = f" from {', '.join(origins)}" if origins else ""
            found = f"no deliveries of {products[0]}{of} to {', '.join(users)}"
            remedy = "Name users who buy it; a reserve serves producers."
            yield Breach(f"{where}'users'", found, "some in the table", remedy)
    if row["maker"] and kind == "supplement" and not (wrong and products):
        try:
            maker_of(deliveries.flows, str(row["product"]), str(row["maker"]))
        except ChainwrightError as refused:
            told = "Name a node of the table that makes the product already."
            yield Breach(
                f"{where}'maker'", repr(row["maker"]), "a maker of it", f"{told} {refused}"
            )


def _fields(row: Row, where: str) -> Iterator[Breach]:
    """Yield fields that a kind must have, or cannot have."""
    kind = str(row["kind"])
    must = {"product": kind in OF_PRODUCT, "maker": kind == "supplement"}
    never = {
        "product": kind in OF_NODES,
        "origins": kind in OF_NODES or (kind == "stabilise" and not row["product"]),
        "maker": kind != "supplement",
        "hold_back": kind != "reserve",
        "after_days": kind in {"supplement", "strengthen"},
    }
    for column, needed in must.items():
        if needed and not row[column]:
            yield Breach(f"{where}{column!r}", "nothing", f"it for a {kind}", "Fill it in.")
    for column, refused in never.items():
        value = row[column]
        given = bool(value) if isinstance(value, str) else _number(value) > 0.0
        if given and refused:
            found = f"{value!r} for a {kind}"
            yield Breach(f"{where}{column!r}", found, "nothing", "Leave it empty.")
    for column in ("after_days", "hold_back", "lead_years"):
        if _number(row[column]) < 0.0:
            found = f"{_number(row[column]):g}"
            yield Breach(f"{where}{column!r}", found, "0 or more", "Correct it.")
    if _number(row["hold_back"]) > 1.0:
        found = f"{_number(row['hold_back']):g}"
        yield Breach(f"{where}'hold_back'", found, "a share, at most 1", "Write 0.1 for 10 %.")


def _size(row: Row, where: str, deliveries: Deliveries, kinds: MeasureKinds) -> Iterator[Breach]:
    """Yield sizes outside what the kind allows, and products that it is not for."""
    kind, size = str(row["kind"]), _number(row["size"])
    section = deliveries.section(str(row["product"]))
    if isnan(size):
        return
    if size < 0.0 or (kind != "reserve" and size > 1.0):
        expected = "weeks, 0 or more" if kind == "reserve" else "a share from 0 to 1"
        yield Breach(f"{where}'size'", f"{size:g}", expected, "Write 0.25 for 25 %.")
    elif kind not in kinds.names:
        remedy = "Add the kind there, or leave out the measure."
        yield Breach(f"{where}'kind'", repr(kind), "a kind of the table of kinds", remedy)
    elif not kinds.applies(kind, section):
        found = f"{row['product']}, a product of section {section}"
        expected = f"a product that a {kind} is for"
        remedy = "Name another; most_size in the table of kinds says for which it is."
        yield Breach(f"{where}'product'", found, expected, remedy)
    elif size > (most := kinds.most_size(kind, section)):
        remedy = "Lower it, or raise most_size in the table of kinds."
        yield Breach(f"{where}'size'", f"{size:g}", f"at most {most:g}", remedy)


def _costs(row: Row, where: str) -> Iterator[Breach]:
    """Yield ranges that are none, marks without a source, and interest that counts twice."""
    for low_column, high_column in ENDS:
        low, high = _number(row[low_column]), _number(row[high_column])
        for column, value in ((low_column, low), (high_column, high)):
            if value < 0.0:
                yield Breach(f"{where}{column!r}", f"{value:g}", "0 or more", "Correct it.")
        if isnan(low) != isnan(high):
            empty = low_column if isnan(low) else high_column
            yield Breach(f"{where}{empty!r}", "nothing", "both ends of the range", "Fill it in.")
        elif low > high:
            found = f"{low:g}, above the high end {high:g}"
            yield Breach(f"{where}{low_column!r}", found, "the low end", "Exchange the two.")
    once, yearly = _number(row["once_high"]), _number(row["yearly_high"])
    life = _number(row["life_years"])
    if once > 0.0 and isnan(life):
        remedy = "Say over how many years what is spent once is spread."
        yield Breach(f"{where}'life_years'", "nothing", "years", remedy)
    elif not isnan(life) and not life > 0.0:
        yield Breach(f"{where}'life_years'", f"{life:g}", "years, above 0", "Correct it.")
    if row["kind"] == "reserve" and once > 0.0 and yearly > 0.0:
        found = "a cost that is paid once beside a yearly one, for a reserve"
        remedy = "A holding rate has the interest on the purchase: give one of the two."
        yield Breach(f"{where}'once_high'", found, "the purchase or the holding", remedy)
    mark = str(row["mark"])
    if mark not in {"", "quoted", "assumption"}:
        expected = "quoted or assumption"
        yield Breach(f"{where}'mark'", repr(mark), expected, "Write one of the two.")
    if mark == "quoted" and not row["source"]:
        yield Breach(f"{where}'source'", "nothing", "who quoted the cost", "Name the source.")
    if mark == "quoted" and isnan(once) and isnan(yearly):
        yield Breach(f"{where}'mark'", "quoted without a cost", "the cost", "Fill it in.")


def _ties(numbered: Sequence[tuple[int, Row]]) -> Iterator[Breach]:
    """Yield needs and exclusions that name nothing, go in a circle or contradict each other."""
    names = [str(row["measure"]) for _, row in numbered]
    needs: dict[str, tuple[str, ...]] = {}
    for number, row in numbered:
        name = str(row["measure"])
        needs[name] = cells_of(str(row["needs"]))
        for column in ("needs", "excludes"):
            for word in cells_of(str(row[column])):
                where = f"row {number}, column {column!r}"
                if word == name:
                    yield Breach(where, "itself", "another measure", "Leave it out.")
                elif word not in names:
                    remedy = f"Correct it.{near(word, names)}"
                    yield Breach(where, repr(word), "a measure of this table", remedy)
    groups = {str(row["measure"]): str(row["one_of"]) for _, row in numbered}
    excluded = {
        frozenset((str(row["measure"]), word))
        for _, row in numbered
        for word in cells_of(str(row["excludes"]))
    }
    for number, row in numbered:
        name = str(row["measure"])
        for word in reached(needs, needs[name]):
            alike = groups[name] and groups[name] == groups.get(word)
            if word != name and (alike or frozenset((name, word)) in excluded):
                found = f"it needs {word}, and only one of the two is taken"
                remedy = "Drop the need, or take it out of one_of or excludes."
                yield Breach(f"row {number}, column 'needs'", found, "both together", remedy)
        if name not in needs[name] and name in reached(needs, needs[name]):
            found = f"{name} needs itself by way of {', '.join(needs[name])}"
            remedy = "Break the circle, or make one measure of them."
            yield Breach(f"row {number}, column 'needs'", found, "no circle", remedy)


def reached(needs: Mapping[str, Iterable[str]], start: Iterable[str]) -> tuple[str, ...]:
    """Return all that some measures need, one way or another, each once.

    Parameters
    ----------
    needs : mapping of str to iterable of str
        What each needs.
    start : iterable of str
        Where to begin.

    Examples
    --------
    >>> reached({"a": ("b",), "b": ("c",)}, ["a"])
    ('a', 'b', 'c')
    """
    found, waiting = dict.fromkeys(start), list(start)
    while waiting:
        for word in needs.get(waiting.pop(), ()):
            if word not in found:
                found[word] = None
                waiting.append(word)
    return tuple(found)


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else nan
