"""Why an indicator of the assessment is empty, or narrower than its name: in words."""

import numpy as np

from chainwright.diagnose.sectors.indicators import Measures
from chainwright.diagnose.sectors.strengths import UNSAID
from chainwright.system import Flows

__all__ = ["unsaid"]

BOUGHT = {
    "no inputs": ("The sector buys no inputs.", "该部门无中间投入。"),
    "abroad only": (
        "The table says only that inputs come from abroad, so no supplier can be named.",
        "该表只标明“进口”，未列来源国，因此不能指明供应国。",
    ),
    "supplier unknown": (
        "Over half of the imported inputs come from countries that the table lumps, or none is "
        "imported from a named country.",
        "半数以上进口投入来自表中合并列示的国家，或无具名来源国。",
    ),
    "to the border": (
        "Followed by value up to the border; what stands behind imports abroad is left out.",
        "按价值穿透至国境，进口在境外的上游未计入。",
    ),
}

SUPPLIERS = {
    "supplier_hhi",
    "exposure_direct",
    "exposure_look_through",
    "output_at_risk",
    "unknown_share",
}

COMPARED = {"revealed_advantage", "world_share_output", "world_share_exports", "leverage"}

LOOKED_THROUGH = {"foreign_reliance", "hidden_reliance"}

DOMESTIC = "domestic_value_added_share"

SPLIT = SUPPLIERS | LOOKED_THROUGH | {"imported_share", "weak_inputs", DOMESTIC}
"""What rests on a split of imports, where a table was split by assumption."""


def unsaid(flows: Flows, found: Measures, indicator: str, place: int) -> tuple[str, str]:
    """Return why an indicator of a sector is empty or narrow; empty text if it is neither.

    Parameters
    ----------
    flows : Flows
        The table.
    found : Measures
        The indicators of its sectors.
    indicator : str
        Which indicator.
    place : int
        Which sector.
    """
    missing = bool(np.isnan(found.value(indicator)[place]))
    keys = found.strengths.reasons[place]
    wide = [k for k in ("one nation", "not the world", "composite", "no exports") if k in keys]
    named = "supplier unknown" if found.names_suppliers else "abroad only"
    told = {
        "no output": "no output" in keys,
        "proportional": "proportional" in keys and indicator in SPLIT,
        wide[0] if wide else "": indicator in COMPARED and (missing or "not the world" in keys),
        named: indicator in SUPPLIERS and missing,
        "to the border": indicator in LOOKED_THROUGH and flows.imports is not None,
        "competitive": indicator == DOMESTIC and missing and "competitive" in keys,
        "no exports": indicator == DOMESTIC and missing,
        "no inputs": missing,
    }
    first = next((key for key, holds in told.items() if holds), "")
    return (BOUGHT | UNSAID).get(first, ("", ""))
