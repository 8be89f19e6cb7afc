"""The products of a maker: what each brings in a week, and what its bill rests on."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from chainwright.diagnose.maker.maker_names import MakerNames
from chainwright.system import Result, System

__all__ = ["ProductList", "product_list"]


@dataclass(frozen=True, eq=False, repr=False)
class ProductList(MakerNames, Result):
    """The products of a maker with their figures."""

    name: ClassVar[str] = "maker_product_list"
    charted: ClassVar[str] = "revenue_per_week"

    def table(self) -> pd.DataFrame:
        """Return one row a product, that with most revenue first."""
        maker = self.system.maker
        network = maker.network
        held = maker.tables["products"]
        n = len(held)
        needed = (network.reach.tocsc()[:, :n] > 0).toarray()
        needed[np.arange(n), np.arange(n)] = False
        demand = network.demand[:n]
        held_units = network.pooled_stock[:n]
        weeks = np.full(n, np.nan)
        np.divide(held_units, demand, out=weeks, where=demand > 0.0)
        frame = pd.DataFrame(
            {
                "item": list(network.items.codes[:n]),
                "name": held["name"].to_numpy(dtype=object),
                "revenue_per_week": demand * network.price[:n],
                "margin_per_week": demand * network.margin[:n],
                "demand_per_week": demand,
                "price": network.price[:n],
                "margin": network.margin[:n],
                "items": needed.sum(axis=0),
                "unsourced_items": needed[network.sources_of == 0].sum(axis=0),
                "lone_items": needed[network.sources_of == 1].sum(axis=0),
                "stock_weeks": weeks,
            }
        )
        order = ["revenue_per_week", "demand_per_week", "item"]
        return frame.sort_values(order, ascending=[False, False, True], ignore_index=True)


def product_list(system: System) -> ProductList:
    """Return the products of a maker's chain with what their bills rest on.

    Parameters
    ----------
    system : System
        With a maker's chain.

    Raises
    ------
    MissingPartError
        If there is none.
    """
    _ = system.maker  # says itself that there is none
    return ProductList(system)
