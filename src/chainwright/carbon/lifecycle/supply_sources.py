"""Product systems of what is there already: a maker's supply network, an economy's flows."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from chainwright.accounts.intensities import amounts_of, unit_of
from chainwright.carbon.lifecycle.product_systems import SCOPES, ProductSystem
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from chainwright.system import System

__all__ = ["product_system"]

Floats = npt.NDArray[np.float64]


def product_system(
    system: System,
    *,
    direct: Mapping[str, float] | None = None,
    declared: Mapping[str, float] | None = None,
    of: str | None = None,
) -> ProductSystem:
    """Return the product system of a maker's bill of materials, or of an economy's flows.

    Of a maker: a product is an item, T its bill of materials, in units of each item; what is not
    given emits nothing here, and the origin says how many items that are. Of flows: a product is
    a unit of money of a node's output, T its input coefficients, direct emissions those of a
    stressor per output. `chainwright.accounts.footprint` splits what final demand embodies by
    region from the same equation; here it is by product, with bounds, tiers and declared values.

    Parameters
    ----------
    system : System
        With a maker or with flows; the maker is taken where both are there.
    direct : mapping, optional
        Of a maker: direct emissions in kgCO2e per unit of an item; needed there.
    declared : mapping, optional
        Footprints per unit that suppliers declare, by item or node.
    of : str, optional
        Of flows: the stressor; needed there.

    Raises
    ------
    MissingPartError
        If the system has neither.
    ParameterError
        If direct emissions or the stressor are not given, or no finite numbers.
    UnknownCodeError
        If there is no such item, node or stressor.

    Examples
    --------
    >>> maker = System.demo("maker")
    >>> item = maker.maker.network.items.codes[0]
    >>> len(product_system(maker, direct={item: 2.0})) == len(maker.maker.network.items.codes)
    True
    """
    if "maker" in system.has:
        found = _of_maker(system, direct)
    elif "flows" in system.has:
        found = _of_flows(system, of)
    else:
        remedy = "Read a maker's chain or a table of flows, or take carbon.read_processes."
        raise MissingPartError("a maker or flows", remedy)
    for code, value in (declared or {}).items():
        found.frame.loc[found.row(code), "declared"] = value
    return found


def _of_maker(system: System, direct: Mapping[str, float] | None) -> ProductSystem:
    if not direct:
        expected = "direct emissions in kgCO2e per unit by item: a bill of materials has none"
        raise ParameterError("direct", "a product system", expected, direct)
    network = system.maker.network
    emitted = np.zeros(len(network.items.codes))
    for item, value in direct.items():
        if item not in network.items.place:
            raise UnknownCodeError(item, "item of this maker", network.items.codes)
        if not np.isfinite(value):
            raise ParameterError("direct", "a product system", f"a number for {item}", value)
        emitted[network.items.place[item]] = value
    found = ProductSystem.of_arrays(network.bill, emitted, list(network.items.codes))
    found.frame["name_en"] = list(network.items.names_en) or ""
    missing = len(emitted) - len(direct)
    note = f"direct emissions of {missing:,} of {len(emitted):,} items not given: counted as none"
    return _noted(found, system, note)


def _of_flows(system: System, of: str | None) -> ProductSystem:
    if of is None:
        stressors = system.flows.stressors
        known = ", ".join(stressors.axis.codes) if stressors else "none in this table"
        raise ParameterError("of", "a product system", f"a stressor ({known})", of)
    flows = system.flows
    per = flows.per_output
    inputs = csc_array(np.asarray(flows.matrix, dtype=np.float64) * per[None, :])
    emitted = amounts_of(flows, of) * per
    found = ProductSystem.of_arrays(inputs, emitted, list(flows.nodes.codes))
    nodes = flows.nodes.frame()
    found.frame["country"] = nodes["region"].astype("str").to_numpy()
    found.frame["unit"] = str(flows.money)
    return _noted(found, system, "inputs per output of a table of flows", unit_of(flows, of))


def _noted(
    found: ProductSystem, system: System, note: str, emission_unit: str = "kgCO2e"
) -> ProductSystem:
    scope = np.full(len(found.emission), SCOPES.index("1"), dtype=np.int8)
    origin = found.origin.noted(f"{note}; of {system.label}")
    return replace(found, scope=scope, emission_unit=emission_unit, origin=origin)
