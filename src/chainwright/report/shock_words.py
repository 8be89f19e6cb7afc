"""What a shock does, in words, with the names of a table."""

from math import isfinite

from chainwright.accounts.abroad import UNNAMED
from chainwright.report.wording import Words
from chainwright.stress import Blow, Shock
from chainwright.system import Flows

__all__ = ["blow_told", "shock_name", "shock_told"]

CURVES = ("convex", "convex_scaled", "concave")


def shock_name(shock: Shock, words: Words, *, otherwise: str) -> str:
    """Return the name of a shock in a language, or in the other one, or another text.

    Parameters
    ----------
    shock : Shock
        The shock.
    words : Words
        The language.
    otherwise : str
        What it is called if it has no name.
    """
    names = (shock.name_en, shock.name_zh)
    mine, other = names if words.language == "en" else names[::-1]
    return mine or other or otherwise


def shock_told(shock: Shock, words: Words, flows: Flows) -> str:
    """Return what a shock does: a sentence without its end.

    Parameters
    ----------
    shock : Shock
        The shock.
    words : Words
        The language.
    flows : Flows
        The table whose names are used.
    """
    return ("；" if words.language == "zh" else "; ").join(
        blow_told(blow, words, flows) for blow in shock.blows
    )


def blow_told(blow: Blow, words: Words, flows: Flows) -> str:
    """Return what one blow does: what is hit, how much, when, and how it ends.

    Parameters
    ----------
    blow : Blow
        The blow.
    words : Words
        The language.
    flows : Flows
        The table whose names are used.
    """
    start = f"{blow.start_day:g}"
    when = (
        words.say("blow_for", start=start, days=f"{blow.days:g}")
        if isfinite(blow.days)
        else words.say("blow_on", start=start)
    )
    told: dict[str, object] = {
        "what": _what(blow, words, flows),
        "size": _size(blow, words, flows),
        "when": when,
        "end": _end(blow, words) if isfinite(blow.days) else "",
    }
    if blow.kind in ("supply_cut", "demand_drop"):
        nobody = "blow_others" if blow.kind == "supply_cut" else "blow_everyone"
        named = [_place(code, words, flows) for code in blow.buyers]
        told["buyers"] = words.in_a_row(named) if named else words.say(nobody)
    return words.say(f"blow_{blow.kind}", **told)


def _what(blow: Blow, words: Words, flows: Flows) -> str:
    """Return the names of what is hit."""
    if blow.nodes:
        return words.in_a_row([_place(code, words, flows) for code in blow.nodes])
    codes = blow.products or tuple(
        code for code, _ in blow.shares if code in flows.nodes.sectors.place
    )
    regions = words.in_a_row([_place(code, words, flows) for code in blow.regions] or [""])
    products = words.in_a_row([f"“{words.sector(flows, code)}”" for code in codes] or [""])
    if blow.regions and codes:
        return words.say("blow_of", products=products, regions=regions)
    if blow.regions:
        return words.say("blow_whole", regions=regions)
    if codes:
        return words.say("blow_everywhere", products=products)
    named = [_place(code, words, flows) for code, _ in blow.shares]
    return words.in_a_row([*blow.firms, *named]) if blow.firms or named else words.say("blow_all")


def _place(code: str, words: Words, flows: Flows) -> str:
    """Return the name of a region, a group, a node, or a firm, which keeps its code."""
    if code == UNNAMED:
        return words.region(flows, "")
    region, _, sector = code.partition(":")
    if sector and region in (*flows.nodes.regions.codes, *_origins(flows)):
        named = f"“{words.sector(flows, sector)}”"
        if len(flows.nodes.regions) == 1 and region in flows.nodes.regions.place:
            return named
        return words.say("blow_of", products=named, regions=words.region(flows, region))
    known = words.region(flows, code)
    return known if known != code else words.place(code)


def _origins(flows: Flows) -> tuple[str, ...]:
    return () if flows.imports is None else flows.imports.rows.regions.codes


def _size(blow: Blow, words: Words, flows: Flows) -> str:
    if blow.money is not None:
        return words.amount(blow.money, flows.money)
    if blow.shares:
        sizes = [size for _, size in blow.shares]
        low, high = words.share(min(sizes), 0), words.share(max(sizes), 0)
        return low if low == high else words.say("blow_sizes", low=low, high=high)
    return words.share(blow.share or 0.0, 0)


def _end(blow: Blow, words: Words) -> str:
    key = "curve" if blow.recovery in CURVES else blow.recovery
    if key in ("linear", "curve", "rebuild"):
        return words.say(f"blow_{key}", tau=f"{blow.recovery_days:g}")
    return words.say(f"blow_{key}")
