"""Saved systems: one file of raw arrays behind a JSON header, opened by memory map.

Layout: the magic bytes, the length of the header (8 bytes, little endian), the header (JSON in
UTF-8), zeros up to a multiple of 64, then each array in C order at the offset that the header
gives, counted from there.
"""

import json
import mmap
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, MissingFileError, TableError
from chainwright.sources.reading import Origin
from chainwright.system.axis import Axis
from chainwright.system.flows import Flows, Imports, Stressors
from chainwright.system.nodes import Nodes
from chainwright.tables import replaced
from chainwright.units import Money

__all__ = ["is_saved", "load", "save"]

MAGIC = b"CHAINWRIGHT\x00"
VERSION = 1
ALIGNED = 64
"""Arrays begin at multiples of this many bytes."""

Arrays = dict[str, npt.NDArray[np.generic]]


def is_saved(path: Path) -> bool:
    """Return whether the file at `path` is a saved system."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def save(flows: Flows, path: Path | str) -> None:
    """Write flows to one file, whole or not at all.

    Parameters
    ----------
    flows : Flows
        What to save.
    path : path
        File to write.

    Raises
    ------
    MissingFileError
        If its folder is not there.
    """
    arrays: Arrays = {
        "matrix": flows.matrix,
        "final": flows.final,
        "value_added": flows.value_added,
    }
    header: dict[str, object] = {
        "version": VERSION,
        "nodes": _put_nodes(arrays, "nodes", flows.nodes),
        "users": _put_nodes(arrays, "users", flows.users),
        "roles": flows.roles,
        "value_added_kinds": _axis(flows.value_added_kinds),
        "money": [flows.money.currency, flows.money.year, flows.money.unit],
        "origin": flows.origin.as_dict(),
        "composite": sorted(flows.composite),
        "price_basis": flows.price_basis,
    }
    if flows.stated_output is not None:
        arrays["stated_output"] = flows.stated_output
    if flows.imports is not None:
        arrays["imports.matrix"] = flows.imports.matrix
        arrays["imports.final"] = flows.imports.final
        header["imports"] = {
            "rows": _put_nodes(arrays, "imports", flows.imports.rows),
            "method": flows.imports.method,
        }
    if flows.stressors is not None:
        arrays["stressors.matrix"] = flows.stressors.matrix
        arrays["stressors.final"] = flows.stressors.final
        header["stressors"] = {
            "axis": _axis(flows.stressors.axis),
            "units": flows.stressors.units,
        }
    _write(path, header, arrays)


def _write(path: Path | str, header: dict[str, object], arrays: Arrays) -> None:
    plan: dict[str, object] = {}
    offset = 0
    for name, array in arrays.items():
        plan[name] = {"dtype": array.dtype.str, "shape": array.shape, "offset": offset}
        offset += -(-array.nbytes // ALIGNED) * ALIGNED
    text = json.dumps({**header, "arrays": plan, "bytes": offset}, ensure_ascii=False).encode()
    start = -(-(len(MAGIC) + 8 + len(text)) // ALIGNED) * ALIGNED
    with replaced(path) as file:
        file.write(MAGIC + len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.seek(-(-file.tell() // ALIGNED) * ALIGNED)
            np.ascontiguousarray(array).tofile(file)
        file.truncate(start + offset)


def _axis(axis: Axis) -> dict[str, object]:
    return {field.name: getattr(axis, field.name) for field in fields(axis)}


def _put_nodes(arrays: Arrays, name: str, nodes: Nodes) -> dict[str, object]:
    arrays[f"{name}.region"], arrays[f"{name}.sector"] = nodes.region, nodes.sector
    return {"regions": _axis(nodes.regions), "sectors": _axis(nodes.sectors)}


def load(path: Path | str) -> Flows:
    """Return the flows in a file that `save` wrote; arrays are read when they are used.

    Parameters
    ----------
    path : path
        A saved system.

    Raises
    ------
    MissingFileError
        If there is no such file.
    TableError
        If it is no saved system, is cut off, or is of another version.
    """
    file = Path(path)
    if not file.is_file():
        msg = f"There is no file '{path}'."
        raise MissingFileError(msg)
    header, start = _header(file)
    with file.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {
        name: np.ndarray(
            tuple(spec["shape"]), np.dtype(spec["dtype"]), mapped, start + spec["offset"]
        )
        for name, spec in header["arrays"].items()
    }
    nodes = _nodes(header["nodes"], arrays, "nodes")
    users = _nodes(header["users"], arrays, "users")
    imports, stressors = header.get("imports"), header.get("stressors")
    origin = header["origin"]
    return Flows(
        nodes=nodes,
        users=users,
        roles=tuple(header["roles"]),
        matrix=arrays["matrix"],
        final=arrays["final"],
        value_added_kinds=_to_axis(header["value_added_kinds"]),
        value_added=arrays["value_added"],
        money=Money(*header["money"]),
        origin=Origin(**{**origin, "notes": tuple(origin["notes"])}),
        imports=imports
        and Imports(
            _nodes(imports["rows"], arrays, "imports"),
            arrays["imports.matrix"],
            arrays["imports.final"],
            imports["method"],
        ),
        stressors=stressors
        and Stressors(
            _to_axis(stressors["axis"]),
            tuple(stressors["units"]),
            arrays["stressors.matrix"],
            arrays["stressors.final"],
        ),
        stated_output=arrays.get("stated_output"),
        composite=frozenset(header["composite"]),
        price_basis=header["price_basis"],
    )


def _header(file: Path) -> tuple[dict[str, Any], int]:
    """Return the header, and where the arrays begin; what cannot be read is refused."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        magic, length = opened.read(len(MAGIC)), int.from_bytes(opened.read(8), "little")
        text = opened.read(length) if length <= size else b""
    start = -(-(len(MAGIC) + 8 + length) // ALIGNED) * ALIGNED

    def refuse(where: str, found: str, expected: str) -> TableError:
        remedy = "Save the system again from its own file."
        return TableError(file.name, [Breach(where, found, expected, remedy)])

    if magic != MAGIC:
        raise refuse("first bytes", repr(magic), "a system saved by chainwright")
    try:
        header: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise refuse("header", "text that is cut off or broken", "a JSON header") from error
    if header.get("version") != VERSION:
        raise refuse("header", f"version {header.get('version')}", f"version {VERSION}")
    if not {"arrays", "bytes", "nodes", "users"} <= header.keys():
        raise refuse("header", f"only {', '.join(header)}", "arrays, their size, nodes and users")
    if size != start + header["bytes"]:
        found = f"{size:,} bytes"
        raise refuse("the file", found, f"{start + header['bytes']:,} bytes: it is cut off")
    return header, start


def _to_axis(given: dict[str, Any]) -> Axis:
    texts = {k: tuple(v) for k, v in given.items() if k != "kind"}
    return Axis(kind=given["kind"], **texts)


def _nodes(given: dict[str, Any], arrays: dict[str, Any], name: str) -> Nodes:
    return Nodes(
        _to_axis(given["regions"]),
        _to_axis(given["sectors"]),
        arrays[f"{name}.region"],
        arrays[f"{name}.sector"],
    )
