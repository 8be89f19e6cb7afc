"""The rows of stuck necks: ranked, each with its reason."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.sectors.reasons import Row, reason
from chainwright.diagnose.sectors.sector_classes import SECTOR_CLASSES, class_places
from chainwright.diagnose.sectors.shares import ratio

if TYPE_CHECKING:
    from chainwright.diagnose.sectors.necks import StuckNecks

__all__ = ["neck_rows"]

Places = npt.NDArray[np.intp]


def neck_rows(found: "StuckNecks") -> pd.DataFrame:
    """Return one row an input of a home sector, class by class, what is flagged first.

    Parameters
    ----------
    found : StuckNecks
        What was found.
    """
    bought = found.purchases
    # an input that is not bought at all has no shares
    least = max(found.thresholds.min_cost_share, np.finfo(np.float64).tiny)
    p, j = np.nonzero(np.nan_to_num(found.cost_share) >= least)
    classes = class_places(bought.products)
    order = np.lexsort(
        (
            -bought.direct.foreign[p, j],
            -np.nan_to_num(found.output_at_risk_high[p, j]),
            ~found.flagged[p, j],
            classes[p],
        )
    )
    p, j = p[order], j[order]
    frame = pd.DataFrame(
        {
            "region": bought.home.name,
            "sector": np.array(bought.sectors.codes, dtype=object)[j],
            "product": np.array(bought.products.codes, dtype=object)[p],
            "product_class": np.array(list(SECTOR_CLASSES), dtype=object)[classes[p]],
        }
    )
    frame["rank"] = frame.groupby("product_class", sort=False).cumcount() + 1
    frame = pd.concat([frame, pd.DataFrame(_columns(found, p, j))], axis=1)
    frame["own_sector"] = frame["sector"].to_numpy() == frame["product"].to_numpy()
    frame["imports_basis"] = found.imports_basis
    texts = _reasons(found, frame, p, j)
    frame["reason_en"] = [en for en, _ in texts]
    frame["reason_zh"] = [zh for _, zh in texts]
    return frame


def _columns(found: "StuckNecks", p: Places, j: Places) -> dict[str, npt.NDArray[Any]]:
    bought = found.purchases
    total = bought.direct.total
    code = np.array([*bought.countries.codes, ""], dtype=object)
    high = found.exposure_high if found.names_suppliers else np.full(total.shape, np.nan)
    return {
        "finding": found.finding[p, j].astype(object),
        "flagged": found.flagged[p, j],
        "home_share": ratio(bought.direct.home, total)[p, j],
        "nation_share": ratio(bought.direct.nation, total)[p, j],
        "imported_share": found.imported_share[p, j],
        "imported_share_look_through": found.imported_share_look_through[p, j],
        "supplier_hhi": found.supplier_hhi[p, j],
        "hhi_low": found.hhi_low[p, j],
        "hhi_high": found.hhi_high[p, j],
        "top_supplier": code[found.top[p, j]],
        "unknown_share": found.unknown_share[p, j],
        "exposure_direct": found.exposure_direct[p, j],
        "exposure_high": high[p, j],
        "exposure_look_through": found.exposure_look_through[p, j],
        "essential": found.essential.matrix[p, j],
        "cost_share": found.cost_share[p, j],
        "output": bought.output[j],
        "output_at_risk": found.output_at_risk[p, j],
        "output_at_risk_high": found.output_at_risk_high[p, j],
        "centrality": bought.centrality[j],
    }


def _reasons(
    found: "StuckNecks", frame: pd.DataFrame, p: Places, j: Places
) -> list[tuple[str, str]]:
    bought, crossed, limits = found.purchases, found.crossings, found.thresholds
    texts = []
    for a, b, told in zip(p, j, frame.to_dict("records"), strict=True):
        top = int(found.top[a, b])
        supplier = ("", "")
        if top >= 0:
            supplier = (bought.countries.name(top), bought.countries.name(top, "zh"))
        texts.append(
            reason(
                Row(
                    user=(bought.sectors.name(b), bought.sectors.name(b, "zh")),
                    product=(bought.products.name(a), bought.products.name(a, "zh")),
                    supplier=supplier,
                    finding=told["finding"],
                    imported=told["imported_share"],
                    through=told["imported_share_look_through"],
                    nation=told["nation_share"],
                    unknown=told["unknown_share"],
                    top=told["exposure_direct"],
                    cost=told["cost_share"],
                    hhi=told["supplier_hhi"],
                    hhi_low=told["hhi_low"],
                    hhi_high=told["hhi_high"],
                    crossed=tuple(
                        (name, getattr(limits, limit))
                        for (name, limit), hit in crossed.items()
                        if hit[a, b]
                    ),
                    essential=bool(told["essential"]),
                    judged=bool(found.essential.judged[a, b]),
                    own=bool(told["own_sector"]),
                    proportional=told["imports_basis"] == "proportional",
                )
            )
        )
    return texts
