"""Losses of firms as a shock on the sectors of a table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, isfinite
from typing import ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import LabelError, ParameterError
from chainwright.stress.firms.cascade import Cascade
from chainwright.stress.firms.firm_nodes import nodes_of_firms
from chainwright.stress.firms.firm_run import FirmRun
from chainwright.stress.shocks.blow import Blow
from chainwright.stress.shocks.firm_hits import firms_hit
from chainwright.stress.shocks.refusals import refuse
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Result, System

__all__ = ["Lifted", "lifted"]

Numbers = npt.NDArray[np.float64]
Uncovered = Literal["alike", "unhurt"]
"""What firms that are not in the network lose: as those of their node that are, or nothing."""


@dataclass(frozen=True, eq=False, repr=False)
class Lifted(Result):
    """A shock on sectors made from losses of firms: ``k`` nodes that lose anything.

    Parameters
    ----------
    system : System
        With flows and links.
    shock : Shock
        The shock on the nodes of the table.
    uncovered : str
        ``"alike"`` or ``"unhurt"``.
    nodes : ndarray of int64, shape (k,)
        Nodes of the table, the largest share first.
    firms : ndarray of int64, shape (k,)
        Firms of the network in each.
    output : ndarray, shape (k,) [money of the links]
        Yearly output of these firms.
    share : ndarray, shape (k,) [share]
        Largest share of capacity lost at any time.
    coverage : ndarray, shape (k,) [share]
        Output of the firms over the node's output in the table; above 1 where money or year
        differ.
    """

    name: ClassVar[str] = "lifted"
    charted: ClassVar[str] = "share"

    shock: Shock
    uncovered: Uncovered
    nodes: npt.NDArray[np.int64]
    firms: npt.NDArray[np.int64]
    output: Numbers
    share: Numbers
    coverage: Numbers

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {"uncovered": self.uncovered, "shock": self.shock.to_toml()}

    def table(self) -> pd.DataFrame:
        """Return one row a node that loses, the largest share first."""
        nodes = self.system.flows.nodes
        regions, sectors = (
            np.array(axis.codes, dtype=object) for axis in (nodes.regions, nodes.sectors)
        )
        return pd.DataFrame(
            {
                "region": regions[nodes.region[self.nodes]],
                "sector": sectors[nodes.sector[self.nodes]],
                "share": self.share,
                "firms": self.firms,
                "output": self.output,
                "coverage": self.coverage,
            }
        )


def lifted(
    system: System,
    loss: "Shock | FirmRun | Cascade | Numbers",
    *,
    days: float | None = None,
    end: str = "suppliers",
    uncovered: Uncovered = "alike",
    regions: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
) -> Lifted:
    r"""Return losses of firms as capacity lost by the nodes of a table.

    Node v loses :math:`\sum_f x_f l_f / \sum_f x_f` over its firms f, with output x (sales where
    it is not known) and loss l; if firms outside the network are unhurt, times the part of the
    node's output that the network covers (at most 1).

    Parameters
    ----------
    system : System
        With flows and links.
    loss : Shock, FirmRun, Cascade or ndarray, shape (n,) [share]
        A shock on firms, of kind capacity or a share of capital (its blows that end at once are
        added up over firms day by day; others by groups of the same days and recovery); the mean
        loss of output of a run; the loss in a cascade; or a loss a firm.
    days : float, optional
        How long a loss holds that is no shock; of a run its horizon, else without end.
    end : str
        Which end of a run.
    uncovered : str
        ``"alike"``: firms that are not in the network lose as those that are; ``"unhurt"``.
    regions, sectors : mapping of str to str, optional
        Code in the table by code of the firms.

    Raises
    ------
    MissingPartError
        If the system lacks flows or links.
    TableError
        If a firm is of no node of the table, or the shock is not in order; it lists all.
    ParameterError
        If the shock has blows that are no loss of capacity, or nothing is lost.
    LabelError
        If losses are not one number a firm.

    Examples
    --------
    >>> import pandas as pd
    >>> from chainwright.system import Firms, Links
    >>> from chainwright.tables import example
    >>> from io import StringIO
    >>> table = System.from_table(pd.read_csv(StringIO(example("flows"))))
    >>> region, sector = table.flows.nodes.codes[0].split(":")
    >>> rows = {"firm": ["a", "b"], "sector": sector, "region": region, "output": [3.0, 1.0]}
    >>> firms = Firms.of_table(pd.DataFrame(rows))
    >>> link = pd.DataFrame({"supplier": ["a"], "buyer": ["b"], "value": [1.0]})
    >>> both = table.joined(System(firms=firms, links=Links.of_table(link, firms)))
    >>> lifted(both, Shock((Blow("capacity", firms="a", share=1.0, days=7),))).share
    array([0.75])
    """
    if uncovered not in get_args(Uncovered):
        expected = f"one of {', '.join(get_args(Uncovered))}"
        raise ParameterError("uncovered", "lifted", expected, uncovered)
    node = nodes_of_firms(system, regions=regions, sectors=sectors)
    links, flows = system.links, system.flows
    weight = np.where(np.isnan(links.output), links.sales, links.output)
    size = len(flows.nodes)
    covered: Numbers = np.bincount(node, weight, size).astype(np.float64, copy=False)
    output = np.asarray(flows.output, dtype=np.float64)
    coverage = np.divide(covered, output, out=np.full(size, np.nan), where=output > 0.0)
    factor = np.nan_to_num(np.minimum(coverage, 1.0)) if uncovered == "unhurt" else np.ones(size)

    def by_node(lost: Numbers) -> Numbers:
        of = np.bincount(node, weight * lost, size)
        share = np.divide(of, covered, out=np.zeros(size), where=covered > 0.0)
        return np.minimum(share * factor, 1.0)

    parts = _parts(system, loss, days, end)
    blows, largest = [], np.zeros(size)
    for blow, lost in parts:
        share = by_node(lost)
        hit = np.flatnonzero(share > 0.0)
        np.maximum(largest, share, out=largest)
        if len(hit):
            shares = tuple((flows.nodes.codes[v], float(share[v])) for v in hit)
            blows.append(replace(blow, shares=shares))
    if not blows:
        expected = "a loss of firms with output"
        raise ParameterError("loss", "lifted", expected, "nothing that is lost")
    name_en, name_zh, source = _names(loss)
    shock = Shock(tuple(blows), name_en, name_zh, source)
    order = np.argsort(-largest, kind="stable")[: int((largest > 0.0).sum())]
    count = np.bincount(node, minlength=size)
    return Lifted(
        system, shock, uncovered, order, count[order], covered[order], largest[order],
        coverage[order],
    )  # fmt: skip


def _names(loss: object) -> tuple[str, str, str]:
    given = loss if isinstance(loss, Shock) else getattr(loss, "shock", None)
    if isinstance(given, Shock):
        return given.name_en, given.name_zh, f"lifted from firms; {given.source}".rstrip("; ")
    return "", "", "lifted from losses of firms"


def _parts(
    system: System, loss: object, days: float | None, end: str
) -> list[tuple[Blow, Numbers]]:
    """Return blows without a target, each with the share that every firm loses."""
    n = system.links.n
    if isinstance(loss, Shock):
        return _of_shock(system, loss)
    if isinstance(loss, FirmRun):
        if end not in loss.runs:
            raise ParameterError("end", "lifted", f"one of {', '.join(loss.runs)}", end)
        records = loss.runs[end]
        rest = records.economy.x0 * records.steps
        share = np.divide(records.lost, rest, out=np.zeros(n), where=rest > 0.0)
        held = loss.days if days is None else days
        return [(Blow("capacity", days=held), np.clip(share, 0.0, 1.0))]
    share = np.asarray(loss.loss if isinstance(loss, Cascade) else loss, dtype=np.float64)
    if share.shape != (n,):
        msg = f"The losses are {share.shape} and must be ({n},), one number a firm."
        raise LabelError(msg)
    if not (np.isfinite(share).all() and share.min() >= 0.0 and share.max() <= 1.0 + 1e-12):
        raise ParameterError("loss", "lifted", "shares from 0 to 1", "others")
    return [(Blow("capacity", days=inf if days is None else days), np.minimum(share, 1.0))]


def _of_shock(system: System, shock: Shock) -> list[tuple[Blow, Numbers]]:
    refuse(
        "lifting", shock, kinds=("supply_cut", "demand_drop"), recoveries=("rebuild",),
        fields=("money",),
    )  # fmt: skip
    n = system.links.n
    found: list[tuple[Blow, Numbers]] = []
    for blow, hit in zip(shock.blows, firms_hit(system, shock), strict=True):
        lost = np.zeros(n)
        lost[hit.firms] = hit.size
        bare = Blow(
            blow.kind, start_day=blow.start_day, days=blow.days, recovery=blow.recovery,
            recovery_days=blow.recovery_days, half_recovery_days=blow.half_recovery_days,
        )  # fmt: skip
        found.append((bare, lost))
    spells = [(b, lost) for b, lost in found if b.kind == "capacity" and b.recovery == "at_once"]
    curves: dict[Blow, Numbers] = {}
    for blow, lost in found:
        if blow.kind == "capacity" and blow.recovery == "at_once":
            continue
        before = curves.get(blow, np.zeros(n))
        both = before + lost if blow.kind == "capital" else np.maximum(before, lost)
        curves[blow] = np.minimum(both, 1.0)
    return [*_by_spell(spells, n), *curves.items()]


def _by_spell(spells: list[tuple[Blow, Numbers]], n: int) -> list[tuple[Blow, Numbers]]:
    """Return the days between two changes, each with the largest loss of each firm in them."""
    ends = sorted({day for blow, _ in spells for day in (blow.start_day, blow.end_day)})
    parts = []
    for start, stop in pairwise(ends):
        lost = np.zeros(n)
        for blow, size in spells:
            if blow.start_day <= start and blow.end_day >= stop:
                lost = np.maximum(lost, size)
        held = stop - start if isfinite(stop) else inf
        parts.append((Blow("capacity", start_day=start, days=held), lost))
    return parts
