"""One shock among firms: what each of them loses, in which round, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import Breach, ParameterError, TableError, near
from chainwright.stress.firms.binding_inputs import Binding, binding_inputs, passed_on
from chainwright.stress.firms.cascade_network import CascadeNetwork
from chainwright.stress.firms.cascade_question import (
    CascadeQuestion,
    Mode,
    Revenue,
    Substitution,
)
from chainwright.stress.firms.cascade_reasons import ROUNDING, CascadeReasons
from chainwright.stress.firms.cascade_runs import Runs, run_cascades
from chainwright.stress.firms.firm_shocks import Shocks
from chainwright.stress.shocks.firm_hits import firm_blows
from chainwright.stress.shocks.refusals import refuse, refuse_safeguards
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Result, System

__all__ = ["Cascade", "Hit", "cascade"]

Floats = npt.NDArray[np.float64]

Hit = Shock | str | Sequence[str] | Mapping[str, float]
"""What is hit: a shock, a firm, several firms wholly, or firms with the shares they lose."""

LINKS = 5_000
"""Links that the table of links shows."""


@dataclass(frozen=True, eq=False, repr=False)
class Cascade(Result):
    """What `cascade` found, for ``n`` firms.

    Parameters
    ----------
    question : CascadeQuestion
        What was asked.
    rule_of_inputs : str
        The rule of essential inputs in words.
    network : CascadeNetwork
        Firms and links as the cascade took them.
    down_shock, up_shock : ndarray, shape (n,)
        The shock: share of supply and of demand that each firm loses at once.
    runs : Runs
        What became of it.
    """

    name: ClassVar[str] = "cascade"
    charted: ClassVar[str] = "lost_sales"

    question: CascadeQuestion
    rule_of_inputs: str
    network: CascadeNetwork
    down_shock: Floats
    up_shock: Floats
    runs: Runs

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        codes = self.system.links.axis.codes
        hit = np.flatnonzero(self.shock > 0.0)
        return {
            **self.question.described(self.rule_of_inputs),
            "shock": {codes[i]: float(self.shock[i]) for i in hit[:20]},
            "firms_hit": len(hit),
            "settled": bool(self.runs.stopped[0]),
        }

    @property
    def shock(self) -> Floats:
        """Share of each firm that stops at once, on either side, ``(n,)``."""
        return np.maximum(self.down_shock, self.up_shock)

    @property
    def down(self) -> Floats:
        """Loss of each firm by lack of supplies, ``(n,)`` [share]."""
        return np.asarray(self.runs.loss[0, 0], dtype=np.float64)

    @property
    def up(self) -> Floats:
        """Loss of each firm by lack of demand, ``(n,)`` [share]."""
        return np.asarray(self.runs.loss[0, 1], dtype=np.float64)

    @property
    def loss(self) -> Floats:
        """Loss of each firm: the larger of the two, ``(n,)`` [share]."""
        return np.maximum(self.down, self.up)

    @property
    def lost_sales(self) -> Floats:
        """Sales in the links that each firm loses, ``(n,)`` [money]."""
        return self.loss * self.network.sales

    @property
    def risk(self) -> float:
        """Share of all sales in the links that is lost."""
        return float(self.runs.risk[0])

    @cached_property
    def binding(self) -> Binding:
        """What binds at each firm."""
        return binding_inputs(self.network, self.question.rule, self.down, self.up)

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """The firms that lose anything, the one that loses most sales first."""
        hit = np.flatnonzero(self.loss > 0.0)
        return hit[np.lexsort((hit, -self.loss[hit], -self.lost_sales[hit]))]

    @property
    def rounds(self) -> npt.NDArray[np.int64]:
        """Round in which each firm first loses more than the shock took, 0 if never, ``(n,)``."""
        # a loss handed round may come back as the shock's own share, a bit larger by rounding
        sides = np.stack([self.down, self.up]), np.stack([self.down_shock, self.up_shock])
        never = (self.runs.since < 0) | (sides[0] <= sides[1] * (1.0 + ROUNDING))
        since = np.where(never, np.iinfo(np.int32).max, self.runs.since).min(axis=0)
        return np.where(never.all(axis=0), 0, since).astype(np.int64)

    def table(self) -> pd.DataFrame:
        """Return one row a firm that loses anything, the largest loss of sales first."""
        links, at = self.system.links, self.order
        codes = np.array(links.axis.codes, dtype=object)
        sectors = np.array(links.sectors.codes, dtype=object)
        reasons = CascadeReasons(codes, sectors, self.network.group_kind, self.binding)
        sides = self.shock, self.down, self.up
        return pd.DataFrame(
            {
                "firm": codes[at],
                "sector": sectors[links.sector[at]],
                "region": np.array(links.regions.codes, dtype=object)[links.region[at]],
                "shock": self.shock[at],
                "loss": self.loss[at],
                "loss_downstream": self.down[at],
                "loss_upstream": self.up[at],
                "sales": self.network.sales[at],
                "lost_sales": self.lost_sales[at],
                "round": self.rounds[at],
                "reason_en": reasons.of(at, *sides, "en"),
                "reason_zh": reasons.of(at, *sides, "zh"),
            }
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of firms, of rounds, of sectors and of links."""
        return {
            "cascade": self.table(),
            "cascade_rounds": self.by_round(),
            "cascade_sectors": self.by_sector(),
            "cascade_links": self.along_links(),
        }

    def remarks(self) -> tuple[str, ...]:
        """Return what a reader of the numbers must know: mode, rule, loss, a run cut short."""
        question, lost = self.question, self.runs
        said = [
            *question.remarks(self.rule_of_inputs),
            f"lost: {self.risk:.4%} of all sales in the links ({float(lost.down[0]):.4%} "
            f"downstream, {float(lost.up[0]):.4%} upstream), {int(lost.rounds[0])} iterations",
        ]
        if not lost.stopped[0]:
            said.append(
                f"it was ended after {question.rule.rounds} iterations before it came to rest; the "
                f"last change was {float(lost.change[0]):.3g}"
            )
        return tuple(said)

    def by_round(self) -> pd.DataFrame:
        """Return one row a round: what is lost after it, and the largest change in it."""
        trace = self.runs.trace
        number = np.arange(1, len(trace) + 1)
        firms = np.bincount(self.rounds, minlength=len(trace) + 1)[1 : len(trace) + 1]
        return pd.DataFrame(
            {
                "round": number,
                "risk": trace[:, 0],
                "risk_downstream": trace[:, 1],
                "risk_upstream": trace[:, 2],
                "largest_change": trace[:, 3],
                "firms_reached": firms,
            }
        )

    def by_sector(self) -> pd.DataFrame:
        """Return one row a sector that loses anything, the largest loss beyond the shock first."""
        links, sales = self.system.links, self.network.sales
        many = len(links.sectors)
        held = np.bincount(links.sector, sales, minlength=many)
        struck = np.bincount(links.sector, self.shock * sales, minlength=many)
        lost = np.bincount(links.sector, self.lost_sales, minlength=many)
        hit = np.bincount(links.sector[self.loss > 0.0], minlength=many)
        beyond = np.maximum(0.0, lost - struck)
        chosen = np.flatnonzero(hit)
        at = chosen[np.lexsort((chosen, -lost[chosen], -beyond[chosen]))]
        share = np.divide(beyond, held, out=np.zeros(many), where=held > 0.0)
        return pd.DataFrame(
            {
                "sector": np.array(links.sectors.codes, dtype=object)[at],
                "firms": np.bincount(links.sector, minlength=many)[at],
                "firms_hit": hit[at],
                "sales": held[at],
                "lost_to_shock": struck[at],
                "lost_beyond_shock": beyond[at],
                "loss_beyond_shock": share[at],
            }
        )

    def along_links(self, *, top: int = LINKS) -> pd.DataFrame:
        """Return the links along which most of a firm is lost: the network that a chart draws.

        Parameters
        ----------
        top : int
            Most links, by the buyer's (downstream) or supplier's (upstream) sales that are lost.
        """
        net, codes = self.network, np.array(self.system.links.axis.codes, dtype=object)
        x = passed_on(net, self.question.rule, self.down)
        down = net.share * x[net.supplier]
        buyer = net.group_buyer[net.groups_of_links]
        seller = np.repeat(np.arange(net.firms), np.diff(net.sales_starts))
        up = net.sales_share * self.up[net.buyer]
        ways = np.array(["downstream", "upstream"], dtype=object)
        frame = pd.DataFrame(
            {
                "direction": np.repeat(ways, [len(down), len(up)]),
                "from_firm": codes[np.concatenate([net.supplier, net.buyer])],
                "to_firm": codes[np.concatenate([buyer, seller])],
                "loss": np.concatenate([down, up]),
                "lost_sales": np.concatenate([down * net.sales[buyer], up * net.sales[seller]]),
            }
        )
        frame = frame[frame["loss"] > 0.0]
        order = np.argsort(-frame["lost_sales"].to_numpy(), kind="stable")[:top]
        return frame.iloc[order].reset_index(drop=True)


def cascade(
    system: System,
    hit: Hit,
    *,
    demand: Mapping[str, float] | None = None,
    mode: Mode = "reference",
    substitution: Substitution = "market",
    essential: object = None,
    revenue: Revenue | None = None,
    tolerance: float = 0.0,
    stop: float | None = None,
    costs: Mapping[str, float] | None = None,
    insist: bool = False,
) -> Cascade:
    """Return what one shock among firms takes from each of them, and why.

    The losses of stress 5.1: downstream, a firm falls with the essential input that falls most, and
    in proportion to all other inputs together; upstream, in proportion to what its buyers no
    longer take. Diem et al. 2022, doi:10.1038/s41598-022-11522-z. It has no time: for stocks and
    recovery take `chainwright.stress.run`.

    Parameters
    ----------
    system : System
        A system with links between firms.
    hit : Shock, str, sequence of str or mapping of str to float
        Firms that stop wholly, or by firm the share that stops; of a `Shock` its blows on
        capacity, which hold without end.
    demand : mapping of str to float, optional
        Share by which a firm's demand for inputs falls, where that differs from its supply; 0
        if it buys on. Firms that are not named buy as much less as they supply.
    mode, substitution, essential, revenue, tolerance, stop
        As for `systemic_risk`.
    costs : mapping of str to float, optional
        All costs by firm [money]: its inputs weigh by purchases in the links / costs.
    insist
        As for `systemic_risk`.

    Raises
    ------
    TableError
        If a firm is none of the links or a share is not 0 to 1; it lists all.
    ParameterError
        If the shock is one that a cascade cannot represent, or a word or number is out of range.
    MissingPartError
        If the system has no links, or firms lack the output that is asked for.
    InfeasibleError
        If `fixpoint` is asked for and no firm sells outside of the links.

    Examples
    --------
    >>> from chainwright.system import Links
    >>> firms = pd.DataFrame({"firm": ["a", "b", "c"], "sector": ["10", "24", "25"]})
    >>> rows = {"supplier": ["b", "c"], "buyer": ["c", "a"], "value": [1.0, 3.0]}
    >>> system = System(links=Links.of_table(pd.DataFrame(rows), firms))
    >>> cascade(system, {"b": 0.5}).table()[["firm", "loss", "round"]].to_numpy().tolist()
    [['c', 0.5, 1], ['b', 0.5, 0], ['a', 0.5, 2]]
    """
    question = CascadeQuestion(
        mode=mode,
        substitution=substitution,
        essential=essential,
        revenue=revenue,
        tolerance=tolerance,
        stop=stop,
        costs=costs,
        insist=insist,
    )
    # of what is held ready only cover against a blow changes which shares stop
    refuse_safeguards("cascade", system, but=("stabilise",) if isinstance(hit, Shock) else ())
    down = _shares(system, hit)
    up = down if not demand else _named_shares(system, demand, otherwise=down)
    network, rule_of_inputs = question.network(system)
    runs = run_cascades(
        network,
        Shocks.of(down[None, :], up[None, :]),
        question.rule,
        keep_loss=True,
        trace_rounds=question.rule.rounds,
        handover=np.inf,
    )
    return Cascade(
        system=system,
        question=question,
        rule_of_inputs=rule_of_inputs,
        network=network,
        down_shock=down,
        up_shock=up,
        runs=runs,
    )


def _shares(system: System, hit: Hit) -> Floats:
    """Return the share of each firm that stops."""
    if isinstance(hit, Shock):
        refuse(
            "cascade",
            hit,
            kinds=("capital", "supply_cut", "demand_drop"),
            recoveries=("linear", "convex", "convex_scaled", "concave", "rebuild"),
            fields=("start_day", "days"),
        )
        return firm_blows(system, hit, 1).psi(0)
    if isinstance(hit, str):
        return _named_shares(system, {hit: 1.0})
    return _named_shares(system, hit if isinstance(hit, Mapping) else dict.fromkeys(hit, 1.0))


def _named_shares(
    system: System, shares: Mapping[str, float], otherwise: Floats | None = None
) -> Floats:
    """Return shares by firm as an array, after every check; `otherwise` of those not named."""
    axis = system.links.axis
    expected = "above 0 and up to 1" if otherwise is None else "from 0 to 1"
    breaches = [
        Breach(
            "the firms", repr(code), "a firm of the links", f"Correct it.{near(code, axis.codes)}"
        )
        for code in shares
        if code not in axis.place
    ]
    breaches += [
        Breach(f"the firm {code!r}", repr(share), f"a share {expected}", "Correct it.")
        for code, share in shares.items()
        if not (0.0 < share <= 1.0 or (share == 0.0 and otherwise is not None))
    ]
    if breaches:
        raise TableError("The shock", breaches)
    if not shares:
        raise ParameterError("hit", "the cascade", "at least one firm", dict(shares))
    found = np.zeros(len(axis)) if otherwise is None else otherwise.copy()
    for code, share in shares.items():
        found[axis.place[code]] = share
    return found
