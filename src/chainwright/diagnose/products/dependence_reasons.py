"""What is found about an import in words: a few sentences, in English and in Chinese."""

from dataclasses import dataclass

import numpy as np

from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds

__all__ = ["Import", "reason"]

Said = tuple[str, str]
"""The same in English and in Chinese."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """What a reason is made of; names are (English, Chinese), shares 0 to 1, NaN if not known.

    Parameters
    ----------
    year : int
        The last year.
    years : tuple of int
        All years at hand.
    imported : bool
        Whether home imports it in the last year.
    below_floor : bool
        Whether that is less than was asked to count.
    supplier, exporter : (str, str)
        Home's largest supplier and the world's largest exporter.
    suppliers : int
        How many supply.
    top_share, import_hhi, world_hhi, ratio : float
        Share of the largest supplier, concentrations, imports over exports (infinite: no exports).
    criteria : tuple of bool
        Whether C1, C2 and C3 hold.
    flagged, recent : int
        Years in which C1 to C3 hold, and those among the last ones.
    cdi : tuple of float
        CDI1 to CDI3; NaN for one country.
    flagged_by_cdi : int
        Years in which they all hold.
    bloc : bool
        Whether home is a bloc.
    trend : float
        Change of the import HHI in a year.
    world_loss, home_loss, replaceable : float
        What the world and home lose if the exporter fails, and the share others can replace.
    why_unknown : (str, str)
        Why it is not known what others can replace; empty if it is.
    hit, importers : int
        Importers that would lose more than half, of how many.
    home_is_exporter : bool
        Whether home itself is the world's largest exporter.
    substitutes : (str, str)
        Other exporters with their shares; empty if there is none.
    rca, density : float
        Home's advantage in the product and density around it.
    nearest : str
        Nearest products of advantage with proximities; empty if there is none.
    space : int
        Products that this rests on.
    net_import_reliance : float
        With domestic production; NaN where that is not known.
    """

    year: int
    years: tuple[int, ...]
    imported: bool
    below_floor: bool
    supplier: Said
    exporter: Said
    suppliers: int
    top_share: float
    import_hhi: float
    world_hhi: float
    ratio: float
    criteria: tuple[bool, bool, bool]
    flagged: int
    recent: int
    cdi: tuple[float, float, float]
    flagged_by_cdi: int
    bloc: bool
    trend: float
    world_loss: float
    home_loss: float
    replaceable: float
    why_unknown: Said
    hit: int
    importers: int
    home_is_exporter: bool
    substitutes: Said
    rca: float
    density: float
    nearest: str
    space: int
    net_import_reliance: float = float("nan")


def reason(row: Import, limits: DependenceThresholds) -> Said:
    """Return what is found in English and in Chinese.

    Parameters
    ----------
    row : Import
        What is known of the import.
    limits : DependenceThresholds
        What it is held against.
    """
    parts = [_years(row, limits)]
    if row.imported:
        parts = [
            _supply(row),
            _criteria(row, limits),
            _years(row, limits),
            _cdi(row, limits),
            _trend(row, limits),
            _failure(row),
            _others(row),
            _capability(row, limits),
        ]
    else:
        parts.insert(0, (f"Not imported in {row.year}.", f"{row.year}年无进口。"))
    if row.below_floor:
        parts.append(("Imports are below the floor that was asked for.", "进口额低于所设下限。"))
    if np.isnan(row.net_import_reliance):
        parts.append(
            (
                "Domestic production is not in these data: exposure may be lower than it looks.",
                "本数据不含国内生产，实际暴露度可能低于所示。",
            )
        )
    else:
        parts.append(
            (
                f"With domestic production, net import reliance is {row.net_import_reliance:.0%}.",
                f"计入国内生产，净进口依存度为{row.net_import_reliance:.0%}。",
            )
        )
    return " ".join(en for en, _ in parts if en), "".join(zh for _, zh in parts if zh)


def _supply(row: Import) -> Said:
    one = row.suppliers == 1
    many_en = "the only supplier" if one else f"of {row.suppliers} suppliers the largest"
    many_zh = "为唯一来源" if one else f"在{row.suppliers}个来源中居首"
    return (
        f"In {row.year} {row.supplier[0]} delivered {row.top_share:.1%} of the imports, {many_en}.",
        f"{row.year}年进口的{row.top_share:.1%}来自{row.supplier[1]}，{many_zh}。",
    )


def _criteria(row: Import, limits: DependenceThresholds) -> Said:
    none = np.isinf(row.ratio)
    held = [
        (row.import_hhi, limits.import_hhi, "import HHI", "进口集中度"),
        (row.world_hhi, limits.world_hhi, "world export HHI", "世界出口集中度"),
        (row.ratio, limits.imports_per_exports, "imports over exports", "进出口比"),
    ]
    en, zh = [], []
    for k, (value, limit, name_en, name_zh) in enumerate(held):
        sign = ">" if row.criteria[k] else "<="
        sign_zh = "高于" if row.criteria[k] else "不高于"
        if k == 2 and none:
            en.append("home exports none (C3 holds)")
            zh.append("本方无出口（C3成立）")
            continue
        told = f"{value:.3f}" if value < 100 else f"{value:,.0f}"
        en.append(f"{name_en} {told} {sign} {limit:g} (C{k + 1})")
        zh.append(f"{name_zh}{told}{sign_zh}{limit:g}（C{k + 1}）")
    count = sum(row.criteria)
    lead_en = {3: "All three hold", 0: "None of C1 to C3 holds"}.get(count, f"{count} of 3 hold")
    lead_zh = {3: "三项标准均成立", 0: "三项标准均不成立"}.get(count, f"三项标准中{count}项成立")
    return f"{lead_en}: {', '.join(en)}.", f"{lead_zh}：{'，'.join(zh)}。"


def _years(row: Import, limits: DependenceThresholds) -> Said:
    of, needed = int(limits.years_of), int(limits.years_needed)
    if len(row.years) < of:
        return (
            f"{len(row.years)} of the {of} years that C4 needs are at hand, so it is not known "
            "whether this lasts.",
            f"判定C4需{of}年，现有{len(row.years)}年，持续性不明。",
        )
    span = f"{row.years[0]}-{row.years[-1]}"
    holds = row.recent >= needed
    return (
        f"C1 to C3 held in {row.flagged} of {len(row.years)} years ({span}), in {row.recent} of "
        f"the last {of}: C4 {'holds' if holds else 'does not hold'}.",
        f"{span}年的{len(row.years)}年中有{row.flagged}年三项均成立，最近{of}年中{row.recent}年："
        f"C4{'成立' if holds else '不成立'}。",
    )


def _cdi(row: Import, limits: DependenceThresholds) -> Said:
    if not row.bloc:
        return (
            "CDI1-3 are left empty: CDI2 of one country is 1 by construction.",
            "单一国家的CDI2恒为1，故CDI1-3留空。",
        )
    one, two, three = row.cdi
    bars = (limits.import_hhi, limits.extra_share, limits.imports_per_exports)
    held = all(value > bar for value, bar in zip(row.cdi, bars, strict=True))
    last = "without bound" if np.isinf(three) else f"{three:.2f}"
    last_zh = "无穷大" if np.isinf(three) else f"{three:.2f}"
    over = f", in {row.flagged_by_cdi} of {len(row.years)} years" if len(row.years) > 1 else ""
    over_zh = f"（{len(row.years)}年中{row.flagged_by_cdi}年）" if len(row.years) > 1 else ""
    return (
        f"CDI1 {one:.2f}, CDI2 {two:.2f}, CDI3 {last}: "
        f"{'dependent' if held else 'not dependent'} by the criteria of the European Commission"
        f"{over}.",
        f"CDI1为{one:.2f}、CDI2为{two:.2f}、CDI3为{last_zh}：按欧盟委员会标准"
        f"{'属' if held else '不属'}依赖{over_zh}。",
    )


def _trend(row: Import, limits: DependenceThresholds) -> Said:
    if not abs(row.trend) >= limits.trend:
        return "", ""
    up = row.trend > 0.0
    return (
        f"The import HHI {'rises' if up else 'falls'} by {abs(row.trend):.3f} a year.",
        f"进口集中度每年{'上升' if up else '下降'}{abs(row.trend):.3f}。",
    )


def _failure(row: Import) -> Said:
    if row.home_is_exporter:
        en = f"Home itself is the largest exporter, with {row.world_loss:.1%} of the world's"
        zh = f"本方即世界最大出口方，占{row.world_loss:.1%}"
    else:
        en = (
            f"If {row.exporter[0]}, the largest exporter, failed, home would lose "
            f"{row.home_loss:.1%} of its imports and the world {row.world_loss:.1%} of exports"
        )
        zh = (
            f"若世界最大出口方{row.exporter[1]}断供，本方损失进口的{row.home_loss:.1%}，"
            f"世界损失出口的{row.world_loss:.1%}"
        )
    en += f"; {row.hit} of {row.importers} importers would lose more than half"
    zh += f"，{row.importers}个进口方中{row.hit}个损失过半"
    if row.why_unknown[0]:
        return f"{en}; {row.why_unknown[0]}.", f"{zh}；{row.why_unknown[1]}。"
    return (
        f"{en}; what the others once exported more would replace {row.replaceable:.0%} of it.",
        f"{zh}；其他出口方以往多出的出口量可替代其中{row.replaceable:.0%}。",
    )


def _others(row: Import) -> Said:
    if not row.substitutes[0]:
        return (
            "No exporter besides home and its largest supplier sells elsewhere.",
            "除本方与其最大供应方外，未见其他出口方对别处出口。",
        )
    return (
        f"Other exporters, by what they sell elsewhere, with world shares: {row.substitutes[0]}.",
        f"其他出口方（按其对别处的出口排列，附世界份额）：{row.substitutes[1]}。",
    )


def _capability(row: Import, limits: DependenceThresholds) -> Said:
    if np.isnan(row.rca):
        en, zh = (
            "Home exports nothing, so nothing is known of its capability",
            "本方无出口，能力不明",
        )
    else:
        strong = row.rca >= limits.rca
        en = f"Home's own exports: RCA {row.rca:.2f} ({'' if strong else 'no '}advantage)"
        zh = f"本方自身出口：RCA {row.rca:.2f}（{'有' if strong else '无'}比较优势）"
    if not np.isnan(row.density):
        en += f", density {row.density:.2f}"
        zh += f"，密度{row.density:.2f}"
    if row.nearest:
        en += f", nearest products of advantage {row.nearest}"
        zh += f"，最邻近的优势产品{row.nearest}"
    if row.space < limits.full_product_space:
        en += f"; this rests on {row.space} products, no full product space"
        zh += f"；仅据{row.space}种产品，并非完整产品空间"
    return en + ".", zh + "。"
