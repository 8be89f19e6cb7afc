"""Labels of square tables: what each stands for, and what is wrong with all of them together.

Readers say of each row and column what it stands for (`Label`) and what a table of the format must
hold (`Plan`); labels that are missing, unknown or given twice are found here, in any format.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chainwright.errors import Breach, near
from chainwright.sources.reading import Pairs

__all__ = ["Label", "Plan", "Role", "label_breaches", "listed"]

Role = Literal["node", "final", "value added", "output", "left out", "unknown"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a row or column stands for.

    Parameters
    ----------
    role : str
        A producer, a final user, a kind of value added, output, a subtotal that is left out, or
        unknown.
    text : str
        The label as the file has it.
    region, code : str
        Region and sector of a producer, region and category of a final user; the kind of value
        added is the code.
    """

    role: Role
    text: str
    region: str = ""
    code: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Region and code."""
        return self.region, self.code


@dataclass(frozen=True)
class Plan:
    """What a table of some format and edition must hold.

    Parameters
    ----------
    edition : str
        Name, for messages.
    regions, sectors, categories : sequence of str
        Codes of the full table.
    required : sequence of str
        Rows that stand below the producers in every such table, in words: ``"value added"``,
        ``"output"``.
    no_users : frozenset of str
        Regions without final users of their own.
    no_producers : frozenset of str
        Regions that may have final users only.
    """

    edition: str
    regions: Sequence[str]
    sectors: Sequence[str]
    categories: Sequence[str]
    required: Sequence[Role] = ("value added", "output")
    no_users: frozenset[str] = frozenset()
    no_producers: frozenset[str] = frozenset()


def label_breaches(down: Sequence[Label], across: Sequence[Label], plan: Plan) -> list[Breach]:
    """Return everything that is wrong with the labels of a table.

    Parameters
    ----------
    down, across : sequence of Label
        What its rows and columns stand for.
    plan : Plan
        What it must hold.
    """
    return [
        *_turned(down, across),
        *_unknown(down, across, plan),
        *_repeated(down, "row"),
        *_repeated(across, "column"),
        *_incomplete(down, across, plan),
    ]


def _turned(down: Sequence[Label], across: Sequence[Label]) -> Iterator[Breach]:
    users = sum(label.role == "final" for label in down)
    if users and not any(label.role == "final" for label in across):
        yield Breach(
            "the whole table",
            f"{users:,} final users as rows",
            "final users as columns, value added as rows",
            "The table is turned round: transpose it.",
        )


def _unknown(down: Sequence[Label], across: Sequence[Label], plan: Plan) -> Iterator[Breach]:
    for what, labels, roles in (
        ("row", down, ("node", "value added", "output", "left out")),
        ("column", across, ("node", "final", "output", "left out")),
    ):
        strange: dict[tuple[str, str], list[str]] = {}
        for i, label in enumerate(labels):
            if label.role == "unknown":
                strange.setdefault(("label", label.text), []).append(f"{what} {i + 2}")
            elif label.role not in roles:
                yield Breach(
                    f"{what} {i + 2} ('{label.text}')",
                    f"{label.role} as a {what}",
                    "producers, final users and totals where they belong",
                    "Move it, or transpose the table.",
                )
            elif label.role in {"node", "final"} and label.region not in plan.regions:
                strange.setdefault(("region", label.region), []).append(label.text)
            elif label.role == "node" and label.code not in plan.sectors:
                strange.setdefault(("sector", label.code), []).append(label.text)
        for (kind, code), found in strange.items():
            known = {"region": plan.regions, "sector": plan.sectors}.get(kind, ())
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield Breach(
                f"{what}s, {kind} '{code}'",
                f"an unknown {kind} in {found[0]}{more}",
                f"a {kind} of {plan.edition}",
                f"Is it another edition?{near(code, known)}",
            )


def _repeated(labels: Sequence[Label], what: str) -> Iterator[Breach]:
    first: dict[tuple[str, str, str], int] = {}
    for i, label in enumerate(labels):
        key = (label.role, *label.pair)
        if label.role in {"unknown", "left out"}:
            continue
        if key in first:
            yield Breach(
                f"{what} {i + 2} ('{label.text}')",
                f"the label of {what} {first[key] + 2} again",
                "each label once",
                "Take one of the two out, or add them up.",
            )
        first.setdefault(key, i)


def _incomplete(down: Sequence[Label], across: Sequence[Label], plan: Plan) -> Iterator[Breach]:
    """Find producers that are rows and no columns, or the reverse; gaps; users of no region."""
    rows = dict.fromkeys(label.pair for label in down if label.role == "node")
    columns = dict.fromkeys(label.pair for label in across if label.role == "node")
    users = dict.fromkeys(label.pair for label in across if label.role == "final")
    sectors = dict.fromkeys(code for _, code in (*rows, *columns))
    regions = dict.fromkeys(region for region, _ in (*rows, *columns))
    everyone = [(region, sector) for region in regions for sector in sectors]
    buyers = dict.fromkeys(
        [*(r for r, _ in users), *(r for r in regions if r not in plan.no_users)]
    )
    expected = [(region, category) for region in buyers for category in plan.categories]
    yield from _gaps("rows", rows, everyone)
    yield from _gaps("columns", columns, everyone)
    yield from _gaps("columns of final demand", users, expected)
    absent = [r for r in buyers if r not in regions and r not in plan.no_producers]
    if absent:
        yield Breach(
            "producers",
            f"none of the regions {listed(absent)}, which have final users",
            "producers of every region",
            "The table is incomplete: download it again.",
        )
    for role in plan.required:
        if not any(label.role == role for label in down):
            yield Breach(
                "rows below the producers",
                f"no row of {role}",
                f"a row of {role}, as {plan.edition} has it",
                "The file seems to be cut off: download it again.",
            )


def _gaps(what: str, held: Mapping[tuple[str, str], None], expected: Pairs) -> Iterator[Breach]:
    missing: dict[str, list[str]] = {}
    each: dict[str, int] = {}
    for region, code in expected:
        each[region] = each.get(region, 0) + 1
        if (region, code) not in held:
            missing.setdefault(region, []).append(code)
    for region, codes in missing.items():
        whole = len(codes) == each[region]
        yield Breach(
            f"{what} of region '{region}'",
            "none" if whole else f"none of {listed(codes)}",
            "the same regions and sectors as rows and as columns",
            "The table is incomplete: download it again, or add what is missing.",
        )


def listed(codes: Sequence[str]) -> str:
    """Return codes for a message: the first eight, and how many more there are.

    Parameters
    ----------
    codes : sequence of str
        The codes.

    Examples
    --------
    >>> listed(["AUS", "AUT"])
    'AUS, AUT'
    """
    more = f" and {len(codes) - 8} more" if len(codes) > 8 else ""
    return ", ".join(codes[:8]) + more
