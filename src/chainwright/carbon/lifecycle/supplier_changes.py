"""What new data of a supplier change: only the difference is solved for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.lifecycle.adjoint_series import MOST_TERMS, AdjointChain
from chainwright.carbon.lifecycle.catalogue import Footprints
from chainwright.carbon.lifecycle.series_kernels import series
from chainwright.errors import ParameterError
from chainwright.system import Result
from chainwright.tables import schema

__all__ = ["FootprintChange", "supplier_change"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class FootprintChange(Result):
    r"""What new data change: :math:`\delta = \Delta T^\top y + \Delta q + T'^\top \delta`.

    Parameters
    ----------
    before : Footprints
        The footprints before.
    difference : ndarray, shape (n,)
        By how much each footprint changes.
    direct : dict
        New direct emissions by product.
    inputs : dict
        New amounts by (user, supplier).
    """

    name: ClassVar[str] = "product_footprint_change"
    charted: ClassVar[str] = "difference"

    before: Footprints
    difference: Floats
    direct: Mapping[str, float]
    inputs: Mapping[tuple[str, str], float]

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        amounts = [[user, supplier, value] for (user, supplier), value in self.inputs.items()]
        return {**self.before.parameters, "direct": dict(self.direct), "inputs": amounts}

    @property
    def counted_in(self) -> dict[str, str]:
        """What emissions are counted in, besides money and quantities."""
        return self.before.counted_in

    @property
    def after(self) -> Floats:
        """Footprints with the new data, ``(n,)``."""
        return np.asarray(self.before.footprint + self.difference)

    def table(self) -> pd.DataFrame:
        """Return a row a product whose footprint changes, the largest change in share first."""
        frame = self.before.products.frame
        before = self.before.footprint
        share = np.full(len(before), np.nan)
        np.divide(self.difference, before, out=share, where=before != 0.0)
        columns: dict[str, object] = {
            "product": frame["process"],
            "name_en": frame["name_en"],
            "name_zh": frame["name_zh"],
            "country": frame["country"],
            "unit": frame["unit"],
            "before": before,
            "after": self.after,
            "difference": self.difference,
            "difference_share": share,
        }
        found = pd.DataFrame(columns)[[c.column for c in schema(self.name)]]
        size = np.where(np.isnan(share), np.inf, np.abs(share))
        order = np.argsort(-size, kind="stable")
        kept = found.iloc[order[self.difference[order] != 0.0]]
        return pd.DataFrame(kept).reset_index(drop=True)


def supplier_change(
    before: Footprints,
    direct: Mapping[str, float],
    inputs: Mapping[tuple[str, str], float],
) -> FootprintChange:
    """Return what new data of suppliers change in all footprints.

    Terms are measured by the old footprints: the difference may have both signs.

    Parameters
    ----------
    before : Footprints
        The footprints before.
    direct : mapping
        New direct emissions by product.
    inputs : mapping
        New amounts by (user, supplier).

    Raises
    ------
    UnknownCodeError
        If there is no such product.
    ParameterError
        If a product was declared, or a number is none.
    """
    ours, n = before.products, len(before.products)
    emitted = np.zeros(n)
    for product, value in direct.items():
        row = _checked(before, product, value)
        emitted[row] = value - before.cut.direct[row]
    rows = np.array(
        [[_checked(before, u, value), ours.row(s)] for (u, s), value in inputs.items()],
        dtype=np.int64,
    ).reshape(-1, 2)
    wanted = np.array(list(inputs.values()), dtype=np.float64)
    keys = ours.user.astype(np.int64) * n + ours.supplier
    replaced = np.isin(keys, rows[:, 0] * n + rows[:, 1])
    user = np.concatenate([ours.user[~replaced], rows[:, 0]])
    supplier = np.concatenate([ours.supplier[~replaced], rows[:, 1]])
    amount = np.concatenate([before.cut.amount[~replaced], wanted])
    order = np.lexsort((supplier, user))
    starts = np.concatenate([[0], np.cumsum(np.bincount(user, minlength=n))]).astype(np.int64)
    chain = AdjointChain(starts, supplier[order].astype(np.int32), amount[order])
    first = emitted + chain.needed(before.footprint) - before.chain.needed(before.footprint)
    untouched = np.ones(n, dtype=np.bool_)
    untouched[rows[:, 0]] = False
    first[untouched] = emitted[untouched]  # the same inputs, added up in the same order
    return FootprintChange(before.system, before, _solved(chain, first, before), direct, inputs)


def _solved(chain: AdjointChain, first: Floats, before: Footprints) -> Floats:
    scale = np.abs(before.footprint) + np.abs(first)
    out, term = first.copy(), first.copy()
    if not chain.credits:
        args = (chain.starts, chain.supplier, chain.amount, before.tolerance, MOST_TERMS, scale)
        if series(*args, term, np.empty(len(first)), out) >= 0:
            return out
    return chain.solved(first, tolerance=before.tolerance, method="direct").value


def _checked(before: Footprints, product: str, value: float) -> int:
    row = before.products.row(product)
    if not np.isfinite(value):
        raise ParameterError("changed", "footprints", f"a number for {product}", value)
    if before.cut.declared[row]:
        expected = f"products without a declared footprint, unlike {product}"
        raise ParameterError("changed", "footprints", expected, product)
    return row
