"""Where the footprint of one product comes from: tiers, inputs, sources, paths, and a Sankey."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.lifecycle.catalogue import Footprints, Part
from chainwright.carbon.lifecycle.routes import Routes, routes_to
from chainwright.carbon.lifecycle.sankey_tiers import TierFlows, tier_picture
from chainwright.carbon.lifecycle.series_kernels import forward
from chainwright.errors import ParameterError
from chainwright.system import Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ProductFootprint", "product_footprint"]

Floats = npt.NDArray[np.float64]

SHOWN = 4
"""Tiers of suppliers that the picture shows."""


ROUNDING = 4 * float(np.finfo(np.float64).eps)
"""Share of a sum of tiers below which what is left is rounding, no emission."""


@dataclass(frozen=True, eq=False, repr=False)
class ProductFootprint(Result):
    """The footprint of one unit of one product, by tier, input, source, part and path.

    Parameters
    ----------
    whole : Footprints
        The footprints of all products.
    product : str
        Its name.
    levels : ndarray, shape (k, n)
        Units of each product that each tier makes for one unit of it.
    threshold : float
        Least share of the footprint of a path, an edge or a source that is shown.
    """

    name: ClassVar[str] = "product_tiers"

    whole: Footprints
    product: str
    levels: Floats
    threshold: float

    @property
    def row(self) -> int:
        """Row of the product."""
        return self.whole.products.row(self.product)

    @property
    def footprint(self) -> float:
        """Footprint of one unit."""
        return float(self.whole.footprint[self.row])

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        asked = {"product": self.product, "tiers": len(self.levels), "threshold": self.threshold}
        return {**self.whole.parameters, **asked}

    @property
    def counted_in(self) -> dict[str, str]:
        """What emissions are counted in, besides money and quantities."""
        return self.whole.counted_in

    @property
    def tiers(self) -> Floats:
        """What each tier emits itself, ``(k,)``: ``q' T^k e``."""
        return np.asarray(self.levels @ self.whole.cut.direct)

    @cached_property
    def made(self) -> Floats:
        """Units that are made of each product for one unit of this one, ``(n,)``."""
        final = np.zeros(len(self.whole.products))
        final[self.row] = 1.0
        return self.whole.made(final)

    @cached_property
    def paths(self) -> Routes:
        """The chains of suppliers that carry most of it."""
        return routes_to(self.whole, self.row, self.threshold)

    def table(self) -> pd.DataFrame:
        """Return a row a tier, the product's own emissions first, and what is behind the last."""
        tiers = self.tiers[: int(np.max(np.flatnonzero(self.tiers), initial=0)) + 1]
        rest = self.footprint - float(tiers.sum())
        if abs(rest) <= ROUNDING * float(np.abs(tiers).sum()):
            rest = 0.0
        values = np.array([*tiers, rest])
        whole = self.footprint or np.nan
        return pd.DataFrame(
            {
                "tier": [str(k) for k in range(len(tiers))] + ["rest"],
                "footprint": values,
                "share": values / whole,
                "cumulated_share": np.cumsum(values) / whole,
            }
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tiers, inputs, sources, parts, paths and edges; with credits no paths."""
        paths = {} if self._unbounded else {"product_paths": self.paths.table()}
        return {
            self.name: self.table(),
            "product_inputs": self.inputs(),
            "product_sources": self.sources(),
            "product_parts": self.parts(),
            **paths,
            "product_edges": self.edges(),
        }

    @property
    def _unbounded(self) -> bool:
        """Whether something is below nought, so that no branch of the tree has a bound."""
        return self.whole.links.credits or bool(self.whole.cut.direct.min(initial=0.0) < 0.0)

    def inputs(self) -> pd.DataFrame:
        """Return a row an input of the product, and its own emissions: together its footprint."""
        ours, cut, links = self.whole.products, self.whole.cut, self.whole.links
        span = slice(int(links.starts[self.row]), int(links.starts[self.row + 1]))
        supplier, amount = links.supplier[span], links.amount[span]
        carried = amount * self.whole.footprint[supplier]
        names = ours.frame["process"].to_numpy(dtype=object)
        frame = pd.DataFrame(
            {
                "input": np.array([*names[supplier], "direct"], dtype=object),
                "amount": np.array([*amount, np.nan]),
                "unit": np.array(
                    [*ours.frame["unit"].to_numpy(dtype=object)[supplier], ""], dtype=object
                ),
                "footprint_of_input": np.array([*self.whole.footprint[supplier], np.nan]),
                "footprint": np.array([*carried, cut.direct[self.row]]),
            }
        )
        frame["share"] = frame["footprint"] / (self.footprint or np.nan)
        frame = frame[frame["footprint"] != 0.0]
        return frame.sort_values("footprint", ascending=False, kind="stable", ignore_index=True)

    def sources(self) -> pd.DataFrame:
        """Return a row a product whose makers emit at least the threshold, the largest first."""
        ours = self.whole.products
        emitted = self.whole.cut.direct * self.made
        large = np.abs(emitted) >= self.threshold * abs(self.footprint)
        rows = np.flatnonzero(large & (emitted != 0.0))
        rows = rows[np.argsort(-np.abs(emitted[rows]), kind="stable")]
        picked = ours.frame.iloc[rows].reset_index(drop=True)
        return pd.DataFrame(
            {
                "source": picked["process"],
                "country": picked["country"],
                "unit": picked["unit"],
                "made": self.made[rows],
                "footprint": emitted[rows],
                "share": emitted[rows] / (self.footprint or np.nan),
                "declared": self.whole.cut.declared[rows],
            }
        )

    def parts(self) -> pd.DataFrame:
        """Return a row a scope, country and flow that the footprint arose in."""
        found = []
        kinds: tuple[Part, ...] = ("scope", "country", "flow")
        for kind in kinds:
            names, direct = self.whole.direct_by(kind)
            values = self.made @ direct
            found.append(pd.DataFrame({"by": kind, "part": list(names), "footprint": values}))
        frame = pd.concat(found, ignore_index=True)
        frame["share"] = frame["footprint"] / (self.footprint or np.nan)
        return frame

    def edges(self) -> pd.DataFrame:
        """Return a row a link of the Sankey picture: what a product carries to its user.

        What flows into a node with its own emissions is what flows out of it.
        """
        links, codes = self.whole.links, self.whole.products.frame["process"]
        user = np.repeat(np.arange(len(links)), np.diff(links.starts))
        carried = links.amount * self.made[user] * self.whole.footprint[links.supplier]
        least = self.threshold * abs(self.footprint)
        kept = np.flatnonzero((np.abs(carried) >= least) & (carried != 0.0))
        kept = kept[np.argsort(-np.abs(carried[kept]), kind="stable")]
        names = codes.to_numpy(dtype=object)
        frame = pd.DataFrame(
            {
                "from_product": names[links.supplier[kept]],
                "to_product": names[user[kept]],
                "amount": links.amount[kept] * self.made[user[kept]],
                "footprint": carried[kept],
            }
        )
        frame["share"] = frame["footprint"] / (self.footprint or np.nan)
        return frame[[c.column for c in schema("product_edges")]]

    def plot(self) -> "Figure":
        """Return a Sankey picture of the first tiers: what comes in by which supplier."""
        ours, cut = self.whole.products, self.whole.cut
        tiers = [
            TierFlows(
                ours.supplier,
                ours.user,
                cut.amount * made[ours.user] * self.whole.footprint[ours.supplier],
            )
            for made in self.levels[:SHOWN]
        ]
        unit = self.whole.products.emission_unit
        return tier_picture(self.row, self.footprint, tiers, ours.codes, unit)


def product_footprint(
    whole: Footprints, product: str, *, tiers: int = 12, threshold: float = 1e-3
) -> ProductFootprint:
    """Return where the footprint of one product comes from.

    Parameters
    ----------
    whole : Footprints
        The footprints of all products.
    product : str
        Its name.
    tiers : int
        Tiers that are shown, its own included.
    threshold : float
        Least share of the footprint of a path, an edge or a source that is shown.

    Raises
    ------
    UnknownCodeError
        If there is no such product.
    ParameterError
        If a number is out of range.
    """
    if tiers < 1:
        raise ParameterError("tiers", "the footprint of a product", "at least 1", tiers)
    if not 0.0 < threshold <= 1.0:
        expected = "a share above 0, at most 1"
        raise ParameterError("threshold", "the footprint of a product", expected, threshold)
    row = whole.products.row(product)
    level = np.zeros(len(whole.products))
    level[row] = 1.0
    levels = [level]
    chain = whole.chain
    while len(levels) < tiers:
        after = np.empty(len(level))
        forward(chain.starts, chain.supplier, chain.amount, levels[-1], after)
        levels.append(after)
    return ProductFootprint(whole.system, whole, product, np.stack(levels), threshold)
