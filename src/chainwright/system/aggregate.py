"""Flows with regions or sectors joined, and the flows of some regions alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.reading import Array
from chainwright.system.axis import Axis
from chainwright.system.flows import Flows, Imports, Stressors
from chainwright.system.home import resolved
from chainwright.system.nodes import Nodes

__all__ = ["aggregated", "between"]

EXPORTS = "exports"
"""Code of the final category that holds what regions sell outside the cut."""


def aggregated(flows: Flows, mapping: Mapping[str, str]) -> Flows:
    r"""Return flows with regions or sectors joined, :math:`Z' = T Z T'`.

    Amounts are added, so all totals stay; coefficients are taken anew from the sums.

    Parameters
    ----------
    flows : Flows
        What to aggregate.
    mapping : mapping of str to str
        New code of each old one; ``region:CODE`` or ``sector:CODE`` where a code is both.

    Raises
    ------
    UnknownCodeError
        If a code is neither a region nor a sector.
    LabelError
        If a code is both.
    """
    regions, sectors = _split_map(flows, mapping)
    nodes, to = _joined(flows.nodes, regions, sectors)
    users, to_users = _joined(flows.users, regions, {})
    imports, stressors = flows.imports, flows.stressors
    if imports is not None:
        rows, to_rows = _joined(imports.rows, regions, sectors)
        imports = Imports(
            rows,
            _summed(_summed(imports.matrix, to_rows, len(rows)), to, len(nodes), axis=1),
            _summed(_summed(imports.final, to_rows, len(rows)), to_users, len(users), axis=1),
            imports.method,
        )
    if stressors is not None:
        stressors = replace(
            stressors,
            matrix=_summed(stressors.matrix, to, len(nodes), axis=1),
            final=_summed(stressors.final, to_users, len(users), axis=1),
        )
    stated = flows.stated_output
    note = f"{len(mapping)} codes joined: {len(flows.nodes)} nodes to {len(nodes)}"
    return replace(
        flows,
        nodes=nodes,
        users=users,
        matrix=_summed(_summed(flows.matrix, to, len(nodes)), to, len(nodes), axis=1),
        final=_summed(_summed(flows.final, to, len(nodes)), to_users, len(users), axis=1),
        value_added=_summed(flows.value_added, to, len(nodes), axis=1),
        imports=imports,
        stressors=stressors,
        stated_output=None if stated is None else _summed(stated, to, len(nodes)),
        composite=frozenset(regions.get(c, c) for c in flows.composite),
        origin=flows.origin.noted(note),
    )


def _split_map(flows: Flows, mapping: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    regions: dict[str, str] = {}
    sectors: dict[str, str] = {}
    axes = {"region": flows.nodes.regions, "sector": flows.nodes.sectors}
    # a region may only use, as CHN beside CN1 and CN2, or be the origin of imports alone
    more = {"region": set(flows.users.regions.codes), "sector": set[str]()}
    if flows.imports is not None:
        more["region"] |= set(flows.imports.rows.regions.codes)
        more["sector"] |= set(flows.imports.rows.sectors.codes)
    for code, new in mapping.items():
        kind, colon, bare = code.partition(":")
        wanted = kind if colon and kind in axes else ""
        name = bare if wanted else code
        is_region, is_sector = (
            (name in axes[side].place or name in more[side]) and wanted in {"", side}
            for side in ("region", "sector")
        )
        if is_region and is_sector:
            msg = f"{name!r} is a region and a sector: write region:{name} or sector:{name}."
            raise LabelError(msg)
        if not (is_region or is_sector):
            known = dict.fromkeys(
                code for side in axes for code in (*axes[side].codes, *sorted(more[side] - {""}))
            )
            raise UnknownCodeError(code, "region or sector of this table", known)
        (regions if is_region else sectors)[name] = new
    return regions, sectors


def _joined_axis(axis: Axis, mapping: Mapping[str, str]) -> tuple[Axis, npt.NDArray[np.int32]]:
    """Return the axis of new codes, in order of first appearance, and where each old one goes."""
    new = [mapping.get(c, c) for c in axis.codes]
    codes = tuple(dict.fromkeys(new))
    place = {c: i for i, c in enumerate(codes)}
    to = np.array([place[c] for c in new], dtype=np.int32)
    members: list[list[int]] = [[] for _ in codes]
    for i, t in enumerate(to):
        members[t].append(i)

    def shared(texts: tuple[str, ...], *, own: bool) -> tuple[str, ...]:
        """Return the text that all members share, or else (if `own`) that of the code itself."""
        if not texts:
            return ()
        found = []
        for code, places in zip(codes, members, strict=True):
            said = {texts[i] for i in places}
            alone = texts[axis.place[code]] if own and code in axis.place else ""
            found.append(said.pop() if len(said) == 1 else alone)
        return tuple(found)

    names_en, names_zh = shared(axis.names_en, own=True), shared(axis.names_zh, own=True)
    return Axis(axis.kind, codes, names_en, names_zh, shared(axis.parents, own=False)), to


def _joined(
    nodes: Nodes, regions: Mapping[str, str], sectors: Mapping[str, str]
) -> tuple[Nodes, npt.NDArray[np.intp]]:
    """Return the joined nodes, in order of first appearance, and where each old one goes."""
    new_regions, to_region = _joined_axis(nodes.regions, regions)
    new_sectors, to_sector = _joined_axis(nodes.sectors, sectors)
    size = max(len(new_sectors), 1)
    key = to_region[nodes.region].astype(np.int64) * size + to_sector[nodes.sector]
    unique, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    kept = unique[order]
    joined = Nodes(
        new_regions,
        new_sectors,
        (kept // size).astype(np.int32),
        (kept % size).astype(np.int32),
    )
    return joined, rank[inverse]


def _summed(array: Array, to: npt.NDArray[np.intp], size: int, *, axis: int = 0) -> Array:
    """Return `array` with the rows (or columns) that go to one place added."""
    order = np.argsort(to, kind="stable")
    starts = np.searchsorted(to[order], np.arange(size))
    if array.shape[1 - axis if array.ndim > 1 else 0] == 0 or array.size == 0:
        shape = list(array.shape)
        shape[axis] = size
        return np.zeros(shape, dtype=array.dtype)
    return np.add.reduceat(np.take(array, order, axis=axis), starts, axis=axis)


def between(flows: Flows, regions: Iterable[str]) -> Flows:
    """Return the flows of these regions alone, balanced as before.

    A country that stands in parts (CN1 and CN2) goes with the region that only uses (CHN).

    What they buy elsewhere becomes imports by origin and product; what they sell elsewhere, to
    producers and to final users, a final category ``exports`` of the selling region.

    Parameters
    ----------
    flows : Flows
        A table of several regions.
    regions : iterable of str
        Codes of the regions to keep.

    Raises
    ------
    UnknownCodeError
        If the table lacks one of them.
    LabelError
        If none or all are named, or the table has imports from outside already.
    """
    wanted = resolved(flows, tuple(regions))[0]
    inside = flows.nodes.mask(regions=wanted)
    if not wanted or inside.all():
        msg = "Name some of the table's regions, not none and not all."
        raise LabelError(msg)
    if flows.imports is not None:
        msg = "The table has imports from outside it already. Cut the table it was cut from."
        raise LabelError(msg)
    known_users = [r for r in flows.users.regions.codes if r in {*wanted, *_wholes(wanted)}]
    using = flows.users.mask(regions=known_users)
    nodes, old_users = flows.nodes.take(inside), flows.users.take(using)
    sold = flows.matrix[np.ix_(inside, ~inside)].sum(axis=1)
    sold = sold + flows.final[np.ix_(inside, ~using)].sum(axis=1)
    exports = np.zeros((len(nodes), len(nodes.regions)), dtype=flows.final.dtype)
    exports[np.arange(len(nodes)), nodes.region] = sold
    pairs = [
        *zip(*(old_users.frame()[c] for c in ("region", "sector")), strict=True),
        *((r, EXPORTS) for r in nodes.regions.codes),
    ]
    kept = old_users.sectors
    categories = Axis(
        kept.kind,
        (*kept.codes, EXPORTS),
        (*kept.names_en, "Exports") if kept.names_en else (),
        (*kept.names_zh, "出口") if kept.names_zh else (),
    )
    user_regions = Axis("region", tuple(dict.fromkeys(r for r, _ in pairs)))
    stressors = flows.stressors
    if stressors is not None:
        final = np.hstack(
            [
                stressors.final[:, using],
                np.zeros((len(stressors.axis), len(nodes.regions)), dtype=stressors.final.dtype),
            ]
        )
        stressors = Stressors(stressors.axis, stressors.units, stressors.matrix[:, inside], final)
    roles = [flows.roles[flows.users.sectors.place[c]] for c in kept.codes]
    imports_final = np.hstack(
        [
            flows.final[np.ix_(~inside, using)],
            np.zeros((int((~inside).sum()), len(nodes.regions)), dtype=flows.final.dtype),
        ]
    )
    stated = flows.stated_output
    return replace(
        flows,
        nodes=nodes,
        users=Nodes.on(user_regions, categories, pairs),
        roles=(*roles, "exports"),
        matrix=flows.matrix[np.ix_(inside, inside)],
        final=np.hstack([flows.final[np.ix_(inside, using)], exports]),
        value_added=flows.value_added[:, inside],
        imports=Imports(
            flows.nodes.take(~inside), flows.matrix[np.ix_(~inside, inside)], imports_final
        ),
        stressors=stressors,
        stated_output=None if stated is None else stated[inside],
        composite=frozenset(flows.composite),
        origin=flows.origin.noted(f"cut to {', '.join(wanted)}; the rest became imports, exports"),
    )


def _wholes(regions: Iterable[str]) -> set[str]:
    """Return the countries of which some `regions` are parts."""
    parts = {row["code"]: row["part_of"] for row in table("regions") if row["kind"] == "part"}
    return {parts[region] for region in regions if region in parts}
