"""Why an input is ranked where it is: a sentence a row, in English and in Chinese."""

from dataclasses import dataclass

__all__ = ["FINDINGS", "Row", "reason"]

FINDINGS = {
    "stuck neck": "卡脖子",
    "weak link": "薄弱环节",
    "supplier unknown": "供应国不明",
    "supplier not stated": "表中未列供应国",
    "not essential": "非必需投入",
    "below thresholds": "未达阈值",
}
"""What can be found about an input, and its Chinese name."""


MEASURES = {
    "imported_share": ("imported share", "进口占比"),
    "hhi_low": ("least HHI of all suppliers", "集中度下界"),
    "exposure_direct": ("share of the top supplier", "最大供应国份额"),
    "exposure_high": ("share that one supplier may hold", "单一供应国可能份额"),
}
"""What is held against thresholds, in English and Chinese."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a reason is made of; names are (English, Chinese), shares 0 to 1.

    Parameters
    ----------
    user, product, supplier : (str, str)
        The home sector, its input, the largest named supplier (empty if there is none).
    finding : str
        A key of `FINDINGS`.
    imported, through, nation, unknown, top, cost : float
        Imported share, the same looked through, share of the rest of the nation, unnamed share of
        imports, share of the top supplier, cost share.
    hhi, hhi_low, hhi_high : float
        Concentration of the named suppliers and its bounds over all; NaN if there is none.
    crossed : tuple of (str, float)
        What crosses a threshold, and the threshold.
    essential, judged, own, proportional : bool
        Whether the input is essential, the rule says so, it is the sector's own product, and the
        table's imports were split in proportion.
    """

    user: tuple[str, str]
    product: tuple[str, str]
    supplier: tuple[str, str]
    finding: str
    imported: float
    through: float
    nation: float
    unknown: float
    top: float
    cost: float
    hhi: float
    hhi_low: float
    hhi_high: float
    crossed: tuple[tuple[str, float], ...]
    essential: bool
    judged: bool
    own: bool
    proportional: bool


def reason(row: Row) -> tuple[str, str]:
    """Return the reason for the finding of `row` in English and in Chinese.

    Parameters
    ----------
    row : Row
        What is known about the input.
    """
    parts = [
        _share(row),
        _suppliers(row),
        _stop(row),
        _crossed(row),
        _labels(row),
    ]
    return " ".join(en for en, _ in parts if en), "".join(zh for _, zh in parts if zh)


def _share(row: Row) -> tuple[str, str]:
    en = f"Of the input '{row.product[0]}' of '{row.user[0]}' {row.imported:.0%} is imported"
    zh = f"“{row.user[1]}”所用的“{row.product[1]}”有{row.imported:.0%}为进口"
    if abs(row.through - row.imported) >= 0.02:
        en += f", {row.through:.0%} counting all that its inputs rest on"
        zh += f"（穿透上游后为{row.through:.0%}）"
    if row.nation > 0.0:
        en += f"; {row.nation:.0%} comes from the rest of the nation"
        zh += f"，{row.nation:.0%}来自国内其他地区"
    return en + ".", zh + "。"


def _suppliers(row: Row) -> tuple[str, str]:
    if row.imported <= 0.0:
        return "", ""
    if row.finding == "supplier not stated":
        return (
            "The table says only that it comes from abroad, so no supplier can be named.",
            "该表只标明“进口”，未列来源国，因此不能指明供应国。",
        )
    en, zh = [], []
    lumped = row.unknown >= 0.005  # less would read as 0 %
    if lumped:
        of = f"{row.unknown:.0%} of the imports"
        en.append(f"{of} come from countries that the table lumps or does not name")
        zh.append(f"进口中{row.unknown:.0%}来自表中合并列示或未具名的国家")
    if row.supplier[0]:
        bounds = f" ({row.hhi_low:.2f} to {row.hhi_high:.2f} over all suppliers)" if lumped else ""
        within = f"（全部供应国为{row.hhi_low:.2f}至{row.hhi_high:.2f}）" if lumped else ""
        en.append(
            f"the largest named supplier, {row.supplier[0]}, holds {row.top:.1%} of the input; "
            f"HHI of the named suppliers {row.hhi:.2f}{bounds}"
        )
        zh.append(
            f"最大的具名供应国{row.supplier[1]}占该投入的{row.top:.1%}；"
            f"具名供应国集中度HHI {row.hhi:.2f}{within}"
        )
    text = "; ".join(en)
    return text[:1].upper() + text[1:] + ".", "；".join(zh) + "。"


def _stop(row: Row) -> tuple[str, str]:
    if not row.essential:
        return (
            "By the rule it is not essential, so its loss stops no output.",
            "按判定规则为非必需投入，缺供不致停产。",
        )
    doubt = (
        ("", "") if row.judged else (" (section unknown: assumed)", "（行业门类不明，按必需处理）")
    )
    return (
        f"It is taken as essential{doubt[0]}, {row.cost:.1%} of output by cost.",
        f"按必需投入处理{doubt[1]}，占产出成本{row.cost:.1%}。",
    )


def _crossed(row: Row) -> tuple[str, str]:
    if not row.crossed:
        return "No threshold is crossed.", "未越过任何阈值。"
    en = ", ".join(f"{MEASURES[name][0]} over {limit:g}" for name, limit in row.crossed)
    zh = "、".join(f"{MEASURES[name][1]}超过{limit:g}" for name, limit in row.crossed)
    return f"Thresholds crossed: {en}.", f"越过阈值：{zh}。"


def _labels(row: Row) -> tuple[str, str]:
    en, zh = [], []
    if row.own:
        en.append(
            "It is the sector's own kind of product: such as parts for finished goods, which the "
            "table does not tell apart."
        )
        zh.append("属本部门内部投入（如零部件用于整机），表中未再细分。")
    if row.proportional:
        en.append(
            "Imports were split in proportion to use, an assumption: a single cell is off by half."
        )
        zh.append("进口系按使用比例拆分（假设），单个格子误差可达一半。")
    return " ".join(en), "".join(zh)
