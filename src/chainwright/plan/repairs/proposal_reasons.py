"""Why a measure is proposed: the shock, the product and the figures, in English and Chinese."""

from math import isnan
from typing import TYPE_CHECKING

from chainwright.params.agreement import agreed
from chainwright.plan.repairs.exposures import Exposure
from chainwright.system import Flows, Language

if TYPE_CHECKING:
    from chainwright.diagnose.product_space.entry_opportunities import Opportunities

__all__ = ["feasibility", "reasons_of"]

SHOWN = 4
"""Places that a sentence names."""

TOUCHED: dict[tuple[str, Language], str] = {
    ("cut", "en"): (
        "{scenario}: of {product} from {origins} to {users}, {value} is cut off "
        "({days} full {days:day|days} in all, {share} % at its height)"
    ),
    ("cut", "zh"): (
        "{scenario}：{origins} 向 {users} 供应的{product}被切断 {value}"
        "（折合全额 {days} 天，最高 {share}%）"
    ),
    ("short", "en"): (
        "{scenario}: {product} runs short in {users} though nobody cut it; deliveries from "
        "{origins} had fallen most"
    ),
    ("short", "zh"): "{scenario}：{users} 的{product}短缺，虽未被切断；{origins} 的交付下降最多",
    ("hit", "en"): (
        "{scenario}: {nodes} {nodes:node|nodes} at home {nodes:is|are} hit, up to {share} % of "
        "capacity; with those that wait for them they lose {loss}, most at {most}"
    ),
    ("hit", "zh"): (
        "{scenario}：本土 {nodes} 个节点受冲击，产能损失最高 {share}%；"
        "连同等待其供货者损失 {loss}，{most} 最大"
    ),
}

SHORT: dict[Language, str] = {
    "en": (
        "; {nodes} {nodes:node|nodes} ran short of it, the first on day {first}, and lost {loss} "
        "of value added, most at {most}"
    ),
    "zh": "；{nodes} 个节点因此短缺，最早在第 {first} 天，损失增加值 {loss}，{most} 最大",
}

COVERED: dict[Language, str] = {
    "en": "; within {horizon} days no node ran short of it, stocks and other origins reached",
    "zh": "；{horizon} 天内无节点因此短缺，库存与其他来源足以支撑",
}

DONE: dict[tuple[str, Language], str] = {
    ("reserve", "en"): "Hold {weeks} {weeks:week|weeks} of these deliveries: {amount} of goods.",
    ("reserve", "zh"): "储备 {weeks} 周的此项供应：货值 {amount}。",
    ("second_source", "en"): "Qualify others for {percent} % of {them}: {amount} a year.",
    ("second_source", "zh"): "认证其他来源以替代{them} {percent}%：每年 {amount}。",
    ("supplement", "en"): (
        "Let {maker} take over {percent} % of them: {amount} a year. {feasible}"
    ),
    ("supplement", "zh"): "由 {maker} 承接其中 {percent}%：每年 {amount}。{feasible}",
    ("backup_capacity", "en"): (
        "Keep {percent} % of the output of {maker} as idle capacity: {amount} of value added a "
        "year.{moves}"
    ),
    ("backup_capacity", "zh"): "为 {maker} 备用产能 {percent}%：年增加值 {amount}。{moves}",
    ("strengthen", "en"): (
        "Let {maker} be able to make {percent} % more: {amount} of value added a year.{moves}"
    ),
    ("strengthen", "zh"): "使 {maker} 可增产 {percent}%：年增加值 {amount}。{moves}",
    ("stabilise", "en"): (
        "Keep {percent} % of the blow off by contracts, spare routes, power and workforce cover: "
        "{amount} a year is covered."
    ),
    ("stabilise", "zh"): "以合同、备用路线、电力与用工保障抵御冲击的 {percent}%：年覆盖 {amount}。",
}

MOVES: dict[Language, str] = {
    "en": " It helps where users can move orders to it: together with a second source.",
    "zh": "仅当使用者可将订单转来时有用：需与第二来源并用。",
}

UNKNOWN: dict[Language, str] = {
    "en": "How near it is to what home can make is not known: no product space of it is given.",
    "zh": "其与本土现有能力的接近程度未知：未给出产品空间。",
}

KNOWN: dict[Language, str] = {
    "en": "In the product space its density for {place} is {density} and its complexity {pci}.",
    "zh": "在产品空间中，{place} 对其的密度为 {density}，复杂度为 {pci}。",
}


def reasons_of(
    exposure: Exposure,
    kind: str,
    size: float,
    value: float,
    flows: Flows,
    *,
    maker: str = "",
    origins: tuple[str, ...] | None = None,
    opportunities: "Opportunities | None" = None,
    money: str = "",
    days: float = 182.0,
) -> tuple[str, str]:
    """Return why a measure is proposed, in English and Chinese.

    Parameters
    ----------
    exposure : Exposure
        What it is against.
    kind : str
        Kind of measure.
    size : float
        Weeks or a share.
    value : float [money]
        What it holds, covers or moves.
    flows : Flows
        The table, whose products have names.
    maker : str
        Node that makes more, or takes over.
    origins : tuple of str, optional
        Whose deliveries a second source is for; those of the exposure if not given.
    opportunities : Opportunities, optional
        Of home, for a supplement.
    money : str
        What amounts are counted in.
    days : float [day]
        Horizon of the base run.
    """
    of = exposure.origins if origins is None else origins
    rest, named = (maker, opportunities, money, days), (flows, kind, size, value, of)
    return _told(exposure, named, "en", rest), _told(exposure, named, "zh", rest)


def _told(
    one: Exposure,
    named: tuple[Flows, str, float, float, tuple[str, ...]],
    language: Language,
    rest: tuple[str, "Opportunities | None", str, float],
) -> str:
    (flows, kind, size, value, of), (maker, opportunities, money, days) = named, rest
    words = {
        "scenario": one.scenario,
        "product": _named(flows, one.product, language),
        "origins": _places(one.origins, language),
        "users": _places(one.users, language),
        "value": _amount(one.value, money),
        "loss": _amount(one.loss, money),
        "days": f"{one.days:.3g}",
        "share": "" if isnan(one.share) else f"{100.0 * one.share:.3g}",
        "nodes": one.nodes,
        "first": "" if isnan(one.first_day) else f"{one.first_day:g}",
        "most": one.most_hit,
        "horizon": f"{days:g}",
        "weeks": f"{size:g}",
        "percent": f"{100.0 * size:g}",
        "amount": _amount(value, money),
        "maker": maker,
        "them": _those(of, one, language),
        "moves": MOVES[language] if one.kind == "cut" else "",
        "feasible": feasibility(opportunities, maker, one.product, language),
    }
    touched = TOUCHED[one.kind, language]
    if one.kind != "hit":
        touched += SHORT[language] if one.nodes else COVERED[language]
    stop = ". " if language == "en" else "。"
    return agreed(touched + stop + DONE[kind, language], **words).rstrip()


def feasibility(
    opportunities: "Opportunities | None", maker: str, product: str, language: Language
) -> str:
    """Return how near a product is to what a place makes, or that nobody knows.

    Parameters
    ----------
    opportunities : Opportunities, optional
        Of the place, with the codes of the table.
    maker : str
        Node whose region it is asked for.
    product : str
        Which product.
    language : str
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> feasibility(None, "CHN:c14", "c14", "zh")
    '其与本土现有能力的接近程度未知：未给出产品空间。'
    """
    place = maker.partition(":")[0]
    if opportunities is None or opportunities.place != place:
        return UNKNOWN[language]
    rows = opportunities.table()
    rows = rows[rows["product"] == product]
    if not len(rows):
        return UNKNOWN[language]
    row = rows.iloc[0]
    told = {"density": f"{row['density']:.3g}", "pci": f"{row['pci']:.3g}"}
    return KNOWN[language].format(place=place, **told)


def _named(flows: Flows, product: str, language: Language) -> str:
    axis = flows.nodes.sectors
    if product not in axis.place:
        return product
    name = axis.name(axis.place[product], language)
    if name == product:
        return product
    return f"{product} ({name})" if language == "en" else f"{product}（{name}）"


def _places(words: tuple[str, ...], language: Language) -> str:
    """Return places in words; of many the first and their number."""
    if not words:
        return "all origins" if language == "en" else "各来源"
    if len(words) <= SHOWN:
        return (", " if language == "en" else "、").join(words)
    first = words[: SHOWN - 1]
    if language == "en":
        return f"{', '.join(first)} and {len(words) - len(first)} more"
    return f"{'、'.join(first)}等 {len(words)} 处"


def _those(origins: tuple[str, ...], one: Exposure, language: Language) -> str:
    """Return what a second source is for: the deliveries told of before, or those of more."""
    if origins == one.origins:
        return "them" if language == "en" else "其中"
    told = _places(origins, language)
    return f"the deliveries of {told}" if language == "en" else f"{told} 供货的"


def _amount(value: float, money: str) -> str:
    """Return an amount with three digits, in full from a thousand on."""
    shown = f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
    return f"{shown} {money}".strip()
