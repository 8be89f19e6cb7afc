"""What can be said of the strength of home's sectors, each an array over the sectors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.sectors.advantage import exports_of, revealed_advantage
from chainwright.diagnose.sectors.blocs import Blocs, blocs_of
from chainwright.diagnose.sectors.dependents import Needs, importers_of, needs_of, weights_abroad
from chainwright.diagnose.sectors.shares import ratio
from chainwright.system import Axis, Flows, Home

__all__ = ["UNSAID", "Strengths", "strengths_of"]

Numbers = npt.NDArray[np.float64]

UNSAID = {
    "one nation": (
        "The table is of one nation, so nothing can be set against other countries.",
        "该表为单一国家表，无法与其他国家比较。",
    ),
    "not the world": (
        "The table is not of the whole world: comparisons run over its regions, and world shares "
        "and who depends on home abroad are not known.",
        "该表不覆盖全世界：比较仅限表内地区，世界份额与境外依赖无从得知。",
    ),
    "competitive": (
        "Imports are mixed with home deliveries, so the domestic share of exports is not known; "
        "split_imports() splits them by assumption.",
        "进口与国内供给混列，出口中的国内份额无从得知；split_imports() 可按假设拆分。",
    ),
    "proportional": (
        "Imports were split in proportion to use, an assumption.",
        "进口系按使用比例拆分（假设）。",
    ),
    "composite": (
        "Home stands for many countries and is no country to compare.",
        "本地区为多国合并区域，不宜作为一国比较。",
    ),
    "no output": ("The sector has no output.", "该部门无产出。"),
    "no exports": ("The sector exports nothing.", "该部门无出口。"),
}
"""Why something is not said, in English and in Chinese."""


@dataclass(frozen=True, eq=False)
class Strengths:
    """Strengths of ``s`` home sectors, among ``g`` countries of which home is the first.

    What a table cannot say is NaN, for the reasons in `reasons`.

    Parameters
    ----------
    blocs : Blocs
        Home and its partners.
    sectors : Axis, s
        The sectors at home.
    needs : Needs
        What each country's industries need.
    output, exports, value_added_exported : ndarray, shape (s,) [money]
        Output; exports of the country that home is in; home's value added in them (forward).
    export_share, nation_share : ndarray, shape (s,) [share]
        Of output, what goes abroad, and what goes to the rest of the nation.
    domestic_value_added_share : ndarray, shape (s,) [share]
        The country's value added in a unit of exports of the sector (backward).
    revealed_advantage, revealed_advantage_gross : ndarray, shape (s,) [1]
        In value added, and in gross exports.
    world_share_output, world_share_value_added, world_share_exports : ndarray, shape (s,) [share]
        Of the world's output, value added, and value added in exports of the sector.
    world_rank : ndarray, shape (s,) [1]
        Place among named countries by value added exported.
    upstreamness : ndarray, shape (s,) [1]
        Stages up to final use, weighted by output.
    leverage : ndarray, shape (s,) [share]
        Mean of `dependence` over named countries abroad, weighted by their value added.
    dependence : ndarray, shape (s, g) [share]
        Home's share in all that each country's industries need of the product; NaN at home.
    first_supplier_of : ndarray, shape (s,) [1]
        Number of named countries abroad whose largest named foreign supplier is home.
    irreplaceable_share : ndarray, shape (s,) [share]
        Share of those that import, whose imports are concentrated and whose first supplier is home.
    earned : ndarray, shape (g, p) [money]
        Value added of every country's sectors in its exports.
    reasons : tuple of tuple of str, s
        Keys of `UNSAID`.
    """

    blocs: Blocs
    sectors: Axis
    needs: Needs
    output: Numbers
    exports: Numbers
    value_added_exported: Numbers
    export_share: Numbers
    nation_share: Numbers
    domestic_value_added_share: Numbers
    revealed_advantage: Numbers
    revealed_advantage_gross: Numbers
    world_share_output: Numbers
    world_share_value_added: Numbers
    world_share_exports: Numbers
    world_rank: Numbers
    upstreamness: Numbers
    leverage: Numbers
    dependence: Numbers
    first_supplier_of: Numbers
    irreplaceable_share: Numbers
    earned: Numbers
    reasons: tuple[tuple[str, ...], ...]


def strengths_of(flows: Flows, home: Home, *, concentrated: float) -> Strengths:
    r"""Return the strengths of home's sectors: sector j of home is the sum of its members' j.

    Revealed advantage is taken in value added, forward linkage: the value added
    :math:`\hat v_b H_b e_b` that a sector's own factors send abroad in whatever product, so that
    bought-in parts and services give no sector an advantage that is another's. What a table cannot
    say is NaN.

    Leverage of product p is :math:`\sum_c w_c T_{hpc} / \sum_i T_{ipc}` with :math:`T_{ipc}` what
    the industries of c need of p from i through all tiers, :math:`(L - I) x_c`, and w the
    countries' shares in the value added of all named countries abroad.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Home and its nation.
    concentrated : float
        Import HHI above which a country's imports count as concentrated.
    """
    blocs = blocs_of(flows, home)
    kept = np.unique(flows.nodes.sector[blocs.of_node == 0])
    exports, needs = exports_of(flows, blocs), needs_of(flows, blocs)

    def by_sector(amounts: Numbers) -> Numbers:
        """Return sums over the nodes of each country and sector, shape (g, p)."""
        total = np.zeros((len(blocs), len(flows.nodes.sectors)))
        np.add.at(total, (blocs.of_node, flows.nodes.sector), amounts)
        return total

    def of_home(amounts: Numbers) -> Numbers:
        return np.asarray(by_sector(amounts)[0, kept])

    gross, earned = by_sector(exports.gross), by_sector(exports.value_added)
    output = of_home(flows.output)
    content = ratio(of_home(exports.gross * exports.content), gross[0, kept])
    empty = np.full(len(kept), np.nan)
    comparable = len(blocs) > 1
    world_shares = [
        ratio(amounts[0], amounts.sum(axis=0))[kept] if blocs.world else empty
        for amounts in (by_sector(flows.output), by_sector(flows.added), earned)
    ]
    dependence = np.where(blocs.national[None, :], np.nan, needs.of_product()[kept])
    weights = weights_abroad(flows, blocs)
    hhi, first = (found[kept] for found in importers_of(needs, blocs))
    abroad = comparable and bool(blocs.named_abroad.any())
    return Strengths(
        blocs=blocs,
        sectors=flows.nodes.sectors.take(kept),
        needs=needs,
        output=output,
        exports=gross[0, kept],
        value_added_exported=empty if flows.is_competitive else earned[0, kept],
        export_share=ratio(gross[0, kept], output),
        nation_share=ratio(of_home(exports.to_nation), output),
        domestic_value_added_share=empty if flows.is_competitive else content,
        revealed_advantage=revealed_advantage(earned)[0, kept] if comparable else empty,
        revealed_advantage_gross=revealed_advantage(gross)[0, kept] if comparable else empty,
        world_share_output=world_shares[0],
        world_share_value_added=world_shares[1],
        world_share_exports=world_shares[2],
        world_rank=_world_rank(earned[:, kept], blocs) if blocs.world else empty,
        upstreamness=ratio(of_home(needs.stages), output),
        leverage=_mean(dependence, weights) if abroad else empty,
        dependence=dependence,
        first_supplier_of=first.sum(axis=1).astype(np.float64) if abroad else empty,
        irreplaceable_share=(
            _share(first & (hhi > concentrated), np.isfinite(hhi)) if abroad else empty
        ),
        earned=earned,
        reasons=_reasons(flows, blocs, output, gross[0, kept]),
    )


def _mean(dependence: Numbers, weights: Numbers) -> Numbers:
    """Return the weighted mean over the countries that need the product at all."""
    said = np.isfinite(dependence) & (weights > 0.0)[None, :]
    return ratio(
        (np.where(said, dependence, 0.0) * weights).sum(axis=1), (said * weights).sum(axis=1)
    )


def _share(hit: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> Numbers:
    """Return the share of the known countries that are hit, shape (s,)."""
    return ratio(hit.sum(axis=1).astype(np.float64), known.sum(axis=1).astype(np.float64))


def _world_rank(earned: Numbers, blocs: Blocs) -> Numbers:
    if blocs.composite[0]:
        return np.full(earned.shape[1], np.nan)
    named = earned[~blocs.composite]
    return np.asarray(1.0 + (named > earned[0]).sum(axis=0))


def _reasons(
    flows: Flows, blocs: Blocs, output: Numbers, exports: Numbers
) -> tuple[tuple[str, ...], ...]:
    of_table = []
    if len(blocs) == 1:
        of_table.append("one nation")
    elif not blocs.world:
        of_table.append("not the world")
    if flows.is_competitive:
        of_table.append("competitive")
    if flows.imports is not None and flows.imports.method == "proportional":
        of_table.append("proportional")
    if blocs.composite[0]:
        of_table.append("composite")
    return tuple(
        (*of_table, *(["no output"] if x <= 0.0 else ["no exports"] if e <= 0.0 else []))
        for x, e in zip(output, exports, strict=True)
    )
