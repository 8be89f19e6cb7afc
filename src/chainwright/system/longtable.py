"""The plain long table back from flows: one row a delivery."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.sources.reading import Array
from chainwright.system.flows import Flows
from chainwright.system.nodes import Nodes

__all__ = ["long"]

Labels = tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]


def long(flows: Flows) -> pd.DataFrame:
    """Return flows as the long table that ``chainwright schema flows`` describes.

    Zeros are left out, save that each node's delivery to itself is listed first: so the table read
    again has the same nodes in the same order.

    Parameters
    ----------
    flows : Flows
        What to write out.
    """
    nodes, users = _labels(flows.nodes), _labels(flows.users)
    n = len(flows.nodes)
    money = " ".join(part for part in (flows.money.unit, flows.money.currency) if part)
    diagonal = np.diagonal(flows.matrix)
    places = np.arange(n)
    blocks = [_rows("intermediate", nodes, nodes, places, places, diagonal, money)]
    rest = flows.matrix.copy()
    np.fill_diagonal(rest, 0.0)
    blocks.append(_block("intermediate", nodes, nodes, rest, money))
    blocks.append(_block("final", nodes, users, flows.final, money))
    if flows.imports is not None:
        rows = _labels(flows.imports.rows)
        blocks.append(_block("import", rows, nodes, flows.imports.matrix, money))
        blocks.append(_block("import", rows, users, flows.imports.final, money))
    kinds = _bare(flows.value_added_kinds.codes)
    blocks.append(_block("value_added", kinds, nodes, flows.value_added, money))
    if flows.stressors is not None:
        names = _bare(flows.stressors.axis.codes)
        units = np.array(flows.stressors.units, dtype=object)
        blocks.append(_block("stressor", names, nodes, flows.stressors.matrix, units))
        blocks.append(_block("stressor", names, users, flows.stressors.final, units))
    table = pd.concat(blocks, ignore_index=True)
    return table if table["unit"].ne("").any() else table.drop(columns="unit")


def _labels(nodes: Nodes) -> Labels:
    frame = nodes.frame()
    return frame["region"].to_numpy(dtype=object), frame["sector"].to_numpy(dtype=object)


def _bare(names: tuple[str, ...]) -> Labels:
    """Labels without a region, as value added and stressors have them."""
    return np.full(len(names), "", dtype=object), np.array(names, dtype=object)


def _block(
    block: str, down: Labels, across: Labels, array: Array, unit: "str | npt.NDArray[np.object_]"
) -> pd.DataFrame:
    i, j = np.nonzero(array)
    return _rows(block, down, across, i, j, array[i, j], unit)


def _rows(  # noqa: PLR0917 - the parts of a row, in their order
    block: str,
    down: Labels,
    across: Labels,
    i: npt.NDArray[np.intp],
    j: npt.NDArray[np.intp],
    value: Array,
    unit: "str | npt.NDArray[np.object_]",
) -> pd.DataFrame:
    columns = {
        "block": np.full(len(i), block, dtype=object),
        "from_region": down[0][i],
        "from_sector": down[1][i],
        "to_region": across[0][j],
        "to_sector": across[1][j],
        "value": value.astype(np.float64),
        "unit": np.full(len(i), unit, dtype=object) if isinstance(unit, str) else unit[i],
    }
    text = dict.fromkeys((c for c in columns if c != "value"), "str")
    return pd.DataFrame(columns).astype(text)
