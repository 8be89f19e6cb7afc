"""Why an outage has its rank: sentences made from the facts, English and Chinese."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.exposure_facts import QUADRANTS

if TYPE_CHECKING:
    from chainwright.diagnose.maker.exposure import MakerExposure

__all__ = ["exposure_reasons"]

Texts = tuple[str, str]
Words = npt.NDArray[np.object_]

NAMED = 4
"""Products that a reason names."""


def exposure_reasons(found: "MakerExposure") -> tuple[Words, Words]:
    """Return why each outage has its rank, in English and in Chinese, ``(X,)`` each.

    Parameters
    ----------
    found : MakerExposure
        The answer.
    """
    count = len(found.survival.scenarios)
    english, chinese = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    for x in range(count):
        parts = [_sources(found, x), _time(found, x), _products(found, x), _assumed(found, x)]
        parts.append(_spend(found, x))
        english[x] = " ".join(en for en, _ in parts if en)
        chinese[x] = "".join(zh for _, zh in parts)
    return english, chinese


def _sources(found: "MakerExposure", x: int) -> Texts:
    sole, items = int(found.facts.sole_items[x]), int(found.facts.items[x])
    needed, named = int(found.facts.needed[x]), found.facts.sole_named[x]
    if items == 0:
        return "It makes nothing; it only holds stock.", "该处不生产，仅存放库存。"
    if sole == 0:
        return _others(items, needed)
    if sole == 1:
        return f"Only source of {named[0]}.", f"{named[0]} 的唯一来源。"
    if sole <= len(named):
        return f"Only source of {_and(named)}.", f"{'、'.join(named)} 的唯一来源。"
    return (
        f"Only source of {sole} items, among them {_and(named)}.",
        f"{sole} 种物料的唯一来源，包括 {'、'.join(named)}。",
    )


def _others(items: int, needed: int) -> Texts:
    """Return what is said where each item that the plan needs has another source."""
    if needed == 0:
        return "Nothing that it makes is needed.", "该处所制物料均非计划所需。"
    if needed < items:
        verb, each = ("is", "with") if needed == 1 else ("are", "each with")
        return (
            f"Of its {items} items {needed} {verb} needed, {each} other sources.",
            f"{items} 种物料中计划需要 {needed} 种，均另有来源。",
        )
    their = ("Its item has", "该物料") if items == 1 else (f"Its {items} items have", "各物料")
    return f"{their[0]} other sources.", f"{their[1]}另有来源。"


def _and(words: tuple[str, ...]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _weeks(weeks: float) -> Texts:
    told = f"{weeks:.0f}" if weeks >= 99.5 else f"{weeks:.1f}".removesuffix(".0")
    return f"{told} {'week' if told == '1' else 'weeks'}", f"{told} 周"


def _time(found: "MakerExposure", x: int) -> Texts:
    held = found.survival
    weeks, recovery = float(held.weeks[x]), float(held.recovery[x])
    if np.isinf(weeks):
        return "What is left makes all that is needed.", "其余来源足以满足全部需求。"
    lasts, takes = _weeks(weeks), _weeks(recovery)
    assumed = (" (assumed)", "（假定）") if held.recovery_assumed[x] else ("", "")
    if held.base_weeks <= weeks:
        return (
            f"The plan itself falls short after {lasts[0]} with nothing down.",
            f"即使没有停产，计划本身也只能维持 {lasts[1]}。",
        )
    all_sole = int(found.facts.sole_items[x]) == int(found.facts.needed[x])
    what = (
        ("Stock lasts", "库存可维持")
        if all_sole
        else (
            "Stock and what is left last",
            "库存与其余来源可维持",
        )
    )
    if weeks == 0.0:
        none = (
            "There is no stock" if all_sole else "There is no stock, and what is left falls short"
        )
        return (
            f"{none}; recovery takes {takes[0]}{assumed[0]}.",
            f"没有库存{'' if all_sole else '，其余来源不足'}；恢复需 {takes[1]}{assumed[1]}。",
        )
    link = (
        (", recovery takes", "，恢复需")
        if recovery > weeks
        else (
            ", longer than recovery, which takes",
            "，长于恢复所需的",
        )
    )
    return (
        f"{what[0]} {lasts[0]}{link[0]} {takes[0]}{assumed[0]}.",
        f"{what[1]} {lasts[1]}{link[1]} {takes[1]}{assumed[1]}。",
    )


def _products(found: "MakerExposure", x: int) -> Texts:
    shares = found.lost_shares[x]
    hit = [k for k in np.argsort(-shares, kind="stable") if shares[k] >= LEAST]
    if not hit:
        return "", ""
    items = found.system.maker.network.items.codes
    told = [f"{items[found.survival.products[k]]} {shares[k]:.0%}" for k in hit[:NAMED]]
    more = len(hit) - NAMED
    rest = (f" and {more} more", f"等共 {len(hit)} 种产品") if more > 0 else ("", "")
    return (
        f"Sales lost until then: {', '.join(told)}{rest[0]}.",
        f"期间损失的销量：{'、'.join(told)}{rest[1]}。",
    )


LEAST = 0.005
"""Share of sales below which a product is not named."""


def _assumed(found: "MakerExposure", x: int) -> Texts:
    if not found.survival.capacity_assumed[x]:
        return "", ""
    return "A capacity that is left is assumed.", "其余来源的产能含假定值。"


def _spend(found: "MakerExposure", x: int) -> Texts:
    if found.quadrant[x] != QUADRANTS[0]:
        return "", ""
    share = float(found.facts.spend_share[x])
    if not found.facts.spend[x] > 0.0:  # the share is unknown where nothing is bought at all
        return "The maker itself buys nothing there.", "企业并不直接向其采购。"
    told = "less than 0.01%" if share < 1e-4 else f"{share:.2%}"
    zh = "不到 0.01%" if share < 1e-4 else f" {share:.2%}"
    return f"Little is spent there: {told} of purchases.", f"采购额很小：占全部采购的{zh}。"
