"""All the questions of a brief, asked of one table or of several years."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from chainwright.diagnose import (
    Assessment,
    ChainDiagnosis,
    Dependence,
    DroppedChains,
    LongPlates,
    StuckNecks,
    assessment,
    chain,
    dependence,
    dropped_chains,
    long_plates,
    stuck_necks,
)
from chainwright.errors import LabelError, MissingPartError, UnknownCodeError
from chainwright.report.glance import Glance, at_a_glance
from chainwright.report.repair_runs import repaired
from chainwright.report.repaired import RepairFound
from chainwright.report.scenario_runs import Scenario, scenarios_run
from chainwright.report.scenarios import Choice, closure, embargo
from chainwright.report.suppliers import Suppliers, suppliers_of
from chainwright.report.trees import SupplyTrees, supply_trees
from chainwright.system import Flows, Home, Regions, Result, System, bloc

__all__ = ["TREES", "Analysis", "Answered", "Question", "analysed"]

TREES = 3
"""How many supply trees are drawn."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    home : str or sequence of str
        Whose industry.
    nation : str or sequence of str, optional
        The nation around home.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    fold : bool
        Whether parts of a split country become one region.
    composite : tuple of str
        Regions that stand for many countries, where their codes do not tell.
    split_imports : bool
        Whether imports of a competitive table are split in proportion to use, an assumption.
    years : tuple of int or None
        Years of the tables, rising; the last one is looked at closely.
    language : str
        ``"en"`` or ``"zh"``.
    trade : str, optional
        Where the trade in products lies.
    chains : tuple of str
        Chain maps: names of ours, or folders.
    shocks : tuple of str
        Files of shocks to look at besides those that the brief chooses.
    budget : float, optional
        What a repair against the scenarios may cost, in the table's money; none is planned if not
        given.
    """

    home: Regions
    nation: Regions | None
    currency: str | None
    fold: bool
    composite: tuple[str, ...]
    split_imports: bool
    years: tuple[int | None, ...]
    language: str
    trade: str | None = None
    chains: tuple[str, ...] = ()
    shocks: tuple[str, ...] = ()
    budget: float | None = None

    def as_dict(self) -> dict[str, object]:
        """Return the question as JSON values."""
        return {
            "home": self.home if isinstance(self.home, str) else list(self.home),
            "nation": self.nation
            if self.nation is None or isinstance(self.nation, str)
            else list(self.nation),
            "currency": self.currency,
            "fold": self.fold,
            "composite": list(self.composite),
            "split_imports": self.split_imports,
            "years": list(self.years),
            "lang": self.language,
            "trade": self.trade,
            "chains": list(self.chains),
            "shocks": list(self.shocks),
            "budget": self.budget,
        }


@dataclass(frozen=True, eq=False)
class Answered:
    """One table of an answer.

    Parameters
    ----------
    answer : Result
        The answer.
    name : str
        The schema of the table.
    file : str
        The name that it is written under.
    frame : DataFrame
        The table.
    """

    answer: Result
    name: str
    file: str
    frame: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Analysis:
    """The answers.

    Parameters
    ----------
    question : Question
        What was asked.
    systems : mapping of int or None to System
        The tables by year.
    home : Home
        Home in the latest table.
    glance : Glance
        The system at a glance.
    suppliers : Suppliers
        Who supplies home from outside.
    trees : SupplyTrees
        The supply trees.
    necks : StuckNecks, optional
        The weak links.
    plates : LongPlates
        The long plates.
    dropped : DroppedChains
        The knock-out scan.
    assessment : Assessment, optional
        Security and competitiveness of home's sectors, over the years if there are several.
    products : Dependence, optional
        Products of trade on which home depends, if the brief was given trade.
    maps : tuple of ChainDiagnosis
        The chain maps that the brief was given.
    scenarios : tuple of Scenario
        Shocks that were run through the table.
    repair : RepairFound, optional
        What to do against them within the budget, if the brief was given one.
    left_out : mapping of str to str
        Questions that this table cannot answer, and the text that says why.
    """

    question: Question
    systems: Mapping[int | None, System]
    home: Home
    glance: Glance
    suppliers: Suppliers
    trees: SupplyTrees
    necks: StuckNecks | None
    plates: LongPlates
    dropped: DroppedChains
    assessment: Assessment | None
    products: Dependence | None = None
    maps: tuple[ChainDiagnosis, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    repair: RepairFound | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def system(self) -> System:
        """The latest table."""
        return self.systems[self.question.years[-1]]

    @cached_property
    def tables(self) -> tuple["Answered", ...]:
        """Every table with the answer that it is of, made once; some carry a name besides."""
        named = {id(found.run): found.choice.key for found in self.scenarios}
        named |= {id(found): found.chain.name for found in self.maps}
        return tuple(
            Answered(r, name, f"{name}.{named[id(r)]}" if id(r) in named else name, f)
            for r in self.results
            for name, f in r.tables().items()
        )

    @cached_property
    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Every table by its name."""
        return {table.file: table.frame for table in self.tables}

    @property
    def results(self) -> tuple[Result, ...]:
        """Every answer that could be given, in the order of the brief."""
        found = (
            self.glance,
            self.necks,
            self.suppliers,
            self.plates,
            self.dropped,
            self.trees,
            self.assessment,
            self.products,
            *self.maps,
            *(found.run for found in self.scenarios),
            *(self.repair.results if self.repair is not None else ()),
        )
        return tuple(r for r in found if r is not None)


def analysed(
    systems: Mapping[int | None, System],
    question: Question,
    progress: Callable[[str], None],
    *,
    trade: System | None = None,
    chains: System | None = None,
    shocks: Sequence[Choice] = (),
) -> Analysis:
    """Return the answers to all questions of a brief.

    Parameters
    ----------
    systems : mapping of int or None to System
        Tables by year.
    question : Question
        What is asked.
    progress : callable
        Is told in words what is being done.
    trade : System, optional
        With trade in products.
    chains : System, optional
        With chain maps.
    shocks : sequence of Choice
        Shocks that were given.
    """
    if question.split_imports:
        systems = {year: _split(system) for year, system in systems.items()}
    system = systems[question.years[-1]]
    at, nation = question.home, question.nation
    home = Home.of(system.flows, at, nation)
    left_out: dict[str, str] = {}
    progress("the system at a glance")
    glance = at_a_glance(system, home=home)
    progress("weak links: what hangs on few foreign hands")
    necks: StuckNecks | None = None
    try:
        necks = stuck_necks(system, home=at, nation=nation)
    except MissingPartError:
        left_out["stuck_necks"] = _lacking(system.flows)
    links = necks.table() if necks is not None else None
    progress("long plates: where home is strong")
    plates = long_plates(system, home=at, nation=nation)
    progress("knock-out scan: what stops if one sector delivers less")
    dropped = dropped_chains(system, home=at)
    progress("assessment of security and competitiveness")
    survey: Assessment | None = None
    by_year = {y: s for y, s in systems.items() if y is not None}
    try:
        survey = assessment(by_year if len(by_year) > 1 else system, home=at, nation=nation)
    except MissingPartError:
        left_out["assessment"] = _lacking(system.flows)
    products = None
    if trade is not None:
        progress("products: what home buys from few, over the years of trade")
        try:
            products = dependence(trade, home=_in_trade(trade, at, nation))
        except (LabelError, UnknownCodeError):
            left_out["dependence"] = "cannot_home_trade"
    maps = _maps(chains, trade, at, nation, progress)
    chosen = _chosen_shocks(
        system.flows, home, necks=necks, dropped=dropped, nation=nation, left_out=left_out
    )
    scenarios = scenarios_run(system, home, (*chosen, *shocks), progress)
    repair = None
    if question.budget is not None and scenarios:
        repair = repaired(system, home, scenarios, question.budget, progress)
    progress("supply trees")
    trees = supply_trees(system, home=home, sectors=_chosen(glance, links))
    return Analysis(
        question=question,
        systems=systems,
        home=home,
        glance=glance,
        suppliers=suppliers_of(glance, links),
        trees=trees,
        necks=necks,
        plates=plates,
        dropped=dropped,
        assessment=survey,
        products=products,
        maps=maps,
        scenarios=scenarios,
        repair=repair,
        left_out=left_out,
    )


def _in_trade(trade: System, home: Regions, nation: Regions | None) -> Regions:
    """Return home where trade knows it, else the nation that it is a part of."""
    places = trade.trade.year().places
    try:
        bloc(places, home)
    except (LabelError, UnknownCodeError):
        if nation is None:
            raise
        return nation
    return home


def _maps(
    chains: System | None,
    trade: System | None,
    home: Regions,
    nation: Regions | None,
    progress: Callable[[str], None],
) -> tuple[ChainDiagnosis, ...]:
    """Return the diagnosis of every chain map, for home where it is a country, else its nation."""
    if chains is None:
        return ()
    system = chains if trade is None else chains.joined(trade)
    found = []
    for name in system.chains:
        progress(f"chain map: {name}")
        try:
            found.append(chain(system, name, home=home))
        except (LabelError, UnknownCodeError):
            if nation is None:
                raise
            found.append(chain(system, name, home=nation))
    return tuple(found)


def _chosen_shocks(
    flows: Flows,
    home: Home,
    *,
    necks: StuckNecks | None,
    dropped: DroppedChains,
    nation: Regions | None,
    left_out: dict[str, str],
) -> tuple[Choice, ...]:
    """Return the shocks that the brief chooses; where there is none, `left_out` says why."""
    cut = None if necks is None else embargo(flows, home, necks, nation=nation)
    if cut is None:
        left_out["stress_embargo"] = left_out.get("stuck_necks", "stress_no_foreign")
    shut = closure(flows, home, dropped)
    if shut is None:
        left_out["stress_closure"] = "stress_no_factories"
    return tuple(choice for choice in (cut, shut) if choice is not None)


def _split(system: System) -> System:
    """Return a system whose imports are apart, in proportion to use where they were not."""
    return System(system.flows.split_imports()) if system.flows.is_competitive else system


def _lacking(flows: Flows) -> str:
    """Return the text that says why imports by product and user cannot be told."""
    if flows.is_competitive:
        return "cannot_competitive"
    return "cannot_no_imports" if flows.imports is None else "cannot_total"


def _chosen(glance: Glance, links: pd.DataFrame | None) -> Sequence[str]:
    """Return the users of the first findings, then home's largest sectors, three in all."""
    users: list[str] = []
    if links is not None:
        users = [str(s) for s in links.loc[links["flagged"].astype(bool), "sector"]]
    largest = [str(s) for s in glance.table()["sector"]]
    return list(dict.fromkeys((*users, *largest)))[:TREES]
