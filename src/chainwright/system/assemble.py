"""The one place where a reading becomes flows: labels are named, numbers are checked."""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from chainwright.errors import Breach, TableError
from chainwright.params import table
from chainwright.sources.reading import Array, Pairs, Reading
from chainwright.system.axis import Axis
from chainwright.system.flows import ROUNDING, Flows, Imports, Stressors
from chainwright.system.nodes import Nodes
from chainwright.units import Money

__all__ = ["assemble"]


def assemble(reading: Reading) -> Flows:
    """Return the flows in what a reader found, checked and with names.

    Parameters
    ----------
    reading : Reading
        Labels and arrays of a file.

    Raises
    ------
    TableError
        If labels and arrays differ in number, numbers are missing or infinite, the table seems
        turned round, or a node has negative output, or inputs without output, by more than the
        file's rounding (`ROUNDING` of its region's output, or what the reader says of its cells).
        It lists every breach.
    """
    name = reading.origin.file or "the given table"
    breaches = list(_shape_breaches(reading))
    if breaches:
        raise TableError(name, breaches)
    breaches = [*_number_breaches(reading), *_repeats(reading)]
    if breaches:
        raise TableError(name, breaches)
    nodes = Nodes.on(_regions(reading.nodes), _sectors(reading, reading.nodes), reading.nodes)
    users = Nodes.on(_regions(reading.users), _categories(reading), reading.users)
    empty = np.zeros((0, len(nodes)), dtype=reading.matrix.dtype)
    flows = Flows(
        nodes=nodes,
        users=users,
        roles=tuple(_role(reading.category_list, c) for c in users.sectors.codes),
        matrix=reading.matrix,
        final=reading.final,
        value_added_kinds=Axis("kind of value added", tuple(reading.value_added_kinds)),
        value_added=empty if reading.value_added is None else reading.value_added,
        money=Money(reading.currency, reading.year, reading.unit),
        origin=reading.origin,
        imports=_imports(reading),
        stressors=_stressors(reading),
        stated_output=reading.stated_output,
        composite=_composite(reading, nodes),
        price_basis=reading.price_basis,
    )
    breaches = list(_output_breaches(flows, reading.rounding))
    if breaches:
        raise TableError(name, breaches)
    return flows


def _shape_breaches(reading: Reading) -> Iterator[Breach]:
    n, m = len(reading.nodes), len(reading.users)
    expected: list[tuple[str, Array | None, tuple[int, ...]]] = [
        ("intermediate deliveries", reading.matrix, (n, n)),
        ("final deliveries", reading.final, (n, m)),
        ("value added", reading.value_added, (len(reading.value_added_kinds), n)),
        ("imports", reading.imports_matrix, (len(reading.imports), n)),
        ("imports to final users", reading.imports_final, (len(reading.imports), m)),
        ("stressors", reading.stressors_matrix, (len(reading.stressors), n)),
        ("stressors of final users", reading.stressors_final, (len(reading.stressors), m)),
        ("stated output", reading.stated_output, (n,)),
    ]
    for block, array, shape in expected:
        if array is not None and array.shape != shape:
            yield Breach(
                f"block of {block}",
                f"{' x '.join(map(str, array.shape))} numbers",
                f"{' x '.join(map(str, shape))}, as many as there are labels",
                "Look for missing or extra rows, columns, regions or sectors.",
            )
    if n == 0 or m == 0:
        yield Breach(
            "the table",
            f"{n} producers and {m} final users",
            "at least one of each",
            "Give intermediate and final deliveries.",
        )


def _number_breaches(reading: Reading) -> Iterator[Breach]:
    rows = [f"{r}:{s}" if r else s for r, s in reading.nodes]
    users = [f"{r}:{c}" if r else c for r, c in reading.users]
    imports = [f"import {o}:{p}" if o else f"import {p}" for o, p in reading.imports]
    stressors = [name for name, _ in reading.stressors]
    blocks: list[tuple[Array | None, Sequence[str], Sequence[str]]] = [
        (reading.matrix, rows, rows),
        (reading.final, rows, users),
        (reading.value_added, list(reading.value_added_kinds), rows),
        (reading.imports_matrix, imports, rows),
        (reading.imports_final, imports, users),
        (reading.stressors_matrix, stressors, rows),
        (reading.stressors_final, stressors, users),
    ]
    for array, down, across in blocks:
        with np.errstate(invalid="ignore"):  # two infinities that cancel
            whole = array is None or np.isfinite(array.sum())  # a sum of finite numbers is finite
        if array is None or whole:
            continue
        for i, j in np.argwhere(~np.isfinite(array)):
            yield Breach(
                f"row '{down[i]}', column '{across[j]}'",
                str(array[i, j]),
                "a finite number",
                "Write the amount, or 0 where there is none.",
            )
    if reading.stated_output is not None:
        for i in np.flatnonzero(~np.isfinite(reading.stated_output)):
            yield Breach(
                f"stated output of '{rows[i]}'", "no number", "a number", "Give the output."
            )


def _repeats(reading: Reading) -> Iterator[Breach]:
    for what, pairs in (
        ("producer", reading.nodes),
        ("final user", reading.users),
        ("import", reading.imports),
        ("stressor", [(name, "") for name, _ in reading.stressors]),
        ("kind of value added", [(kind, "") for kind in reading.value_added_kinds]),
    ):
        for label in dict.fromkeys(part for pair in pairs for part in pair):
            if any(ord(letter) < 32 or ord(letter) == 127 for letter in label):
                yield Breach(
                    f"{what} {label!r}",
                    "a control character in the label",
                    "letters, digits and signs that can be printed",
                    "Write the label without it.",
                )
        if len(set(pairs)) < len(pairs):
            seen: set[tuple[str, str]] = set()
            for pair in pairs:
                if pair in seen:
                    label = ":".join(part for part in pair if part)
                    yield Breach(
                        f"{what} '{label}'",
                        "the label twice",
                        f"each {what} once",
                        "Join the two, or give one of them another code.",
                    )
                seen.add(pair)


def _output_breaches(flows: Flows, rounding: float) -> Iterator[Breach]:
    """Negative output, or inputs without output, by more than the file's rounding."""
    nodes, sums = flows.nodes, flows._sums
    inputs = flows.matrix.sum(axis=0, dtype=np.float64)
    if flows.imports is not None:
        inputs = inputs + flows.imports.matrix.sum(axis=0, dtype=np.float64)
    region = np.bincount(nodes.region, np.maximum(sums, 0.0), len(nodes.regions))
    allowed = np.maximum(ROUNDING * region[nodes.region], rounding)
    abroad = inputs - flows.matrix.sum(axis=0, dtype=np.float64)
    turned_sums = flows.matrix.sum(axis=0, dtype=np.float64) + flows.demand
    turned_inputs = flows.matrix.sum(axis=1, dtype=np.float64) + abroad
    worse = int(((inputs > sums + allowed) & (sums > 0.0)).sum())
    better = int((turned_inputs > turned_sums + allowed).sum()) < worse / 4
    if worse > max(1.0, 0.1 * len(nodes)) and better:  # one greedy node is no turned table
        yield Breach(
            "the whole table",
            f"inputs above output in {worse} of {len(nodes)} columns",
            "rows that sell and columns that buy",
            "The table seems turned round: transpose the intermediate deliveries.",
        )
        return
    for i in np.flatnonzero(sums < -allowed):
        yield Breach(
            f"row '{nodes.codes[i]}'",
            f"deliveries that add up to {sums[i]:,.6g}",
            "an output that is not negative",
            "Look for imports or changes of stocks that are larger than what is made.",
        )
    for i in np.flatnonzero((sums <= 0.0) & (sums >= -allowed) & (inputs > allowed)):
        yield Breach(
            f"column '{nodes.codes[i]}'",
            f"inputs of {inputs[i]:,.6g} and no output",
            "no inputs where nothing is made",
            "Give the node's deliveries, or take its inputs out.",
        )


def _regions(pairs: Pairs) -> Axis:
    codes = tuple(dict.fromkeys(r for r, _ in pairs))
    known = {row["code"]: row for row in table("regions")}
    return Axis(
        "region",
        codes,
        tuple(known[c]["name_en"] if c in known else "" for c in codes),
        tuple(known[c]["name_zh"] if c in known else "" for c in codes),
    )


@cache
def _code_list(fact: str, name: str) -> dict[str, dict[str, str]]:
    return {row["code"]: dict(row) for row in table(fact) if row["list"] == name}


def _sectors(reading: Reading, pairs: Pairs) -> Axis:
    codes = tuple(dict.fromkeys(s for _, s in pairs))
    known = _code_list("sectors", reading.code_list)

    def name(code: str, given: str, field: str) -> str:
        return given or (known[code][field] if code in known else "")

    return Axis(
        "sector",
        codes,
        tuple(name(c, reading.names_en.get(c, ""), "name_en") for c in codes),
        tuple(name(c, reading.names_zh.get(c, ""), "name_zh") for c in codes),
        tuple(known[c]["section"] if c in known else _section(c) for c in codes),
    )


def _section(code: str) -> str:
    """Section of a code that is written as ISIC Rev.4 writes it, such as C26 or D; else ""."""
    letter, digits = code[:1], code[1:].replace("_", "").replace("T", "")
    return letter if "A" <= letter <= "U" and (not digits or digits.isdigit()) else ""


def _categories(reading: Reading) -> Axis:
    codes = tuple(dict.fromkeys(c for _, c in reading.users))
    rows = [_category(reading.category_list, c) for c in codes]
    return Axis(
        "final category",
        codes,
        tuple(row.get("name_en", "") for row in rows),
        tuple(row.get("name_zh", "") for row in rows),
    )


def _category(name: str, code: str) -> dict[str, str]:
    """Row of a final category: in its own list, else where all lists that have it agree."""
    own = _code_list("final_categories", name)
    if code in own:
        return own[code]
    folded = code.casefold()
    found = [dict(r) for r in table("final_categories") if r["code"].casefold() == folded]
    return found[0] if found and len({r["role"] for r in found}) == 1 else {}


def _role(name: str, code: str) -> str:
    return _category(name, code).get("role", "other")


def _imports(reading: Reading) -> Imports | None:
    if not reading.imports:
        return None
    rows = Nodes.on(_regions(reading.imports), _sectors(reading, reading.imports), reading.imports)
    n, m, r = len(reading.nodes), len(reading.users), len(reading.imports)
    kind = reading.matrix.dtype
    matrix, final = reading.imports_matrix, reading.imports_final
    return Imports(
        rows,
        np.zeros((r, n), kind) if matrix is None else matrix,
        np.zeros((r, m), kind) if final is None else final,
    )


def _stressors(reading: Reading) -> Stressors | None:
    if not reading.stressors:
        return None
    e, n, m = len(reading.stressors), len(reading.nodes), len(reading.users)
    kind = reading.matrix.dtype
    matrix, final = reading.stressors_matrix, reading.stressors_final
    return Stressors(
        Axis("stressor", tuple(name for name, _ in reading.stressors)),
        tuple(unit for _, unit in reading.stressors),
        np.zeros((e, n), kind) if matrix is None else matrix,
        np.zeros((e, m), kind) if final is None else final,
    )


def _composite(reading: Reading, nodes: Nodes) -> frozenset[str]:
    """Regions that stand for many countries: those the reader names, and RoW by any spelling."""
    known = {
        row["code"].casefold()
        for row in table("regions")
        if row["kind"] == "composite" and len(row["code"]) > 2  # two letters may be a country
    }

    found = {code for code in nodes.regions.codes if code.casefold() in known}
    return frozenset(found | set(reading.composite))
