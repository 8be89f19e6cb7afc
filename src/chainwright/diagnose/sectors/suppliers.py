"""Who can fail to deliver: the nodes of a table, and the rows of its imports."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.sector_classes import class_places
from chainwright.system import Axis, Flows, Home

__all__ = [
    "classes_of",
    "delivered_by",
    "imports_of",
    "places_of",
    "supplier_codes",
    "supplier_frame",
]

Numbers = npt.NDArray[np.float64]


def imports_of(flows: Flows) -> str:
    """Return how imports stand in `flows`: published, proportional, mixed with home's, or none."""
    if flows.imports is not None:
        return flows.imports.method
    return "mixed" if flows.is_competitive else "none"


def supplier_frame(flows: Flows) -> pd.DataFrame:
    """Return region and sector of each supplier of `flows`: the nodes, then rows of imports."""
    if flows.imports is None:
        return flows.nodes.frame()
    return pd.concat([flows.nodes.frame(), flows.imports.rows.frame()], ignore_index=True)


def supplier_codes(flows: Flows) -> list[str]:
    """Return the code of each supplier of `flows`, in the same order."""
    imports = flows.imports
    return [*flows.nodes.codes, *(imports.rows.codes if imports is not None else ())]


def classes_of(flows: Flows, products: Axis) -> npt.NDArray[np.intp]:
    """Return the class of what each supplier of `flows` delivers, its place among the classes.

    Parameters
    ----------
    flows : Flows
        The table.
    products : Axis
        What is delivered.
    """
    of = products.index(supplier_frame(flows)["sector"])
    return class_places(products)[of]


def places_of(flows: Flows, home: Home | None) -> npt.NDArray[np.object_]:
    """Return home or abroad of each supplier; empty if no home was asked for.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home or None
        Whose users are counted; imports are from abroad in any case.
    """
    own = np.full(len(flows.nodes), "home" if home or flows.is_national else "", dtype=object)
    if home is not None:
        own[~home.mask(flows)] = "abroad"
    rows = 0 if flows.imports is None else len(flows.imports.rows)
    return np.concatenate([own, np.full(rows, "abroad", dtype=object)])


def delivered_by(flows: Flows) -> Numbers:
    """Return the output of the nodes of `flows`, and what its rows of imports deliver in all."""
    if flows.imports is None:
        return flows.output
    delivered = flows.imports.matrix.sum(axis=1) + flows.imports.final.sum(axis=1)
    return np.concatenate([flows.output, delivered])
