"""Why an indicator of the assessment is empty, or narrower than its name: in words."""

import numpy as np

from chainwright.diagnose.indicators import Measures
from chainwright.diagnose.strengths import UNSAID
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
        "Looked through up to the border only: a lower bound.",
        "仅穿透至国境：为下界。",
    ),
}

SUPPLIERS = {"supplier_hhi", "exposure_direct", "exposure_look_through", "output_at_risk"}

COMPARED = {"revealed_advantage", "world_share_output", "world_share_exports", "leverage"}


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
    if "no output" in keys:
        return UNSAID["no output"]
    if "proportional" in keys and indicator in SUPPLIERS | {
        "imported_share",
        "foreign_reliance",
        "hidden_reliance",
        "weak_inputs",
        "domestic_value_added_share",
    }:
        return UNSAID["proportional"]
    if indicator in COMPARED and (missing or "not the world" in keys):
        wide = [k for k in ("one nation", "not the world", "composite", "no exports") if k in keys]
        return UNSAID[wide[0]] if wide else ("", "")
    if indicator in SUPPLIERS and missing:
        return BOUGHT["supplier unknown" if found.names_suppliers else "abroad only"]
    if indicator in {"foreign_reliance", "hidden_reliance"} and flows.imports is not None:
        return BOUGHT["to the border"]
    if indicator == "domestic_value_added_share" and missing:
        return UNSAID["competitive" if "competitive" in keys else "no exports"]
    return BOUGHT["no inputs"] if missing else ("", "")
