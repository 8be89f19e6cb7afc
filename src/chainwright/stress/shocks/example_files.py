"""A file of a shock to start from, by template."""

from collections.abc import Callable

from chainwright.errors import UnknownCodeError
from chainwright.params import table
from chainwright.stress.shocks.blow import KINDS, RECOVERIES, Blow
from chainwright.stress.shocks.shock import Shock
from chainwright.stress.shocks.template_values import TemplateValues, capacity_lost_by_section
from chainwright.stress.shocks.templates import (
    TEMPLATES,
    closure,
    default,
    disaster,
    embargo,
    port,
    rationing,
    route,
    strike,
)

__all__ = ["example_of"]

_HEAD = f"""\
# A shock for `chainwright stress TABLE --shock FILE`. Days count from 0; sizes are shares, 0 to 1.
# A [[blow]] is one thing that happens; write as many as there are, at any times.
# kind: {", ".join(KINDS)}
# what is hit: nodes ["JPN:c14"], or regions and products, or firms, or links [["a", "b"]]
# buyers: who gets no longer; without it all outside the seller's own region
# how much: share, or shares {{ c14 = 0.5 }}, or (capital) money
# when: start_day, days at full size (without end if left out), recovery, recovery_days
# recovery: {", ".join(RECOVERIES)}
"""


def example_of(template: str) -> str:
    """Return a TOML file to start from, with codes of WIOD 2013.

    Parameters
    ----------
    template : str
        One of `chainwright.stress.shocks.templates.TEMPLATES`.

    Raises
    ------
    UnknownCodeError
        If there is no such template.

    Examples
    --------
    >>> Shock.of_toml(example_of("embargo")).blows[0].buyers
    ('CHN',)
    """
    if template not in TEMPLATES:
        raise UnknownCodeError(template, "template of a shock", TEMPLATES)
    return f"{_HEAD}\n{_EXAMPLES[template]().to_toml()}"


def _epidemic() -> Shock:
    """Return the epidemic of one region by the sectors of WIOD 2013."""
    values = TemplateValues("epidemic")
    lost = capacity_lost_by_section(values.take("severity", None))
    rows = [row for row in table("sectors") if row["list"] == "wiod2013"]
    blow = Blow(
        "capacity",
        regions=("CHN",),
        shares=tuple((row["code"], round(lost[row["section"]], 4)) for row in rows),
        days=values.take("days", None),
        recovery="linear",
        recovery_days=values.take("recovery_days", None),
    )
    values.note(
        "work at home by section: Dingel & Neiman (2020), US; essential work by section: assumption"
    )
    return Shock((blow,), "Epidemic in CHN", "疫情：CHN", values.source)


_EXAMPLES: dict[str, Callable[[], Shock]] = {
    "embargo": lambda: embargo("JPN", products="c14", to="CHN"),
    "epidemic": _epidemic,
    "disaster": lambda: disaster(
        "JPN", products=("c14", "c15"), share=0.1, rebuilding={"c18": 0.6, "c13": 0.4}
    ),
    "closure": lambda: closure("CHN", products=("c13", "c14"), share=0.5),
    "port": lambda: port("NLD", share=0.3),
    "route": lambda: route("CHN", ("DEU", "FRA"), share=0.5),
    "strike": lambda: strike("DEU:c15"),
    "rationing": lambda: rationing("CHN", products=("c9", "c12")),
    "default": lambda: default("firm-1"),
}
