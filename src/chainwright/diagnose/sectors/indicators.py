"""The indicators of the assessment: what each is, from where on it counts, and its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.diagnose.sectors.deliveries import need_imports, of_countries, purchases
from chainwright.diagnose.sectors.necks import NeckThresholds, StuckNecks
from chainwright.diagnose.sectors.plates import PlateThresholds
from chainwright.diagnose.sectors.shares import ratio
from chainwright.diagnose.sectors.strengths import Strengths, strengths_of
from chainwright.errors import LabelError
from chainwright.params import Spec, param
from chainwright.system import Axis, Flows, Home, System
from chainwright.system.essentials import Essential, essential_inputs
from chainwright.tables import schema

__all__ = [
    "INDICATORS",
    "AssessmentThresholds",
    "Dimension",
    "Indicator",
    "Measures",
    "equation_of",
    "measures_of",
    "thresholds_by_name",
]

Numbers = npt.NDArray[np.float64]
Dimension = Literal["security", "competitiveness", "weight"]


@dataclass(frozen=True)
class AssessmentThresholds(Spec):
    """From where on an indicator of a sector is crossed: a risk for security, else a strength.

    Parameters
    ----------
    imported_share, foreign_reliance : float
        Foreign share of the sector's inputs, face value and looked through. Lower than the half
        that is used for single products, as a sector's inputs are mostly home services and goods.
    hidden_reliance : float
        Foreign reliance beyond the face value.
    supplier_hhi : float
        Mean concentration of the named foreign suppliers.
    exposure_direct, exposure_look_through : float
        The top supplier's share of all inputs.
    output_at_risk : float
        Share of output that the top supplier's stop takes through one essential input.
    weak_inputs : float
        Number of inputs that `stuck_necks` flags.
    unknown_share : float
        Share of the imported inputs whose country the table does not name.
    domestic_value_added_share : float
        Domestic share of exports.
    revealed_advantage : float
        Advantage in value added.
    world_share_output, world_share_exports : float
        Shares of the world.
    leverage : float
        Mean dependence abroad.
    loss_on_extraction : float
        Share of home output that goes with the sector.
    """

    imported_share: float = param(
        0.2, unit="share", low=0.0, high=1.0, source="assumption: see the docstring"
    )
    foreign_reliance: float = param(
        0.3, unit="share", low=0.0, high=1.0, source="assumption: see the docstring"
    )
    hidden_reliance: float = param(
        0.1, unit="share", low=0.0, high=1.0, source="assumption: a tenth"
    )
    supplier_hhi: float = param(
        0.4,
        unit="1",
        low=0.0,
        high=1.0,
        source="European Commission SWD(2021)352, CDI1; CEPII GeoDep, C1",
    )
    exposure_direct: float = param(
        0.05, unit="share", low=0.0, high=1.0, source="assumption: a twentieth"
    )
    exposure_look_through: float = param(
        0.05, unit="share", low=0.0, high=1.0, source="assumption: a twentieth"
    )
    output_at_risk: float = param(
        0.1, unit="share", low=0.0, high=1.0, source="assumption: a tenth"
    )
    weak_inputs: float = param(1.0, unit="1", low=0.0, high=1000.0, source="assumption: any")
    unknown_share: float = param(
        0.5, unit="share", low=0.0, high=1.0, source="assumption: more than half"
    )
    domestic_value_added_share: float = param(
        0.8, unit="share", low=0.0, high=1.0, source="assumption: four fifths"
    )
    revealed_advantage: float = param(1.0, unit="1", low=0.0, high=100.0, source="Balassa 1965")
    world_share_output: float = param(
        0.15, unit="share", low=0.0, high=1.0, source="assumption: as for long plates"
    )
    world_share_exports: float = param(
        0.15, unit="share", low=0.0, high=1.0, source="assumption: as for long plates"
    )
    leverage: float = param(0.1, unit="share", low=0.0, high=1.0, source="assumption: a tenth")
    loss_on_extraction: float = param(
        0.1, unit="share", low=0.0, high=1.0, source="assumption: a tenth"
    )


@dataclass(frozen=True)
class Indicator:
    """One indicator; its unit, meaning and equation are those of its column in the schema.

    Parameters
    ----------
    name : str
        Its column in ``assessment_sectors``.
    dimension : str
        security (large is bad), competitiveness (large is good) or weight (neither).
    part : bool
        Whether it is part of the composite of its dimension.
    """

    name: str
    dimension: Dimension
    part: bool


INDICATORS = (
    Indicator("imported_share", "security", part=False),
    Indicator("foreign_reliance", "security", part=True),
    Indicator("hidden_reliance", "security", part=False),
    Indicator("supplier_hhi", "security", part=True),
    Indicator("exposure_direct", "security", part=False),
    Indicator("exposure_look_through", "security", part=True),
    Indicator("output_at_risk", "security", part=True),
    Indicator("weak_inputs", "security", part=False),
    Indicator("unknown_share", "security", part=False),
    Indicator("revealed_advantage", "competitiveness", part=True),
    Indicator("world_share_output", "competitiveness", part=False),
    Indicator("world_share_exports", "competitiveness", part=True),
    Indicator("leverage", "competitiveness", part=True),
    Indicator("domestic_value_added_share", "competitiveness", part=True),
    Indicator("export_share", "competitiveness", part=False),
    Indicator("upstreamness", "weight", part=False),
    Indicator("loss_on_extraction", "weight", part=False),
)
"""All indicators, in the order of rows and columns.

Of near doubles one is a part: imported share, hidden reliance and direct exposure show parts of
what foreign reliance and exposure looked through already hold.
"""


def equation_of(indicator: str) -> tuple[str, str]:
    """Return the unit of an indicator, and its equation with the source.

    Parameters
    ----------
    indicator : str
        Its name.

    Examples
    --------
    >>> equation_of("upstreamness")[0]
    '1'
    """
    column = next(c for c in schema("assessment_sectors") if c.column == indicator)
    return column.unit, f"{column.description_en} [{column.source}]"


@dataclass(frozen=True, eq=False)
class Measures:
    """The indicators of one table: a row an indicator, a column a home sector.

    Parameters
    ----------
    sectors : Axis, s
        The sectors at home.
    numbers : ndarray, shape (i, s)
        In the order of `INDICATORS`; NaN where it cannot be said.
    names_suppliers : bool
        Whether the table names any country abroad.
    top_supplier : tuple of str, s
        The named country that delivers most to the sector; empty if there is none.
    strengths : Strengths
        What the competitive side rests on.
    output, foreign, needed_foreign, total, needed : ndarray, shape (s,) [money]
        Output; inputs from abroad and all inputs, direct and through all tiers (deliveries, or
        value where the table ends at the border).
    """

    sectors: Axis
    numbers: Numbers
    names_suppliers: bool
    top_supplier: tuple[str, ...]
    strengths: Strengths
    output: Numbers
    foreign: Numbers
    needed_foreign: Numbers
    total: Numbers
    needed: Numbers

    def value(self, indicator: str) -> Numbers:
        """Return one indicator of every sector, shape (s,).

        Parameters
        ----------
        indicator : str
            Its name.
        """
        return np.asarray(self.numbers[[i.name for i in INDICATORS].index(indicator)])


def measures_of(flows: Flows, home: Home, *, essential: Essential | None = None) -> Measures:
    r"""Return every indicator of every home sector.

    Inputs are as in `stuck_necks`, summed over the products p that sector j uses. The concentration
    of suppliers is the mean of the products' HHI, weighted by what named countries deliver; where
    over half of a sector's imported inputs come from no named country it is not said. A table whose
    imports are rows of their own ends at the border; there reliance follows the chain by value, as
    `reliance` does: :math:`m L` abroad, :math:`v (L - I)` inside the table. The output at
    risk is that of the one essential input (at least 2 % of output) where the top supplier holds
    most: Leontief's minimum, not a sum.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Home and its nation.
    essential : Essential, optional
        Which inputs output stops without; by our rule if not given.
    """
    need_imports(flows)
    bought = purchases(flows, home)
    rule = essential or essential_inputs(bought.products, bought.sectors)
    necks = StuckNecks(System(flows), bought, NeckThresholds(), rule)
    found = strengths_of(flows, home, concentrated=PlateThresholds().concentration)
    if found.sectors.codes != bought.sectors.codes:
        raise LabelError("The sectors of home differ between what it buys and what it sells.")
    total, foreign = bought.direct.total.sum(axis=0), bought.direct.foreign.sum(axis=0)
    if flows.imports is None:
        needed, far = bought.through.total.sum(axis=0), bought.through.foreign.sum(axis=0)
        through_country = bought.through.named.sum(axis=1)
    else:
        needed, far, through_country = _by_value(flows, home, found)
    unknown = ratio(bought.direct.unnamed.sum(axis=0), foreign)
    by_country = bought.direct.named.sum(axis=1)
    codes = (*bought.countries.codes, "")
    if len(by_country):
        top = np.where(by_country.max(axis=0) > 0.0, by_country.argmax(axis=0), -1)
        column = np.arange(by_country.shape[1])
        direct = np.where(top >= 0, by_country[top, column], np.nan)
        through = np.where(top >= 0, through_country[top, column], np.nan)
    else:  # the table says only "abroad"
        top = np.full(len(total), -1)
        direct = through = np.full(len(total), np.nan)
    values: dict[str, Numbers] = {
        "imported_share": ratio(foreign, total),
        "foreign_reliance": ratio(far, needed),
        "hidden_reliance": ratio(far, needed) - ratio(foreign, total),
        "supplier_hhi": np.where(np.nan_to_num(unknown) > 0.5, np.nan, _mean_hhi(necks)),
        "exposure_direct": ratio(direct, total),
        "exposure_look_through": ratio(through, needed),
        "output_at_risk": _at_risk(necks),
        "weak_inputs": _weak(necks),
        "unknown_share": unknown if necks.names_suppliers else np.full(len(total), np.nan),
        "loss_on_extraction": ratio(bought.centrality, bought.output.sum()),
        **{
            name: getattr(found, name)
            for name in (
                "revealed_advantage",
                "world_share_output",
                "world_share_exports",
                "leverage",
                "domestic_value_added_share",
                "export_share",
                "upstreamness",
            )
        },
    }
    made = bought.output > 0.0
    stacked = np.stack([np.where(made, values[i.name], np.nan) for i in INDICATORS])
    return Measures(
        sectors=bought.sectors,
        numbers=stacked,
        names_suppliers=necks.names_suppliers,
        top_supplier=tuple(codes[t] for t in top),
        strengths=found,
        output=bought.output,
        foreign=foreign,
        needed_foreign=far,
        total=total,
        needed=needed,
    )


def _by_value(flows: Flows, home: Home, found: Strengths) -> tuple[Numbers, Numbers, Numbers]:
    r"""Return value in all inputs of home's sectors up to the border, and from abroad of it.

    With x the output of the sector's members at home, m imports and v value added per output:
    :math:`v (L - I) x + m L x`; of this :math:`m L x` and the value added of regions abroad; and
    the latter by named country, shape (c, s).
    """
    here = np.flatnonzero(home.mask(flows))
    made = np.zeros((len(flows.nodes), len(found.sectors)))
    column = np.searchsorted(np.unique(flows.nodes.sector[here]), flows.nodes.sector[here])
    made[here, column] = flows.output[here]
    needed = leontief(flows).solve(made).astype(np.float64)
    inside = (flows.added * flows.per_output)[:, None] * (needed - made)
    outside = np.zeros((0, inside.shape[1]))
    if flows.imports is not None:
        outside = (flows.imports.matrix.astype(np.float64) * flows.per_output) @ needed
    bought = outside.sum(axis=0)
    abroad = inside[~home.nation_mask(flows)].sum(axis=0)
    by_country = of_countries(flows, home, np.concatenate([inside, outside]))
    return inside.sum(axis=0) + bought, abroad + bought, by_country


def _mean_hhi(necks: StuckNecks) -> Numbers:
    """Return the mean HHI of the products that a sector buys of named countries, shape (s,)."""
    weight = necks.purchases.direct.named.sum(axis=0)
    said = np.isfinite(necks.supplier_hhi)
    hhi = np.where(said, necks.supplier_hhi, 0.0)
    return ratio((hhi * weight).sum(axis=0), (said * weight).sum(axis=0))


def _counted(necks: StuckNecks) -> npt.NDArray[np.bool_]:
    cost = np.nan_to_num(necks.cost_share)
    return np.asarray((cost > 0.0) & (cost >= necks.thresholds.min_cost_share))


def _at_risk(necks: StuckNecks) -> Numbers:
    """Return the largest share of output that hangs on one supplier of one essential input."""
    if not necks.names_suppliers:
        return np.full(necks.cost_share.shape[1], np.nan)
    hit = _counted(necks) & necks.essential.matrix
    return np.asarray(np.where(hit, np.nan_to_num(necks.exposure_direct), 0.0).max(axis=0))


def _weak(necks: StuckNecks) -> Numbers:
    """Return how many inputs are flagged as weak links, shape (s,)."""
    return np.asarray((_counted(necks) & necks.flagged).sum(axis=0), dtype=np.float64)


def thresholds_by_name(limits: AssessmentThresholds) -> Mapping[str, float]:
    """Return the threshold of each indicator that has one, by `limits`."""
    return {i.name: getattr(limits, i.name) for i in INDICATORS if hasattr(limits, i.name)}
