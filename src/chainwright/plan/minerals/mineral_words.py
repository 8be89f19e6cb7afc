"""The words of mineral reserves: where a row stands, and why."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from chainwright.diagnose.products.trade_answers import place_name
from chainwright.params import table
from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainwright.plan.minerals.mineral_reserves import MineralReserves

__all__ = ["STANDINGS", "listed", "mineral_reasons"]

STANDINGS = ("ranked", "doubtful", "net_exporter", "small", "not_known", "not_imported")
"""Where a row stands; rows are sorted by it first."""


@cache
def listed(code: str) -> "Mapping[str, str]":
    """Return the row of a code in ``params.table("mineral_codes")``; empty if it has none.

    Parameters
    ----------
    code : str
        A code of the Harmonized System.

    Examples
    --------
    >>> listed("811292")["name_en"]
    'Gallium, germanium, hafnium and others of their code'
    """
    return next((row for row in table("mineral_codes") if row["code"] == code), {})


def mineral_reasons(found: "MineralReserves") -> tuple[list[str], list[str]]:
    """Return why each product needs its reserve, in English and Chinese, in their order.

    Parameters
    ----------
    found : MineralReserves
        The answer.
    """
    both = [_reason(found, p) for p in range(len(found.supplies.products))]
    return [" ".join(en) for en, _ in both], ["".join(zh) for _, zh in both]


def _reason(found: "MineralReserves", p: int) -> tuple[list[str], list[str]]:
    supplies, standing = found.supplies, found.standing[p]
    if standing == "not_imported":
        return ["Home does not import it."], ["本国没有进口。"]
    if standing == "not_known":
        return (
            ["The source tells no quantity of what home imports."],
            ["来源没有本国进口数量，无法计算。"],
        )
    en, zh = _supplied(found, p)
    by_value = int(np.argmax(supplies.value_shares[:, p]))
    if found.doubtful[p]:
        share = supplies.value_shares[by_value, p]
        code = supplies.places[by_value]
        en.append(
            f"In money the first supplier is {place_name(code)} ({share:.0%}): check the "
            "quantities of the source."
        )
        zh.append(
            f"按金额计第一供应方为{place_name(code, 'zh')}（{share:.0%}），请核对来源中的数量。"
        )
    if standing == "net_exporter":
        ratio = supplies.exports_per_imports[p]
        en.append(f"Home exports {ratio:.3g} times what it imports: its own sales come first.")
        zh.append(f"本国出口为进口的 {ratio:.3g} 倍，断供时可先动用自身出口。")
    if standing == "small":
        en.append("Home imports less than the floor.")
        zh.append("进口额低于所设下限。")
    if supplies.known[p] < 0.9:
        en.append(f"The quantity of {supplies.known[p]:.0%} of the imports is known.")
        zh.append(f"仅 {supplies.known[p]:.0%} 的进口（按金额）有数量。")
    row = listed(supplies.products[p]) if found.harmonised else {}
    if row.get("caveat_en"):
        en.append(row["caveat_en"])
        zh.append(row["caveat_zh"])
    _balance(found, p, en, zh)
    return en, zh


def _supplied(found: "MineralReserves", p: int) -> tuple[list[str], list[str]]:
    """Say who supplies it and whose outages drive the shortage."""
    supplies, need = found.supplies, found.needs[p]
    first = supplies.places[need.suppliers[0]]
    share = supplies.shares[need.suppliers[0], p]
    count = len(need.suppliers)
    said = "{n} {n:country supplies|countries supply} it, {name} {share} of the quantity."
    en = [agreed(said, n=count, name=place_name(first), share=f"{share:.0%}")]
    zh = [f"供应方 {count} 个，其中{place_name(first, 'zh')}占数量的 {share:.0%}。"]
    driver, _ = found.drivers[p]
    if driver and driver != first:
        en.append(f"The reserve is sized for outages of {place_name(driver)}.")
        zh.append(f"储备按{place_name(driver, 'zh')}断供确定。")
    if found.binding[p] < 0:
        en.append("None of them fails, by the rates given.")
        zh.append("按所给频率，供应方都不会断供。")
    elif not driver:
        en.append("No outage that was drawn leaves it short.")
        zh.append("所抽取的断供均不造成短缺。")
    return en, zh


def _balance(found: "MineralReserves", p: int, en: list[str], zh: list[str]) -> None:
    """Say what is known of use at home, and whether it balances."""
    supplies, unit = found.supplies, found.system.trade.quantity_unit
    if not supplies.use_known[p]:
        en.append("Use at home is not given: weeks of imports alone.")
        zh.append("未提供国内消费量，只以进口周数表示。")
    else:
        off = supplies.rest[p] / supplies.use[p]
        if off > 0.01:
            en.append(f"Even without an outage {off:.0%} of the use given has no supply.")
            zh.append(f"即使没有断供，所给消费量也有 {off:.0%} 没有供应来源。")
        elif off < -0.01:
            en.append(f"Supply exceeds the use given by {-off:.0%}, which eases each outage.")
            zh.append(f"供应超出所给消费量 {-off:.0%}，断供时可先抵补。")
    if (stocks := found.stocks[p]) > 0.0:
        en.append(f"Stocks of industry of {stocks:,.6g} {unit} are taken off.")
        zh.append(f"已扣除企业库存 {stocks:,.6g} {unit}。")
