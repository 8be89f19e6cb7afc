"""What a carbon efficiency code says, in words for the screen."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from chainwright.cli.options import tell
from chainwright.errors import CodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chainwright.carbon import Claims, DisclosedInput

__all__ = ["claim_lines", "input_lines", "refusals_told"]

Lang = Literal["en", "zh"]

LEVELS = {"en": ("low", "middle", "high"), "zh": ("低", "中", "高")}

HEADINGS = {
    "firm": ("Firm", "企业"),
    "period": ("Period", "期间"),
    "grade": ("Grade (1 best, 5 worst)", "等级（1 最优，5 最低）"),
    "reason": ("Not rated", "未评级"),
    "ratio": ("Carbon-efficiency value K (to the peers' mean)", "碳效值 K（相对同行均值）"),
    "intensity": ("Emission per value added L [tCO2 per 10^4 CNY]", "单位增加值排放 L [tCO2/万元]"),
    "neutrality": ("Neutrality rate R", "碳中和率 R"),
    "net": ("Net emission E [tCO2]", "净排放 E [tCO2]"),
    "scopes": ("Scope 1, scope 2 [tCO2]", "范围一、范围二 [tCO2]"),
    "neutralised": ("Neutralised A [tCO2]", "已中和 A [tCO2]"),
    "value_added": ("Value added [10^4 CNY]", "增加值 [万元]"),
    "peers": ("Peer group", "同行组"),
    "inputs": ("Inputs", "输入数据"),
    "method": ("Method", "评价方法"),
    "issuer": ("Issuer", "签发者"),
    "valid": ("Issued, valid until", "签发、有效期至"),
}
"""Headings in the order in which they are shown."""


REFUSED_ZH = {
    "tampered": "内容与签名不符，已被改动",
    "expired": "已过期",
    "not_yet": "尚未生效",
    "unknown_key": "签名密钥不在所用信任清单中，或当时无权签名",
    "wrong_algorithm": "签名算法不在允许之列",
    "oversize": "超过允许长度",
    "malformed": "格式不符",
    "withdrawn": "签发方已撤回此码",
    "rolled_back": "清单早于已见过的清单，已被回退",
}
"""Why a code or a list is refused, by `CodeError.reason`."""


@contextmanager
def refusals_told(lang: Lang) -> "Iterator[None]":
    """Say in Chinese, where that is wanted, why a code or a list is refused; then the error.

    Parameters
    ----------
    lang : str
        ``"en"`` or ``"zh"``.
    """
    try:
        yield
    except CodeError as error:
        if lang == "zh":
            tell(f"核验未通过：{REFUSED_ZH[error.reason]}。")
        raise


def claim_lines(claims: "Claims", lang: Lang) -> list[str]:
    """Return what a code says, a line each.

    Parameters
    ----------
    claims : Claims
        What it says.
    lang : str
        ``"en"`` or ``"zh"``.
    """
    from chainwright.carbon.codes.claims import moment  # noqa: PLC0415 - of an extra

    c, zh = claims, lang == "zh"
    first, last = (str(day) for day in c.period)
    spread = "" if c.half_width is None else f" ±{c.half_width:.1%}"
    level = (
        ""
        if c.level is None
        else (f"（{LEVELS[lang][c.level - 1]}）" if zh else f" ({LEVELS[lang][c.level - 1]})")
    )
    kinds, measured, estimated, missing = c.inputs
    said: dict[str, str | None] = {
        "firm": f"{c.firm}  GB/T 4754 {c.gbt4754}  GB/T 2260 {c.division}",
        "period": f"{first[:4]}-{first[4:6]}-{first[6:]} / {last[:4]}-{last[4:6]}-{last[6:]}",
        "grade": None if c.grade is None else str(c.grade),
        "reason": _reason(c.reason, zh=zh) if c.reason else None,
        "ratio": _number(c.ratio, 3),
        "intensity": None if c.intensity is None else f"{c.intensity:,.4f}{level}",
        "neutrality": None if c.neutrality is None else f"{c.neutrality:.2%}",
        "net": None if c.net is None else f"{c.net:,.2f}{spread}",
        "scopes": None
        if c.scopes[0] is None or c.scopes[1] is None
        else f"{c.scopes[0]:,.2f}, {c.scopes[1]:,.2f}",
        "neutralised": _number(c.neutralised, 2),
        "value_added": _number(c.value_added, 2),
        "peers": _peers(c, zh=zh),
        "inputs": f"{kinds} 类：实测 {measured}，估算 {estimated}，缺失 {missing}"
        if zh
        else f"{kinds} kinds: {measured} measured, {estimated} estimated, {missing} missing",
        "method": _method(c.method, zh=zh),
        "issuer": c.issuer,
        "valid": f"{moment(c.issued)}, {moment(c.expires)}",
    }
    colon = "：" if zh else ": "
    return [
        f"{heading[zh]}{colon}{said[name]}"
        for name, heading in HEADINGS.items()
        if said[name] is not None
    ]


def _number(number: float | None, digits: int) -> str | None:
    return None if number is None else f"{number:,.{digits}f}"


def _reason(code: str, *, zh: bool) -> str:
    """Return why a firm is not rated; the reason's code where this version does not know it."""
    from chainwright.carbon.ratings.reasons import REASONS  # noqa: PLC0415

    known = {reason.code: (reason.words_en, reason.words_zh) for reason in REASONS}
    return known.get(code, (code, code))[zh]


def _peers(claims: "Claims", *, zh: bool) -> str | None:
    """Return the peer group that was used, and how many firms it has."""
    if claims.peers is None:
        return None
    from chainwright.carbon.documents.known_names import class_names  # noqa: PLC0415
    from chainwright.params.agreement import agreed  # noqa: PLC0415

    group, firms = claims.peers
    name = class_names(group)["class_zh" if zh else "class_en"]
    named = f"{group} {name}".rstrip()
    if zh:
        return f"{named}，{firms} 家企业"
    return agreed("{group}, {n} {n:firm|firms}", group=named, n=firms)


def _method(method: str, *, zh: bool) -> str:
    """Return a method with its certainty and who issued it."""
    from chainwright.carbon.documents.known_names import method_names  # noqa: PLC0415

    known = method_names(method)
    certainty = known["certainty_zh" if zh else "certainty_en"]
    if not certainty:
        return f"{method}（本版本不含此方法）" if zh else f"{method} (not known to this version)"
    return (
        f"{method}（{certainty}；{known['issuer_zh']}）"
        if zh
        else (f"{method} ({certainty}; {known['issuer_en']})")
    )


def input_lines(inputs: "tuple[DisclosedInput, ...]", lang: Lang) -> list[str]:
    """Return inputs that were shown and proved, a line each.

    Parameters
    ----------
    inputs : tuple of DisclosedInput
        The inputs.
    lang : str
        ``"en"`` or ``"zh"``.
    """
    zh = lang == "zh"
    lines = []
    for one in inputs:
        values = one.value if isinstance(one.value, dict) else {"": one.value}
        for item, value in values.items():
            unit = one.unit[item] if isinstance(one.unit, dict) else one.unit
            source = one.source[item] if isinstance(one.source, dict) else one.source
            told = f"{value:,.6g}" if isinstance(value, float) else value or "-"
            name = one.name_zh if zh else one.name_en
            named = f"{name} {item}".rstrip()
            line = f"{named}{'：' if zh else ': '}{told} {unit} [{source}]".replace("  ", " ")
            # the firm wrote its texts itself: none may make a line of its own
            lines.append("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line))
    return lines
