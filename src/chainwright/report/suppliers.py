"""Who supplies home's industry from outside, and how often as the first hand of a weak link."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from chainwright.report.glance import Glance
from chainwright.system import Home, Result
from chainwright.tables import schema

__all__ = ["Suppliers", "suppliers_of"]


@dataclass(frozen=True, eq=False, repr=False)
class Suppliers(Result):
    """Deliveries to home's sectors by the region that they come from.

    Parameters
    ----------
    home : Home
        Whose suppliers.
    by_origin : DataFrame
        Inputs from outside by origin (rows) and home sector (columns) [money].
    inputs : float
        All inputs of home's sectors [money].
    counted : mapping of str to int, or None
        How many ranked findings name a region as top supplier; None where none could be made.
    """

    name: ClassVar[str] = "suppliers"
    charted: ClassVar[str] = "imported_inputs"

    home: Home
    by_origin: pd.DataFrame
    inputs: float
    counted: dict[str, int] | None

    @property
    def parameters(self) -> dict[str, object]:
        """Home, and the nation around it."""
        return {"home": self.home.name, "nation": list(self.home.nation)}

    def table(self) -> pd.DataFrame:
        """Return one row a region outside home that delivers inputs, largest first."""
        flows = self.system.flows
        sums = self.by_origin.sum(axis=1)
        kept = self.by_origin[sums > 0.0]
        sums = sums[sums > 0.0]
        main = kept.idxmax(axis=1) if len(kept) else pd.Series(dtype=object)
        counted = self.counted
        composite = [code == "" or code in flows.composite for code in kept.index]
        frame = pd.DataFrame(
            {
                "region": list(kept.index),
                "imported_inputs": sums.to_numpy(),
                "share_of_imports": (sums / sums.sum()).to_numpy(),
                "share_of_inputs": (sums / self.inputs).to_numpy(),
                "main_user": list(main),
                "main_user_share": (kept.max(axis=1) / sums).to_numpy(),
                "weak_links": pd.array(
                    [
                        pd.NA if counted is None or many else counted.get(code, 0)
                        for code, many in zip(kept.index, composite, strict=True)
                    ],
                    dtype="Int64",
                ),
                "composite": composite,
            }
        )[[c.column for c in schema(self.name)]]
        return frame.sort_values(
            "imported_inputs", ascending=False, kind="stable", ignore_index=True
        )


def suppliers_of(glance: Glance, necks: pd.DataFrame | None) -> Suppliers:
    """Return who supplies home from outside.

    Parameters
    ----------
    glance : Glance
        Home's inputs by origin.
    necks : DataFrame, optional
        The table of weak links; without it they are not counted.
    """
    counted = None
    if necks is not None:
        flagged = necks[necks["flagged"].astype(bool) & necks["top_supplier"].ne("")]
        counted = {str(k): int(v) for k, v in flagged["top_supplier"].value_counts().items()}
    return Suppliers(
        system=glance.system,
        home=glance.home,
        by_origin=glance.by_origin,
        inputs=float(glance.inputs.sum()),
        counted=counted,
    )
