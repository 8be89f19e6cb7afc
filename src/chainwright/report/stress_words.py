"""Figures of scenarios as a page says them: ranges over both ends, who runs short, when it ends."""

import re
from collections.abc import Callable, Sequence
from math import isnan

from chainwright.report.grids import Grids
from chainwright.report.scenario_runs import Scenario
from chainwright.report.shock_words import shock_name
from chainwright.report.wording import Words
from chainwright.system import Flows

__all__ = ["back", "first_short", "percent", "ranged", "scenario_name", "why", "with_names"]

MARKS = r"\s，。；：、（）,;()“”"
CODE = re.compile(f"[^{MARKS}]+:[^{MARKS}]*[^{MARKS}.]")
"""What may be the code of a node."""

SAME = 1e-9
"""Ends that differ by less than that share are told as one number."""


def scenario_name(found: Scenario, words: Words) -> str:
    """Return what a scenario is called, beginning with a capital letter.

    Parameters
    ----------
    found : Scenario
        The scenario.
    words : Words
        The language.
    """
    name = shock_name(found.choice.shock, words, otherwise=found.choice.key)
    return name[:1].upper() + name[1:]


def why(found: Scenario, words: Words, flows: Flows) -> str:
    """Return why a scenario is looked at.

    Parameters
    ----------
    found : Scenario
        The scenario.
    words : Words
        The language.
    flows : Flows
        The table whose names are used.
    """
    choice = found.choice
    if not choice.reason:
        return words.say("stress_why_given")
    told: dict[str, object] = {}
    for key, value in choice.told.items():
        if isinstance(value, float):
            told[key] = words.share(value, 0 if value >= 0.1 else 1)
        elif key in ("supplier", "region"):
            told[key] = Grids(words, flows).place("" if value == "abroad" else str(value))
        elif isinstance(value, str):
            told[key] = words.sector(flows, value)
        else:
            told[key] = value
    return words.say(choice.reason, **told)


def percent(value: float) -> str:
    """Return a share as a percentage, with more digits the smaller it is.

    Parameters
    ----------
    value : float
        The share; may be negative or NaN.

    Examples
    --------
    >>> percent(0.256), percent(-0.0123), percent(0.00004), percent(0.0)
    ('25.6 %', '-1.23 %', '0.004 %', '0 %')
    """
    if isnan(value):
        return "–"
    size = abs(value)
    digits = 0 if size >= 0.9995 else 1 if size >= 0.1 else 2 if size >= 0.001 else 3
    text = f"{100.0 * value:.{digits}f}"
    return f"{text} %" if text.strip("-0.") else "0 %"


def ranged(values: Sequence[float], words: Words, number: Callable[[float], str]) -> str:
    """Return one number, or from the lowest to the highest.

    Parameters
    ----------
    values : sequence of float
        One an end.
    words : Words
        The language.
    number : callable
        Writes a value.
    """
    low, high = min(values), max(values)
    first, last = number(low), number(high)
    if first == last or high - low <= SAME * max(abs(low), abs(high)):
        return last
    return words.say("stress_range", low=first, high=last)


def first_short(found: Scenario, words: Words, flows: Flows) -> str:
    """Return who runs short first at home, of what, and on which day; empty if nobody does.

    Parameters
    ----------
    found : Scenario
        The scenario.
    words : Words
        The language.
    flows : Flows
        The table whose names are used.
    """
    if not len(found.shorts):
        return ""
    row = found.shorts.sort_values("day", kind="stable").iloc[0]
    several = len(set(found.shorts["region"])) > 1
    user = words.sector(flows, str(row["sector"]))
    return words.say(
        "stress_short_of_in" if several else "stress_short_of",
        product=words.sector(flows, str(row["product"])),
        user=user,
        region=Grids(words, flows).place(str(row["region"])),
        day=f"{float(row['day']):g}",
    )


def back(found: Scenario, words: Words) -> tuple[str, str]:
    """Return from which day home's output stays at 95 % of that at rest: near end and far end.

    The second text is empty where there is one end, or both say the same.

    Parameters
    ----------
    found : Scenario
        The scenario.
    words : Words
        The language.
    """
    told = []
    for felt in found.felt:
        day = felt.below_until
        if isnan(day):
            told.append(words.say("stress_back_not", days=f"{found.days:g}"))
        elif day == 0.0:
            told.append(words.say("stress_back_never_below"))
        else:
            told.append(words.say("stress_back_day", day=f"{day:g}"))
    return told[0], told[-1] if told[-1] != told[0] else ""


def with_names(text: str, words: Words, flows: Flows) -> str:
    """Return a text with the names of nodes in place of their codes.

    Parameters
    ----------
    text : str
        With codes such as ``CHN:c14``.
    words : Words
        The language.
    flows : Flows
        The table whose names are used.
    """
    grids, known = Grids(words, flows), set(flows.nodes.codes)

    def named(found: re.Match[str]) -> str:
        return f"“{grids.node(found[0])}”" if found[0] in known else found[0]

    return CODE.sub(named, text)
