"""The words of survival: which products run short, and why an outage is or is not survived."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.diagnose.maker.survival import Survival

__all__ = ["survival_reasons", "told_products"]

NAMED = 6
"""Products that a cell names."""


def told_products(found: "Survival", column: int) -> npt.NDArray[np.object_]:
    """Return the products that customers lack in each outage, most lost first, ``(X,)``.

    Parameters
    ----------
    found : Survival
        The answer.
    column : int
        0 for the time to recover, then the lengths.
    """
    codes = [found.system.maker.network.items.codes[k] for k in found.products]
    lost = found.losses.lost[:, column]
    told = np.full(len(lost), "", dtype=object)
    for x in np.flatnonzero(lost.any(axis=1)):
        order = np.argsort(-lost[x], kind="stable")
        hit = [codes[k] for k in order[: int((lost[x] > 0.0).sum())]]
        more = f"; +{len(hit) - NAMED}" if len(hit) > NAMED else ""
        told[x] = "; ".join(hit[:NAMED]) + more
    return told


def survival_reasons(
    found: "Survival",
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return why each outage is or is not survived, in English and Chinese, ``(X,)`` each.

    Parameters
    ----------
    found : Survival
        The answer.
    """
    english = np.full(len(found.scenarios), "", dtype=object)
    chinese = english.copy()
    for x in range(len(english)):
        en, zh = _reason(found, x)
        english[x], chinese[x] = " ".join(en), "".join(zh)
    return english, chinese


def _reason(found: "Survival", x: int) -> tuple[list[str], list[str]]:
    weeks, recovery = found.weeks[x], found.recovery[x]
    en, zh = [], []
    if np.isinf(weeks):
        en.append("The sources that are left make all that is needed.")
        zh.append("其余来源足以满足全部需求。")
    elif found.base_weeks <= weeks:
        en.append(f"The plan itself falls short after {_weeks(weeks)} with nothing down.")
        zh.append(f"即使没有任何停产，计划本身也只能维持 {weeks:.3g} 周。")
    elif weeks == 0.0:
        en.append("No stock, and the sources that are left make too little.")
        zh.append("没有库存，其余来源产能不足。")
    else:
        en.append(f"Stocks and the sources that are left last {_weeks(weeks)}.")
        zh.append(f"库存与其余来源可维持 {weeks:.3g} 周。")
    if np.isfinite(weeks):
        longer = recovery > weeks
        en.append(f"Recovery takes {_weeks(recovery)}{', longer' if longer else ''}.")
        zh.append(f"恢复需 {recovery:.3g} 周{'，更长' if longer else ''}。")
    if found.recovery_assumed[x]:
        en.append("The time to recover is assumed.")
        zh.append("恢复时间为假设值。")
    if found.capacity_assumed[x]:
        en.append("A capacity that is left is assumed.")
        zh.append("其余来源的产能含假设值。")
    if np.isnan(found.lost_revenue[x, 0]):
        en.append("A product that is lost has no price.")
        zh.append("受损产品缺少单价，收入损失无法计算。")
    return en, zh


def _weeks(weeks: float) -> str:
    return agreed("{n} {n:week|weeks}", n=f"{weeks:.3g}")
