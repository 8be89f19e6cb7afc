"""The footprints of all products of a system at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.lifecycle.adjoint_series import REASONS, Adjoint, AdjointChain, Method
from chainwright.carbon.lifecycle.declarations import CutSystem, Declared, cut_at
from chainwright.carbon.lifecycle.product_systems import SCOPES, ProductSystem, ProductSystemPart
from chainwright.carbon.lifecycle.series_kernels import forward
from chainwright.errors import InfeasibleError
from chainwright.system import Result
from chainwright.tables import schema

if TYPE_CHECKING:
    from chainwright.carbon.lifecycle.one_product import ProductFootprint
    from chainwright.carbon.lifecycle.supplier_changes import FootprintChange

__all__ = ["Footprints", "footprints"]

Floats = npt.NDArray[np.float64]

Part = Literal["scope", "country", "flow"]
"""What footprints are split by."""

FINE = 1e-3
"""How much further parts are summed: they are small beside the whole that measures their terms."""

DECLARED = "declared"
"""Part of a footprint that a supplier declares: where behind it that arose is not told."""


@dataclass(frozen=True, eq=False, repr=False)
class Footprints(Result):
    r"""What one unit of each product carries: :math:`y = q + T^\top y`.

    Parameters
    ----------
    solved : Adjoint
        Footprints, their certified bounds, and how they were found.
    cut : CutSystem
        The system after declared footprints were cut in.
    tolerance : float
        Largest last term of the series, as a share of each footprint.
    asked_method : str
        The method that was asked for.
    given : dict
        Declared footprints that were given besides those of the table.

    Notes
    -----
    R. Heijungs and S. Suh (2002), The computational structure of life cycle assessment; the
    adjoint form solves once for all demands.
    """

    name: ClassVar[str] = "product_footprints"
    charted: ClassVar[str] = "footprint"

    solved: Adjoint
    cut: CutSystem
    tolerance: float
    asked_method: str
    given: Mapping[str, float | tuple[float, float]]

    @property
    def products(self) -> ProductSystem:
        """The product system."""
        found: ProductSystem = self.system._parts["products"]
        return found

    @property
    def footprint(self) -> Floats:
        """Footprint of one unit of each product, ``(n,)``."""
        return self.solved.value

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {
            "tolerance": self.tolerance,
            "method": self.asked_method,
            "declared": {k: list(v) if isinstance(v, tuple) else v for k, v in self.given.items()},
        }

    @property
    def counted_in(self) -> dict[str, str]:
        """What emissions are counted in, besides money and quantities."""
        return {**super().counted_in, "emission": self.products.emission_unit}

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how it was solved."""
        terms = {"solved": self.solved.method, "terms": self.solved.terms}
        return {**super().origin, **terms, "reason": REASONS[self.solved.reason][0]}

    @cached_property
    def chain(self) -> AdjointChain:
        """The inputs after the cuts."""
        return AdjointChain(self.products.starts, self.products.supplier, self.cut.amount)

    @cached_property
    def links(self) -> AdjointChain:
        """The same with one link a supplier and user: what stands in several rows is added up."""
        chain, n = self.chain, len(self.products)
        both = self.products.user.astype(np.int64) * n + chain.supplier
        link, row = np.unique(both, return_inverse=True)
        if len(link) == len(both):
            return chain
        starts = np.searchsorted(link, np.arange(n + 1) * n)
        amount: Floats = np.zeros(len(link))
        np.add.at(amount, row, chain.amount)
        return AdjointChain(starts, (link % n).astype(np.int32), amount)

    @cached_property
    def primary_share(self) -> Floats:
        """Share of each footprint that rests on primary data, ``(n,)``; unknown shares are none.

        ``y_prim = s q + T' y_prim``, PDS = y_prim / y; NaN for a footprint of nought.
        """
        known = (self.cut.primary * self.cut.direct)[:, None]
        primary = self.chain.solved_parts(known, self.footprint, FINE * self.tolerance)[:, 0]
        some = self.footprint != 0.0
        share = np.full(len(primary), np.nan)
        np.divide(primary, self.footprint, out=share, where=some)
        if (self.cut.amount < 0.0).any() or (self.cut.direct < 0.0).any():
            return share  # with credits a part may be more than the whole
        return np.asarray(
            np.clip(share, 0.0, 1.0)
        )  # what is beyond it is the tolerance of the two series

    def of_products(self) -> dict[str, tuple[float, float, str]]:
        """Return footprint, share of primary data and unit by product, for `pact_footprints`."""
        frame = self.products.frame
        rows = (frame["process"], self.footprint, self.primary_share, frame["unit"])
        return {
            str(name): (float(one), float(share), str(unit))
            for name, one, share, unit in zip(*rows, strict=True)
        }

    def direct_by(self, part: Part) -> tuple[tuple[str, ...], Floats]:
        """Return the direct emissions by part, ``(n, p)``, and the names of the parts.

        Parameters
        ----------
        part : str
            ``"scope"``, ``"country"`` or ``"flow"``.
        """
        ours, n = self.products, len(self.products)
        if part == "country":
            told = ours.frame["country"].to_numpy(dtype=object).astype(str)
            countries, country = np.unique(told, return_inverse=True)
            names, place = tuple(countries.tolist()), country[ours.emitter].astype(np.int32)
        else:
            names = SCOPES if part == "scope" else ours.flows
            place = ours.scope.astype(np.int32) if part == "scope" else ours.flow
        own = ~self.cut.declared[ours.emitter]
        out = np.zeros((n, len(names) + 1))
        np.add.at(out, (ours.emitter[own], place[own]), ours.emission[own])
        out[self.cut.declared, -1] = self.cut.direct[self.cut.declared]
        used = (out != 0.0).any(axis=0)
        kept = [name for name, some in zip((*names, DECLARED), used, strict=True) if some]
        return tuple(kept), out[:, used]

    def by(self, part: Part) -> tuple[tuple[str, ...], Floats]:
        """Return the footprints by where they arose, ``(n, p)``, and the names of the parts.

        Parameters
        ----------
        part : str
            ``"scope"`` of the emitter's direct emissions, ``"country"`` or ``"flow"``; what
            suppliers declare is a part ``"declared"``.
        """
        names, direct = self.direct_by(part)
        scale = np.maximum(np.abs(self.footprint), np.finfo(np.float64).tiny)
        return names, self.chain.solved_parts(direct, scale, FINE * self.tolerance)

    def tiers(self, number: int) -> Floats:
        """Return the first tiers of every product, ``(number, n)``: ``(T')^k q``.

        Parameters
        ----------
        number : int
            How many, the product's own direct emissions included.
        """
        found = [self.cut.direct]
        while len(found) < number:
            found.append(self.chain.needed(found[-1]))
        return np.stack(found[:number])

    def closure(self, final: Floats) -> tuple[float, float]:
        """Return two sums that are one: direct emissions of all that is made, and ``f y``.

        With final deliveries f and ``x = f + T x``, the sum of ``q x`` is ``f y``.

        Parameters
        ----------
        final : ndarray, shape (n,)
            Final deliveries of each product.

        Raises
        ------
        InfeasibleError
            If the sum of what is made does not end.
        """
        made = self.made(np.asarray(final, dtype=np.float64))
        return float(self.cut.direct @ made), float(np.asarray(final) @ self.footprint)

    def made(self, final: Floats) -> Floats:
        """Return what is made of each product for final deliveries, ``(n,)``: ``x = f + T x``.

        Parameters
        ----------
        final : ndarray, shape (n,)
            Final deliveries of each product.

        Raises
        ------
        InfeasibleError
            If the sum does not end.
        """
        out, term = final.copy(), final
        spare = np.empty(len(final))
        for _ in range(3000):
            forward(self.chain.starts, self.chain.supplier, self.chain.amount, term, spare)
            term, spare = spare, np.empty(len(final))
            out += term
            if (np.abs(term) <= 1e-15 * np.abs(out)).all():
                return out
        msg = (
            "What has to be made for these deliveries does not settle: the chains feed themselves."
        )
        raise InfeasibleError(msg)

    def of(self, product: str, *, tiers: int = 12, threshold: float = 1e-3) -> "ProductFootprint":
        """Return where the footprint of one product comes from.

        Parameters
        ----------
        product : str
            Its name.
        tiers : int
            Tiers that are shown.
        threshold : float
            Least share of the footprint of a path that is shown.

        Raises
        ------
        UnknownCodeError
            If there is no such product.
        """
        from chainwright.carbon.lifecycle.one_product import product_footprint  # noqa: PLC0415

        return product_footprint(self, product, tiers=tiers, threshold=threshold)

    def changed(
        self,
        *,
        direct: Mapping[str, float] | None = None,
        inputs: Mapping[tuple[str, str], float] | None = None,
    ) -> "FootprintChange":
        """Return what changes where suppliers have new data; only the difference is solved for.

        Parameters
        ----------
        direct : mapping, optional
            New direct emissions by product.
        inputs : mapping, optional
            New amounts by (user, supplier), units of the supplier per unit of the user.

        Raises
        ------
        UnknownCodeError
            If there is no such product.
        ParameterError
            If a product was declared, or a number is none.
        """
        from chainwright.carbon.lifecycle.supplier_changes import supplier_change  # noqa: PLC0415

        return supplier_change(self, direct or {}, inputs or {})

    def table(self) -> pd.DataFrame:
        """Return a row a product, the largest footprint first."""
        frame = self.products.frame
        known = self.footprint != 0.0
        share = np.full(len(frame), np.nan)
        np.divide(self.cut.direct, self.footprint, out=share, where=known)
        columns: dict[str, object] = {
            "product": frame["process"],
            "name_en": frame["name_en"],
            "name_zh": frame["name_zh"],
            "country": frame["country"],
            "unit": frame["unit"],
            "footprint": self.footprint,
            "lower": self.solved.lower,
            "upper": self.solved.upper,
            "direct": self.cut.direct,
            "direct_share": share,
            "primary_share": self.primary_share,
            "declared": self.cut.declared,
            "method": self.solved.method,
            "reason_en": REASONS[self.solved.reason][0],
            "reason_zh": REASONS[self.solved.reason][1],
        }
        found = pd.DataFrame(columns)[[c.column for c in schema(self.name)]]
        return found.sort_values("footprint", ascending=False, kind="stable", ignore_index=True)


def footprints(
    products: ProductSystem,
    *,
    declared: Declared | None = None,
    tolerance: float = 1e-9,
    method: Method = "auto",
) -> Footprints:
    """Return the footprints of all products of a system: one solve, whatever their number.

    Parameters
    ----------
    products : ProductSystem
        The system.
    declared : mapping, optional
        Footprints that suppliers declare, by product, or (footprint, primary share): nothing
        behind them is counted. They are taken before those of the table.
    tolerance : float
        Largest last term of the series, as a share of each footprint.
    method : str
        ``"auto"`` (the series; a direct solve for credits, or where the series is slow),
        ``"series"`` or ``"direct"``.

    Raises
    ------
    UnknownCodeError
        If there is no such product.
    ParameterError
        If a number is out of range.
    InfeasibleError
        If products need as much of themselves as they make.

    Examples
    --------
    >>> steel = ProductSystem.of_arrays(
    ...     [[0.05, 0.10, 0.30], [0, 0, 1.05], [0.01, 0, 0]], [0.5, 1.5, 0.1])
    >>> [round(float(y), 8) for y in footprints(steel).footprint]
    [0.54627623, 1.55462762, 1.89624187]
    """
    cut = cut_at(products, declared)
    chain = AdjointChain(products.starts, products.supplier, cut.amount)
    solved = chain.solved(cut.direct, tolerance=tolerance, method=method)
    part = ProductSystemPart(products)
    return Footprints(part, solved, cut, tolerance, method, dict(declared or {}))
