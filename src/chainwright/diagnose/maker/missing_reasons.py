"""What a missing number would change, in words, English and Chinese."""

from chainwright.diagnose.maker.missing_base import WhatIf

__all__ = ["missing_reason"]

Texts = tuple[str, str]
Told = tuple[str, tuple[float, float, float], tuple[int | None, int | None, int | None]]

WHAT = {
    "recovery": ("Weeks to recover of {who} are not given", "{who} 的恢复周数未给出"),
    "capacity": ("The capacity of {who} is not given", "{who} 的产能未给出"),
    "stock": ("No stock of {who} is given", "{who} 的库存未给出"),
    "source": ("Who makes {who} is not known", "{who} 的来源未知"),
    "place": ("Where {who} is is not known", "{who} 的地点未知"),
    "margin": ("The margin of {who} is not given", "{who} 的毛利未给出"),
}

UNITS = {
    "week": ("weeks", "周"),
    "units/week": ("units a week", "单位/周"),
    "units": ("units", "单位"),
    "money/unit": ("a unit", "每单位"),
}


def missing_reason(one: WhatIf, told: Told | None, unit: str) -> Texts:
    """Return what a missing number would change.

    Parameters
    ----------
    one : WhatIf
        The number.
    told : tuple, optional
        The outage that it changes most, with its loss and rank now, at the low end and at the
        high end; none where it was not solved again.
    unit : str
        What losses are counted in.
    """
    en, zh = (text.format(who=one.subject) for text in WHAT[one.kind])
    if told is None:
        return (
            f"{en}. No loss changes by more than {_money(one.at_most)} {unit}; not solved again.",
            f"{zh}。任何损失的变化不超过 {_money(one.at_most)} {unit}；未重新求解。",
        )
    scenario, loss, rank = told
    if one.kind == "source":
        place = (f"rank {rank[2]}", f"列第 {rank[2]} 位") if rank[2] else ("no rank", "不列名次")
        return (
            f"{en}. If one site makes it all, its outage loses {_money(loss[2])} {unit}, "
            f"{place[0]}; if several do, nothing.",
            f"{zh}。若全部出自一处，其停产损失 {_money(loss[2])} {unit}，{place[1]}；"
            "若有多处来源，则无损失。",
        )
    if one.kind == "place":
        return (
            f"{en}. If it is in {one.detail}, an outage there loses {_money(loss[2])} instead of "
            f"{_money(loss[1])} {unit}; rank {rank[1]} to {rank[2]}.",
            f"{zh}。若在 {one.detail}，该处停产的损失由 {_money(loss[1])} 变为 "
            f"{_money(loss[2])} {unit}，名次由 {rank[1]} 变为 {rank[2]}。",
        )
    taken, low, high = (_number(value) for value in (one.taken, one.low, one.high))
    words = UNITS[one.unit]
    return (
        f"{en} ({taken} taken). Between {low} and {high} {words[0]} an outage of {scenario} loses "
        f"{_money(loss[1])} to {_money(loss[2])} {unit}; rank {rank[1]} to {rank[2]}, "
        f"now {rank[0]}.",
        f"{zh}（现取 {taken}）。取 {low} 至 {high} {words[1]}时，{scenario} 停产的损失由 "
        f"{_money(loss[1])} 变为 {_money(loss[2])} {unit}，名次由 {rank[1]} 变为 {rank[2]}，"
        f"现为 {rank[0]}。",
    )


def _money(value: float) -> str:
    return f"{value:,.0f}" if value >= 10.0 or value == 0.0 else f"{value:.3g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000.0 else f"{value:.4g}"
