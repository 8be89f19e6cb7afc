"""Items: products and parts by code and name, and the words of bills, sources and stocks."""

from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from chainwright.system.maker_intake.known import Known, slip_key
from chainwright.system.maker_intake.merging import register
from chainwright.system.maker_intake.names import code_key
from chainwright.system.maker_intake.references import put_in_place, understand
from chainwright.system.maker_intake.work import Field, Work

__all__ = ["match_items"]

IN_BILL = (Field("bill", "parent"), Field("bill", "component"))
ELSEWHERE = (Field("sourcing", "item"), Field("stocks", "item"), Field("alternates", "item"))

NAMED = 12
"""Items that a remark on several names."""


def match_items(work: Work) -> Known:
    """Return the items that are known, and write their codes wherever they are named.

    A bill makes items known by itself; what only sources, stocks or alternates name is unknown.

    Parameters
    ----------
    work : Work
        Changed in place.
    """
    known = Known(())
    counts = _written(work)
    slips, usual = _slips(work, counts), _usual(work, counts)
    register(work, "products", "item", known, by_name=False, slips=slips)
    register(work, "parts", "item", known, by_name=False, slips=slips, usual=usual)
    _products_among_parts(work)
    meant, _ = understand(work, known, IN_BILL, kind="item", new=True)
    for asked in IN_BILL:
        put_in_place(work, asked, meant, kind="item", new=True)
    meant, _ = understand(work, known, ELSEWHERE, kind="item", new=False)
    for asked in ELSEWHERE:
        put_in_place(work, asked, meant, kind="item", new=False, unknown="unknown_item")
    _made_for_nothing(work)
    _made_of_nothing(work)
    _from_nobody(work)
    return known


def _written(work: Work) -> Counter[str]:
    """Return in how many rows each code is written so; a parent may stand once for many rows."""
    counts: Counter[str] = Counter()
    for asked in (Field("products", "item"), Field("parts", "item"), IN_BILL[1], *ELSEWHERE):
        if work.has(asked.table):
            counts.update(work.frames[asked.table][asked.column].tolist())
    return counts


def _usual(work: Work, counts: Counter[str]) -> dict[str, str]:
    """Return for each way of writing a code in the list of parts the one that most rows have.

    ``cel-520`` in the row that comes first is not the code if all others write ``CEL-520``.
    """
    listed = Counter(work.frames["parts"]["item"].tolist()) if work.has("parts") else Counter()
    groups: dict[str, list[str]] = defaultdict(list)
    for code in listed:
        groups[code_key(code)].append(code)
    several = [codes for codes in groups.values() if len(codes) > 1]
    often = {code: (listed[code], counts[code]) for codes in several for code in codes}
    firsts = {code: max(codes, key=often.__getitem__) for codes in several for code in codes}
    return {code: first for code, first in firsts.items() if code != first}


def _slips(work: Work, counts: Counter[str]) -> dict[str, str]:
    """Return codes that differ from another by letters typed for digits or zeros in front alone.

    Of two the one that stands in fewer rows is doubted, of equal ones the later. Those that a
    person picked something for are left to the pick.
    """
    listed = [c for t in ("products", "parts") if work.has(t) for c in work.frames[t]["item"] if c]
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for code in dict.fromkeys(listed):
        groups[slip_key(code)].setdefault(code_key(code), code)
    slips: dict[str, str] = {}
    for codes in (list(group.values()) for group in groups.values() if len(group) > 1):
        first = max(codes, key=lambda code: counts[code])
        slips |= {c: first for c in codes if c != first and not work.picks.of("item", c)}
    return slips


def _products_among_parts(work: Work) -> None:
    """Let a product be a product alone; what parts say of it fills its name."""
    if not (work.has("products") and work.has("parts")):
        return
    products, parts = work.frames["products"], work.frames["parts"]
    sold = products.loc[work.standing("products"), "item"]
    both = np.flatnonzero(parts["item"].isin(set(sold) - {""}).to_numpy() & work.standing("parts"))
    if not len(both):
        return
    work.merged["parts"][both] = True
    names = dict(zip(parts["item"].iloc[both], parts["name"].iloc[both], strict=True))
    told = [names.get(item, "") for item in products["item"]]
    filled = products["name"].where(products["name"] != "", pd.Series(told, dtype="str"))
    work.frames["products"] = products.assign(name=filled)
    for position in both:
        item = parts["item"].iloc[position]
        work.tell(Field("parts", "item"), np.array([position]), item, "product_as_part")


def _made_for_nothing(work: Work) -> None:
    """Say which items of the bill are made and neither sold nor used."""
    if not (work.has("bill") and work.has("products")):
        return
    bill = work.frames["bill"]
    used = set(bill["component"]) | set(work.frames["products"]["item"]) | {""}
    idle = bill["parent"][~bill["parent"].isin(used) & work.standing("bill")]
    for item, rows in idle.groupby(idle, sort=False):
        facts = {"item": item}
        work.tell(
            Field("bill", "parent"), rows.index.to_numpy(), str(item), "made_for_nothing", facts
        )


def _made_of_nothing(work: Work) -> None:
    """Say which products no row of the bill says anything of."""
    if not (work.has("bill") and work.has("products")):
        return
    made = set(work.frames["bill"]["parent"])
    sold = work.frames["products"]["item"]
    bare = sold[~sold.isin(made | {""}) & work.standing("products")]
    for position, item in zip(bare.index, bare, strict=True):
        at = np.array([position])
        work.tell(Field("products", "item"), at, item, "made_of_nothing", {"item": item})


def _from_nobody(work: Work) -> None:
    """Say once for which items of the bill no source is given."""
    if not (work.has("bill") and work.has("sourcing")):
        return
    sourced = set(work.frames["sourcing"]["item"]) | {""}
    bill = work.frames["bill"][work.standing("bill")]
    bare = {c: bill[c][~bill[c].isin(sourced)] for c in ("component", "parent")}
    items = list(dict.fromkeys(pd.concat(bare.values())))
    if items:
        column = next(c for c, rows in bare.items() if len(rows))
        named = ", ".join(items[:NAMED]) + (" ..." if len(items) > NAMED else "")
        facts = {"n": len(items), "items": named}
        at = bare[column].index.to_numpy()[:1]
        work.tell(Field("bill", column), at, items[0], "from_nobody", facts)
