"""The programmes of an outage in the LP format, to be read, kept and solved by any solver."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.maker.affected import flags_of
from chainwright.diagnose.maker.outage_programme import OutageProgramme, checked_weeks
from chainwright.diagnose.maker.stock_left import stock_left

__all__ = ["programme_text"]

Term = tuple[float, str]

HEAD = r"""\ {title}
\ u(node): units made.  l(item): units that customers do not get.{unknown}
"""

BALANCE = r"""
\ Each item: what goes into others and to customers is in stock or is made.
"""


def programme_text(
    programme: OutageProgramme, down: npt.ArrayLike, weeks: float | None = None
) -> str:
    """Return the whole programme of one outage in the LP format: impact, or time to survive.

    All items and nodes, nothing left out and nothing scaled: what `OutageProgramme` answers
    from a few items is the optimum of this.

    Parameters
    ----------
    programme : OutageProgramme
        The chain and what is assumed.
    down : array_like
        Nodes that stand still: places, or a flag each, ``(N,)``.
    weeks : float, optional
        Length of the outage, whose least loss is asked for; if not given the time to survive is.

    Raises
    ------
    ParameterError
        If `weeks` is negative or not finite.
    """
    if weeks is not None:
        checked_weeks(weeks)
    network = programme.network
    still = flags_of(network, down)
    stock = stock_left(network, still, programme.stock_at_node)
    node = _names("u", network.nodes.codes)
    lost = _names("l", network.items.codes)
    sold = np.flatnonzero(network.demand > 0.0)
    if weeks is None:
        lines = [HEAD.format(title="Time to survive", unknown="  t: weeks.")]
        lines.append("Maximize\n longest: t\n")
    else:
        lines = [HEAD.format(title=f"Impact of {weeks:.12g} weeks", unknown="")]
        cost = [(programme.weights[k], lost[k]) for k in sold]
        lines.append(f"Minimize\n loss: {_sum(cost)}\n")
    lines.append("Subject To" + BALANCE)
    bill = network.bill.tocsr()
    makers = [np.flatnonzero(network.node_item == k) for k in range(len(network.items))]
    for k, row in enumerate(_names("use", network.items.codes)):
        entries = range(bill.indptr[k], bill.indptr[k + 1])
        terms = [(float(bill.data[e]), node[n]) for e in entries for n in makers[bill.indices[e]]]
        terms += [(-1.0, node[n]) for n in makers[k]]
        known = float(stock[k])
        if network.demand[k] > 0.0 and weeks is None:
            terms.append((float(network.demand[k]), "t"))
        elif network.demand[k] > 0.0:
            terms.append((-1.0, lost[k]))
            known -= float(network.demand[k]) * (weeks or 0.0)
        if terms:
            lines.append(f" {row}: {_sum(terms)} <= {known:.12g}\n")
    lines += _capacities(programme, still, node, weeks)
    lines.append("\nBounds\n")
    if weeks is not None:
        lines += [f" {lost[k]} <= {network.demand[k] * weeks:.12g}\n" for k in sold]
    lines += [f" {node[n]} = 0\n" for n in np.flatnonzero(still)]
    lines.append("End\n")
    return "".join(lines)


def _capacities(
    programme: OutageProgramme,
    still: npt.NDArray[np.bool_],
    node: Sequence[str],
    weeks: float | None,
) -> list[str]:
    """Return the rows of what nodes and sites can make."""
    network = programme.network
    own = programme.assumptions.capacity(network)
    lines = ["\n\\ Each node makes at most what it can a week.\n"]
    for n, row in enumerate(_names("can", network.nodes.codes)):
        if np.isfinite(own[n]) and not still[n]:
            lines.append(_limit(row, [node[n]], float(own[n]), weeks))
    lines.append("\n\\ All nodes of a site together make at most what it can a week.\n")
    for s, row in enumerate(_names("site", network.sites.codes)):
        here = np.flatnonzero(network.node_site == s).tolist()
        if np.isfinite(network.site_capacity[s]) and len(here):
            names = [node[n] for n in here]
            lines.append(_limit(row, names, float(network.site_capacity[s]), weeks))
    return lines


def _limit(row: str, names: Iterable[str], rate: float, weeks: float | None) -> str:
    terms = [(1.0, name) for name in names]
    if weeks is None:
        return f" {row}: {_sum([*terms, (-rate, 't')])} <= 0\n"
    return f" {row}: {_sum(terms)} <= {rate * weeks:.12g}\n"


def _sum(terms: Iterable[Term]) -> str:
    words = []
    for number, name in terms:
        sign = "-" if number < 0.0 else "+"
        size = "" if abs(number) == 1.0 else f"{abs(number):.12g} "
        words.append(f"{sign} {size}{name}")
    return " ".join(words).removeprefix("+ ")


def _names(kind: str, codes: Sequence[str]) -> list[str]:
    """Return names that the format allows, each once."""
    names: list[str] = []
    taken: set[str] = set()
    for i, code in enumerate(codes):
        plain = re.sub(r"[^A-Za-z0-9_.@]", "_", code)
        name = f"{kind}({plain})"
        name = name if name not in taken else f"{kind}({plain}~{i})"
        taken.add(name)
        names.append(name)
    return names
