"""After the blow: the order in which what stands still restarts, checked by the engine."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.plan.restarting.need_loops import NeedLoops
from chainwright.plan.restarting.order_search import Searched, best_in_engine
from chainwright.plan.restarting.restart_engines import Outcome
from chainwright.plan.restarting.restart_question import Counted, Needs, RestartQuestion
from chainwright.plan.restarting.restart_rules import RestartRules
from chainwright.plan.restarting.restart_ways import (
    RestartCase,
    Way,
    in_order,
    in_proportion,
    shock_of_way,
    without_limit,
)
from chainwright.plan.restarting.restart_work import RestartWork, read_restart_work
from chainwright.plan.restarting.restarts import RestartOrder, restart_order
from chainwright.plan.restarting.resume_tables import by_day_table, compared_table, order_table
from chainwright.plan.restarting.resume_words import notes_of, summary_words
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.shock import Shock
from chainwright.system import Language, Result, System
from chainwright.system.home import Regions

__all__ = ["Resume", "resume"]

Floats = npt.NDArray[np.float64]

LEAST_DAYS, AFTER_DAYS, MOST_DAYS = 182.0, 91.0, 1092.0
"""Horizon if none is given: half a year, or 13 weeks after the last restart; at most 3 years."""


@dataclass(frozen=True, eq=False, repr=False)
class Resume(Result):
    """In which order to restart what a shock stops, against other ways.

    Parameters
    ----------
    system : System
        The system that was asked about.
    question : RestartQuestion
        What stands still, and how loss is counted.
    loops : NeedLoops
        Work, value and needs of what stands still.
    begin : float [day]
        Day of the run on which crews begin.
    days : float [day]
        Horizon of the runs.
    per_day : float, optional [share]
        Share of all lost output that is restored a day, where that is the capacity.
    additive : RestartOrder
        The order of least additive loss, with its bound.
    searched : Searched
        What the search in the engine found.
    ways : mapping of str to Way
        This order first, then the others.
    outcomes : mapping of str to tuple of Outcome
        What each way loses in the engine, by run.
    """

    name: ClassVar[str] = "resume"
    charted: ClassVar[str] = "value_per_day"

    question: RestartQuestion
    loops: NeedLoops
    begin: float
    days: float
    per_day: float | None
    additive: RestartOrder
    searched: Searched
    ways: Mapping[str, Way]
    outcomes: Mapping[str, tuple[Outcome, ...]]

    @property
    def order(self) -> tuple[str, ...]:
        """Codes of nodes or firms, the first to restart first."""
        return tuple(self.question.stopped.codes[list(self.ways["this_order"].order)])

    @property
    def loss_before(self) -> float:
        """Additive loss from the blow until crews begin, the same in every way [money]."""
        stopped = self.question.stopped
        return float(stopped.value @ (self.begin - stopped.strike))

    def loss(self, way: str = "this_order", end: str | None = None) -> float:
        """Return what a way loses in the engine [money].

        Parameters
        ----------
        way : str
            A key of `ways`.
        end : str, optional
            Which run; the first if not given.

        Raises
        ------
        ParameterError
            If there is no such way or run.
        """
        if way not in self.outcomes:
            raise ParameterError("way", "Resume", f"one of {', '.join(self.outcomes)}", way)
        found = {one.end: one.loss for one in self.outcomes[way]}
        if end is not None and end not in found:
            raise ParameterError("end", "Resume", f"one of {', '.join(found)}", end)
        return next(iter(found.values())) if end is None else found[end]

    def shock(self, way: str = "this_order") -> Shock:
        """Return the shock with its blows on capacity and capital ended as in a way.

        Run through `chainwright.stress.run` it gives the losses of `resume_compared`. What comes
        back in part does so in stairs, one a step. Blows are as large as the shock states them:
        what a system holds that stabilises keeps its part off when they are run.

        Parameters
        ----------
        way : str
            A key of `ways`.

        Raises
        ------
        ParameterError
            If there is no such way.
        """
        if way not in self.ways:
            raise ParameterError("way", "Resume", f"one of {', '.join(self.ways)}", way)
        asked = self.question
        return shock_of_way(
            asked.shock,
            self.ways[way],
            asked.stopped,
            self.begin,
            step_days=asked.model.step_days,
            firms=asked.firms,
        )

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What was assumed or left out, in English and Chinese."""
        return notes_of(self)

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and what was assumed."""
        asked = self.question
        stopped = asked.stopped
        targets = asked.model.stock_days
        return {
            "shock": asked.shock.to_toml(),
            "shock_source": asked.shock.source,
            "crews": asked.crews,
            "per_day": self.per_day,
            "in_part": self.ways["this_order"].in_part,
            "home": list(asked.regions),
            "loss": asked.counted,
            **asdict(asked.rules),
            "begin_day": self.begin,
            "days": self.days,
            "restart_work": dict(zip(stopped.codes, stopped.work.tolist(), strict=True)),
            "restart_work_source": dict(zip(stopped.codes, stopped.work_source, strict=True)),
            "needs": [
                [stopped.codes[j], stopped.codes[i]] for j, i in stopped.needs.tolist()[:KEPT]
            ],
            "engine_runs": self.searched.runs,
            "bound": self.additive.bound,
            "bound_in_part": self.additive.bound_in_part,
            "exact": self.additive.exact,
            "all_orders_run": self.searched.all_orders,
            "model": {
                **asdict(asked.model),
                "stock_days": dict(targets) if isinstance(targets, tuple) else targets,
            },
            "notes": [english for english, _ in self.notes],
        }

    def table(self) -> pd.DataFrame:
        """Return what stands still in the order in which it restarts."""
        return order_table(self)

    def compared(self) -> pd.DataFrame:
        """Return the losses of all ways in all runs, this order first."""
        return compared_table(self)

    def by_day(self) -> pd.DataFrame:
        """Return output at home of each way, run and day, and how many nodes run."""
        return by_day_table(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the answer by the name of its schema."""
        return {
            "resume": self.table(),
            "resume_compared": self.compared(),
            "resume_by_day": self.by_day(),
        }

    def reading(self, language: Language = "en") -> str:
        """Return what the answer says, a line a fact.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        """
        place = 1 if language == "zh" else 0
        told = [*summary_words(self), *self.notes]
        return "\n".join(words[place] for words in told)


KEPT = 1000
"""Needs that the origin lists."""


def resume(
    system: System,
    shock: Shock,
    *,
    capacity: int | None = None,
    per_day: float | None = None,
    restart_work: object | None = None,
    needs: Needs | None = None,
    rules: RestartRules | None = None,
    home: Regions | None = None,
    loss: Counted = "value_added",
    in_part: bool | None = None,
    begin_day: float | None = None,
    days: float | None = None,
    model: InventoryModel | None = None,
    engine_runs: int = 120,
    threads: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Resume:
    r"""Return the order in which to restart what a shock stops, against other ways to restart.

    Stopped is what the shock's blows on capacity and capital hit: sectors of regions, or firms.
    Each has lost a share :math:`s_j` of its capacity, and restarting it keeps one crew busy for
    :math:`p_j` days; it has all its capacity again on the day that is done, :math:`C_j`. Until it
    *runs*, :math:`R_j = \max(C_j, R_i \text{ of all it needs})`, value
    :math:`v_j = s_j VA_j / 365` is lost a day. The order of least :math:`\sum_j v_j R_j` is sought
    (`restart_order`: exact on small cases, else with a bound), then the engine with inventories
    is run with orders near it (all orders of up to 8 nodes, if `engine_runs` suffices) and the one
    that loses least there is the answer; the additive best stays beside it.

    It is compared, in the same engine, with proportional restart (crews shared over all in
    proportion to their work: the same crew-days; what is back in part makes something, and, unless
    `in_part`, a second time so that nothing runs before it is whole, as in the order), with value
    a day of work without a look at needs, and with a crew for everyone at once, which no order can
    beat in the additive loss.

    Parameters
    ----------
    system : System
        With flows, or with links for firms.
    shock : Shock
        What happened; its other blows (cut deliveries, lost demand) stay as they are.
    capacity : int, optional
        How many crews there are: nodes that are restarted at once. This or `per_day`.
    per_day : float, optional [share]
        Share of all lost output that can be restored a day, at one node after another: the work of
        a node is then its part of all lost output over this share, and there is one crew.
    restart_work : path, table or mapping of str to float, optional
        Work of a crew on a node [day], and what it needs: ``chainwright schema restart_work``.
        What is not named takes share lost times the days of recovery of its blow (the days that it
        holds, if it ends at once; `rules.assumed_days`, an assumption, if it never ends).
    needs : iterable of (str, str), optional
        Pairs of codes (user, input) in place of all needs that deliveries tell. The engine holds
        to these too, and to those of `restart_work`: the user has no capacity before, and
        comes back whole, not in part, on the day that both are done. In proportional restart
        where parts count all have the same part of theirs, and none waits.
    rules : RestartRules, optional
        From which share of its inputs on a node needs another: an assumption.
    home : str or sequence of str, optional
        Regions whose losses count; all if not given.
    loss : str
        ``"value_added"`` or ``"output"``.
    in_part : bool, optional
        Whether a node that is restarted in part makes something, capacity coming back evenly while
        a crew is at work: so for sectors, of many plants, if not given, and not so for firms (an
        assumption). The order sought is in both cases that of least :math:`\sum_j v_j R_j`, and
        the engine runs what comes back in part.
    begin_day : float, optional [day]
        Day of the run on which crews begin. If not given, the day on which the last of the blows
        has struck, and a blow that recovers has held for its days at full size.
    days : float, optional [day]
        Horizon of the runs; if not given half a year, or 13 weeks beyond the last restart of the
        slowest way, at most three years.
    model : InventoryModel, optional
        How producers behave; `InventoryModel()` if not given.
    engine_runs : int
        Orders that are run in the engine at most; 0 for no search there.
    threads : int, optional
        Of single runs. It changes no bit.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    ParameterError
        If nothing stands still, not exactly one of `capacity` and `per_day` is given, or a number
        is out of range.
    TableError
        If anything is wrong with the shock or the table of work; it lists all.
    UnknownCodeError
        If a region or a node of `needs` is not known.
    MissingPartError
        If the system has neither flows nor links.
    InfeasibleError
        If a stock turns negative in a run.

    References
    ----------
    Sidney, J. B. (1975), Decomposition algorithms for single-machine sequencing with precedence
    relations and deferral costs, Operations Research 23(2), 283-298.

    Examples
    --------
    >>> from chainwright.stress import Blow
    >>> made = System.demo("firms", firms=300, links=900)
    >>> shut = Shock((Blow("capacity", firms=("F003", "F007"), share=1.0, days=14),))
    >>> found = resume(made, shut, capacity=1, days=60)
    >>> sorted(found.order), found.additive.exact
    (['F003', 'F007'], True)
    """
    if not isinstance(shock, Shock):
        raise ParameterError("shock", "resume", "a Shock, such as Shock((blow,))", type(shock))
    whole = isinstance(engine_runs, int | np.integer) and not isinstance(engine_runs, bool)
    if not whole or engine_runs < 0:
        raise ParameterError("engine_runs", "resume", "a whole number, 0 or more", engine_runs)
    said: RestartWork | None = None if restart_work is None else read_restart_work(restart_work)
    asked = RestartQuestion.of(
        system,
        shock,
        capacity=capacity,
        per_day=per_day,
        work=said,
        needs=needs,
        rules=rules or RestartRules(),
        home=home,
        counted=loss,
        model=model or InventoryModel(),
    )
    stopped, crews = asked.stopped, asked.crews
    in_part = not asked.firms if in_part is None else in_part
    begin = _begin(asked, begin_day)
    if progress is not None:
        progress(f"{len(stopped):,} stopped, {len(stopped.needs):,} needs among them")
    loops = NeedLoops.of(stopped.work, stopped.value, stopped.needs)
    additive = restart_order(stopped.work, stopped.value, stopped.needs, crews=crews)
    given = stopped.given
    hard = NeedLoops.of(stopped.work, stopped.value, given) if len(given) else None
    case = RestartCase(loops, hard, crews, in_part)
    best = in_order("additive_order", additive.order, case)
    alone = in_order("value_alone", _by_value(loops), case)
    others = [
        in_proportion(replace(case, in_part=True)),
        *([] if in_part else [in_proportion(case)]),
        alone,
        without_limit(case),
    ]
    horizon = _horizon(days, begin, max(way.last_day for way in (best, *others)))
    engine = asked.engine(begin, horizon, threads, progress)
    searched = best_in_engine(
        best, [alone], case, engine=engine, most=engine_runs, progress=progress
    )
    ways = [replace(searched.way, name="this_order")]
    if searched.way.order != best.order:
        ways.append(best)
    ways += others
    return Resume(
        system=system,
        question=asked,
        loops=loops,
        begin=begin,
        days=horizon,
        per_day=per_day,
        additive=additive,
        searched=searched,
        ways={way.name: way for way in ways},
        outcomes=_outcomes(engine.outcomes, ways),
    )


def _outcomes(
    run: Callable[[Way], list[Outcome]], ways: list[Way]
) -> dict[str, tuple[Outcome, ...]]:
    """Return the runs of each way; ways that restart all on the same days are run once."""
    found: dict[bytes, tuple[Outcome, ...]] = {}
    by_name = {}
    for way in ways:
        key = way.start.tobytes() + way.back.tobytes() + bytes([way.in_part])
        if key not in found:
            found[key] = tuple(run(way))
        by_name[way.name] = found[key]
    return by_name


def _by_value(loops: NeedLoops) -> tuple[int, ...]:
    """Return nodes by value a day of work, whatever they need."""
    dense = np.divide(loops.v, loops.p, out=np.full(len(loops.p), np.inf), where=loops.p > 0.0)
    return tuple(np.argsort(-dense, kind="stable").tolist())


def _begin(asked: RestartQuestion, given: float | None) -> float:
    struck = float(asked.stopped.strike.max())
    if given is None:
        return float(asked.stopped.ready)
    if not struck <= given < np.inf:
        expected = f"day {struck:g}, on which the last blow strikes, or later"
        raise ParameterError("begin_day", "resume", expected, given)
    return float(given)


def _horizon(given: float | None, begin: float, last: float) -> float:
    if given is None:
        wanted = max(LEAST_DAYS, begin + last + AFTER_DAYS)
        return float(min(MOST_DAYS, 7.0 * ceil(wanted / 7.0)))
    if not begin < given < np.inf:
        expected = f"days beyond day {begin:g}, on which crews begin"
        raise ParameterError("days", "resume", expected, given)
    return float(given)
