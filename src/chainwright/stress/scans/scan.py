"""Scans: what each failure in turn would cost, in pairs, and the worst set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts import DEMAND_SIDE
from chainwright.accounts.named_nodes import places_of
from chainwright.errors import ParameterError
from chainwright.params.agreement import agreed
from chainwright.stress.firms.cascade_question import CascadeQuestion
from chainwright.stress.scans.cascade_failures import cascade_failures
from chainwright.stress.scans.extraction_losses import ExtractionLosses
from chainwright.stress.scans.extraction_scan import extraction_scan
from chainwright.stress.scans.failures import (
    Failures,
    Progress,
    Rows,
    each_failure,
    greedy_pairs,
    greedy_worst,
)
from chainwright.stress.scans.inventory_failures import Closure, inventory_failures
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.refusals import refuse_safeguards
from chainwright.system import Home, Language, Regions, Result, System

__all__ = ["Engine", "Scan", "Scanned", "scan"]

Engine = Literal["extraction", "inventories", "cascade"]
"""Who says what a failure costs."""

Scanned = Literal["nodes", "regions", "links", "pairs", "worst"]
"""What fails in turn."""

SUPPLY_SIDE = (
    "Output lost in the model with inventories, stocks pooled by product: any origin replaces any "
    "other as far as it can, so that what nobody else could replace is understated."
)
DAYS = 56.0
"""Days that a failure lasts in the model with inventories, where none are named."""

SUNK = 0.5
"""Share of its usual output below which an economy that ends there has not recovered."""

DOWN = (
    "{n} of {of} failures {n:leaves|leave} output below half of what it was at the end. Where "
    "stocks are refilled more slowly than they last, this model can ratchet down by itself: do not "
    "read such losses as a forecast; try a shorter restoration_days.",
    "{of} 项失效中有 {n} 项使期末产出不到平时的一半。当补库慢于库存可用天数时，该模型会自行"
    "逐级下滑：不要把此类损失当作预测，可缩短 restoration_days 再试。",
)

CASCADE = (
    "Share of all sales in the links that the cascade takes along, times these sales. The stop of "
    "the mode decides its size: compare within one scan."
)


@dataclass(frozen=True)
class _Asked:
    """The arguments of `scan` that go further."""

    of: Scanned
    home: Regions | None
    among: str | Sequence[str] | None
    share_above: float
    k: int
    top: int
    shortlist: int
    share: float | None
    days: float | None
    horizon: int
    progress: Progress | None

    def __post_init__(self) -> None:
        if self.of not in get_args(Scanned):
            expected = f"one of {', '.join(get_args(Scanned))}"
            raise ParameterError("of", "a scan", expected, self.of)
        for parameter in ("share_above", "share"):
            part = getattr(self, parameter)
            if part is not None and not 0.0 <= part <= 1.0:
                raise ParameterError(parameter, "a scan", "a share from 0 to 1", part)
        for parameter in ("k", "top", "shortlist", "horizon"):
            count = getattr(self, parameter)
            if not (isinstance(count, int) and count >= 1):
                raise ParameterError(parameter, "a scan", "a whole number, 1 or more", count)
        if self.days is not None and not self.days > 0.0:
            raise ParameterError("days", "a scan", "above 0", self.days)

    @property
    def named(self) -> list[str] | None:
        """What may fail, as it was named."""
        if self.among is None:
            return None
        return [self.among] if isinstance(self.among, str) else list(self.among)

    def searched(self, failures: Failures) -> Rows:
        """Return what a model says of its failures: each, or pairs and the worst by greedy."""
        if self.of == "pairs":
            return greedy_pairs(failures, self.shortlist)
        if self.of == "worst":
            return greedy_worst(failures, self.k, self.shortlist)
        return each_failure(failures)


@dataclass(frozen=True, eq=False, repr=False)
class Scan(Result):
    """What each failure in turn costs, the worst first.

    Parameters
    ----------
    system : System
        The system that was asked about.
    engine, of : str
        As asked.
    options : dict of str to object
        All else that was asked.
    rows : Rows
        What was found.
    reading : str
        How losses are to be read.
    """

    name: ClassVar[str] = "scan"
    charted: ClassVar[str] = "lost"

    engine: Engine
    of: Scanned
    options: dict[str, object]
    rows: Rows
    reading: str

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system, and how it was searched."""
        return {
            "engine": self.engine,
            "of": self.of,
            **self.options,
            "exact": self.rows.exact,
            "notes": [en for en, _ in self.rows.notes],
        }

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and how to read it."""
        return {**super().origin, "reading": self.reading}

    def names(self, column: str, language: Language = "en") -> Mapping[str, str]:
        """Return what the codes of a column are called; nothing where they are names themselves.

        Parameters
        ----------
        column : str
            A column of `table`.
        language : str
            ``"en"`` or ``"zh"``.
        """
        if column not in {"hit", "partner"} or self.engine == "cascade" or self.of == "regions":
            return super().names(column, language)
        sectors = self.system.flows.nodes.sectors
        named = {}
        for code in {*self.rows.hit, *self.rows.partner} - {""}:
            named[code] = sectors.name(sectors.place[code.partition(":")[2]], language)
        return named

    def table(self) -> pd.DataFrame:
        """Return one row a failure, the worst first; of the worst set as it was found."""
        found, lost = self.rows, self.rows.costs.lost
        share = lost / found.total if found.total > 0.0 else np.full(len(lost), np.nan)
        multiple = np.divide(
            lost, found.direct, out=np.full(len(lost), np.nan), where=found.direct > 0.0
        )
        own = np.cumsum(found.direct) if self.of == "worst" else found.direct
        return pd.DataFrame(
            {
                "rank": np.arange(1, len(lost) + 1),
                "hit": np.array(found.hit, dtype=object),
                "partner": np.array(found.partner, dtype=object),
                "lost": lost,
                "lost_share": share,
                "method": np.full(len(lost), "exact" if found.exact else "greedy", dtype=object),
                "direct": found.direct,
                "multiple": np.full(len(lost), np.nan) if self.of == "worst" else multiple,
                "gain": found.gain,
                "bound": found.bound,
                "overlap": found.overlap,
                "unmet_final": found.costs.unmet,
                "last": found.costs.last,
                "lost_besides": lost - own,
            }
        )

    def __repr__(self) -> str:
        return super().__repr__() + "".join(f"\n{en}" for en, _ in self.rows.notes)


def scan(
    system: System,
    *,
    engine: Engine = "extraction",
    of: Scanned = "nodes",
    home: Regions | None = None,
    among: str | Sequence[str] | None = None,
    share_above: float = 0.01,
    k: int = 5,
    top: int = 100,
    shortlist: int = 20,
    share: float | None = None,
    days: float | None = None,
    horizon: int = 365,
    model: InventoryModel | None = None,
    question: CascadeQuestion | None = None,
    progress: Progress | None = None,
) -> Scan:
    """Return what each failure in turn costs, the worst first.

    By extraction nodes, regions, links and pairs are exact (pairs by an update of rank two), and
    the worst set is greedy with a bound that no set exceeds. The models with inventories and of
    firms run each failure by itself; their pairs (the worst failure with each of the next worst)
    and worst set are greedy and say so.

    Parameters
    ----------
    system : System
        With flows; of the cascade with links between firms.
    engine : str
        ``"extraction"``: weight in the network, a demand side. ``"inventories"``: output lost in
        the sector model with inventories. ``"cascade"``: sales lost along links of firms.
    of : str
        ``"nodes"`` (of the cascade firms), ``"regions"``, ``"links"`` (deliveries between two
        nodes; not of the cascade), ``"pairs"`` or ``"worst"`` (the set of `k`).
    home : str or sequence of str, optional
        Whose losses count: regions or a named group; everybody's if not given. Not of the cascade.
    among : str or sequence of str, optional
        What may fail: nodes, regions or groups (of the cascade firms, or regions); of links the
        suppliers. All if not given.
    share_above : float [share]
        Links of at least this share of their user's output.
    k : int
        Size of the worst set.
    top : int
        Pairs that are kept, by extraction.
    shortlist : int
        How many of the worst single failures are tried in greedy steps, but for extraction.
    share : float, optional [share]
        Of the models: what is lost; all of it if not given. Extraction is always whole.
    days : float, optional [day]
        With inventories: how long; 56 if not given.
    horizon : int
        With inventories: days (or weeks, by the step of the model) that are looked at.
    model : InventoryModel, optional
        With inventories: how producers hold stocks.
    question : CascadeQuestion, optional
        Of the cascade: how it runs.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    ParameterError
        If a word or number is none of those, or the engine cannot answer it.
    MissingPartError
        If the system lacks flows, or links.
    UnknownCodeError
        If home or `among` names something that is not there.
    LabelError
        If nothing is left that could fail.

    Examples
    --------
    >>> from chainwright import System
    >>> found = scan(System.demo("country"), of="worst", k=3).table()
    >>> bool((found["lost"] <= found["bound"]).all()), found["method"].tolist()
    (True, ['greedy', 'greedy', 'greedy'])
    """
    asked = _Asked(of, home, among, share_above, k, top, shortlist, share, days, horizon, progress)
    if engine not in get_args(Engine):
        expected = f"one of {', '.join(get_args(Engine))}"
        raise ParameterError("engine", "a scan", expected, engine)
    refuse_safeguards(f"scan by {engine}", system)
    told = {"inventories": ("share", "days", "model"), "cascade": ("share", "question")}
    given = {"days": days, "model": model, "question": question, "share": share}
    for word, value in given.items():
        if value is not None and word not in told.get(engine, ()):
            raise ParameterError(word, f"a scan by {engine}", "left out", value)
    if engine == "cascade":
        return _by_cascade(system, asked, CascadeQuestion() if question is None else question)
    if engine == "inventories":
        return _by_inventories(system, asked, InventoryModel() if model is None else model)
    return _by_extraction(system, asked)


def _by_extraction(system: System, asked: _Asked) -> Scan:
    home, places, options = _of_table(system, asked)
    flows = system.flows
    if asked.of == "pairs":
        options["top"] = asked.top
    counted = np.ones(len(flows.nodes), dtype=np.bool_) if home is None else home.mask(flows)
    rows = extraction_scan(
        ExtractionLosses(flows, counted),
        asked.of,
        places,
        share_above=asked.share_above,
        k=asked.k,
        top=asked.top,
        progress=asked.progress,
    )
    return Scan(system, "extraction", asked.of, options, rows, DEMAND_SIDE)


def _by_inventories(system: System, asked: _Asked, model: InventoryModel) -> Scan:
    home, places, options = _of_table(system, asked)
    share = 1.0 if asked.share is None else asked.share
    closure = Closure(share, DAYS if asked.days is None else asked.days, asked.horizon)
    economy = Economy.of(system, step_days=model.step_days, capital=model.capital_ratio)
    failures = inventory_failures(
        economy,
        model,
        asked.of if asked.of in {"regions", "links"} else "nodes",
        places,
        closure,
        home=home,
        share_above=asked.share_above,
        progress=asked.progress,
    )
    rows = asked.searched(failures)
    notes = (*economy.notes, *model.stock_targets(economy).notes, *rows.notes)
    sunk = int((rows.costs.last < SUNK).sum())
    if sunk:
        en, zh = (agreed(text, n=sunk, of=len(rows.hit)) for text in DOWN)
        notes = (*notes, (en, zh))
    options |= {**asdict(closure), "model": repr(model)}
    if asked.of in {"pairs", "worst"}:
        options["shortlist"] = asked.shortlist
    return Scan(system, "inventories", asked.of, options, replace(rows, notes=notes), SUPPLY_SIDE)


def _of_table(
    system: System, asked: _Asked
) -> tuple[Home | None, npt.NDArray[np.intp], dict[str, object]]:
    """Return home, the nodes that may fail, and what was asked of a table."""
    flows = system.flows
    home = None if asked.home is None else Home.of(flows, asked.home)
    if asked.among is None:
        places = np.arange(len(flows.nodes))
    else:
        places = places_of(flows, asked.among, "among")
    options: dict[str, object] = {"home": home.name if home else None, "among": asked.named}
    if asked.of == "links":
        options["share_above"] = asked.share_above
    if asked.of == "worst":
        options["k"] = asked.k
    return home, places, options


def _by_cascade(system: System, asked: _Asked, question: CascadeQuestion) -> Scan:
    if asked.of == "links":
        expected = "nodes, regions, pairs or worst: it knows failing firms, not failing links"
        raise ParameterError("of", "a scan by cascade", expected, asked.of)
    if asked.home is not None:
        expected = "left out: sales of all firms count"
        raise ParameterError("home", "a scan by cascade", expected, asked.home)
    share = 1.0 if asked.share is None else asked.share
    failures, rule_of_inputs = cascade_failures(
        system,
        question,
        "regions" if asked.of == "regions" else "nodes",
        asked.named,
        share,
        progress=asked.progress,
    )
    options: dict[str, object] = {
        "among": asked.named,
        "share": share,
        "mode": question.mode,
        "substitution": question.substitution,
        "essential": rule_of_inputs,
        "tolerance": question.tolerance,
        "stop": question.rule.stop,
    }
    if asked.of in {"pairs", "worst"}:
        options |= {"k": asked.k, "shortlist": asked.shortlist}
    return Scan(system, "cascade", asked.of, options, asked.searched(failures), CASCADE)
