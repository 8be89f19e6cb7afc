"""The scenarios that a repair is against: what happens, by which model, how likely in a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, ParameterError, TableError
from chainwright.stress.ensembles.draw_models import drawn_model
from chainwright.stress.ensembles.ensemble import Ensemble
from chainwright.stress.ensembles.uncertainty import Uncertainty
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.shock import Shock
from chainwright.system import System

__all__ = ["Against", "Scenario", "Scenarios", "scenarios_of", "told_apart"]

Floats = npt.NDArray[np.float64]

Against = (
    Shock
    | Sequence[Shock]
    | Mapping[str, Shock]
    | Ensemble
    | tuple[Shock, Uncertainty, int, int]
    | tuple[Shock, Uncertainty, int]
)
"""One shock, several, several by name, or the draws of an uncertain one."""

OWNER = "a repair"
"""What messages call the question."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """One thing that may happen.

    Parameters
    ----------
    name : str
        Its identity.
    shock : Shock
        What happens.
    model : InventoryModel
        How producers behave in it.
    probability : float
        Of it in a year, or its weight among the scenarios.
    """

    name: str
    shock: Shock
    model: InventoryModel
    probability: float

    @property
    def name_zh(self) -> str:
        """Its name in Chinese: the shock's where it goes by that of the shock, else `name`."""
        english = self.shock.name_en.strip()
        if not (english and self.shock.name_zh and self.name.startswith(english)):
            return self.name
        return self.shock.name_zh.strip() + self.name.removeprefix(english)

    @property
    def first_day(self) -> float:
        """Day on which the first blow strikes."""
        return min(blow.start_day for blow in self.shock.blows)


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Everything that may happen, one thing at a time.

    Parameters
    ----------
    held : tuple of Scenario
        In the order that was given.
    weighted : bool
        Whether nobody said how likely they are: then all weigh alike.
    notes : tuple of (str, str)
        What was assumed of them, in English and Chinese.
    stated : mapping of str to Shock
        Shocks as they were stated, by name: of draws the one that they are draws of.
    """

    held: tuple[Scenario, ...]
    weighted: bool
    notes: tuple[tuple[str, str], ...]
    stated: Mapping[str, Shock]

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(one.name for one in self.held)

    @property
    def names_zh(self) -> dict[str, str]:
        """Their names in Chinese, by name."""
        return {one.name: one.name_zh for one in self.held}

    @property
    def probability(self) -> Floats:
        """Their probabilities or weights, shape (S,)."""
        return np.array([one.probability for one in self.held], dtype=np.float64)

    @property
    def first_day(self) -> Floats:
        """Day on which each strikes, shape (S,)."""
        return np.array([one.first_day for one in self.held], dtype=np.float64)


def scenarios_of(
    system: System,
    against: Against,
    *,
    model: InventoryModel | None = None,
    probability: float | Mapping[str, float] | Sequence[float] | None = None,
) -> Scenarios:
    """Return the scenarios that `against` says, after every check of its own.

    Parameters
    ----------
    system : System
        With flows.
    against : Shock, sequence or mapping of them, Ensemble, or (Shock, Uncertainty, draws, seed)
        What may happen; of an ensemble or an uncertainty each draw is a scenario.
    model : InventoryModel, optional
        How producers behave; if not given the defaults with ``replaceable=0``: what is cut off is
        replaced by nobody unless somebody has qualified a second source.
    probability : float, mapping of str to float, or sequence of float, optional
        Of each scenario in a year; a number is that of all together. Alike and 1 together if not
        given. They exclude each other within a year, so they sum to 1 at most.

    Raises
    ------
    TableError
        If anything is wrong with them; it lists every breach.
    ParameterError
        If `against` is none of these, or the model is none.

    Examples
    --------
    >>> from chainwright.stress import Blow
    >>> china = System.demo("country")
    >>> shut = Shock((Blow("capacity", nodes=china.flows.nodes.codes[7], share=0.5, days=14),))
    >>> scenarios_of(china, [shut, shut], probability=0.1).probability
    array([0.05, 0.05])
    """
    if model is not None and not isinstance(model, InventoryModel):
        raise ParameterError("model", OWNER, "an InventoryModel", model)
    told: list[tuple[str, str]] = []
    drawn = _draws(system, against, model)
    if drawn is None:
        base, stated = model or InventoryModel(replaceable=0.0), _named(against)
        happening = tuple((name, shock, base) for name, shock in stated.items())
    else:
        shock, happening = drawn
        stated = {_name(shock, 1): shock}
    names = tuple(name for name, _, _ in happening)
    weights = _weights(names, probability)
    if model is None and not isinstance(against, Ensemble):
        told.append(NOT_REPLACED)
    if probability is None and len(names) > 1:
        told.append(ALIKE)
    held = tuple(
        Scenario(name, shock, of, float(weight))
        for (name, shock, of), weight in zip(happening, weights, strict=True)
    )
    return Scenarios(held, probability is None, tuple(told), stated)


NOT_REPLACED = (
    "What is cut off is replaced by nobody unless a second source was qualified before "
    "(assumption: InventoryModel.replaceable = 0), but with pooled stocks what users hold of other "
    "origins stands in while it lasts. Give a model with a higher share where users can switch.",
    "除非事先认证了第二来源，被切断的供应无人可替代（假设：InventoryModel.replaceable = 0）；"
    "但库存合并时，手中其他来源的库存在耗尽之前可以顶替。"
    "若用户可转换来源，请给出更高的可替代份额。",
)

ALIKE = (
    "Nobody said how likely the scenarios are: all weigh alike (assumption).",
    "未给出各情景的概率：各情景权重相同（假设）。",
)


def _draws(
    system: System, against: Against, model: InventoryModel | None
) -> tuple[Shock, tuple[tuple[str, Shock, InventoryModel], ...]] | None:
    """Return a shock, and name, shock and model of each draw; None where nothing is drawn."""
    if isinstance(against, Ensemble):
        job = against.job
        shock, uncertain, base = job.shock, job.uncertain, model or job.model
        values = [job.values(draw) for draw in range(job.draws)]
    elif isinstance(against, tuple) and any(isinstance(one, Uncertainty) for one in against):
        shock, uncertain, draws, seed = _uncertain(against)
        base = model or InventoryModel(replaceable=0.0)
        values = list(uncertain.values(seed, draws))
    else:
        return None
    if uncertain.table_cv:
        expected = "no error of the table: each draw would be an economy of its own"
        raise ParameterError("against", OWNER, expected, f"table_cv {uncertain.table_cv:g}")
    uncertain.checked(shock)
    economy = Economy.of(system, base.step_days, capital=base.capital_ratio)
    digits = len(str(max(len(values) - 1, 1)))
    return shock, tuple(
        (
            f"draw {draw:0{digits}d}",
            uncertain.shock(shock, of),
            drawn_model(base, economy, uncertain.of_model(of)),
        )
        for draw, of in enumerate(values)
    )


def _uncertain(against: tuple[object, ...]) -> tuple[Shock, Uncertainty, int, int]:
    """Return a shock, what is uncertain of it, how many draws, and their seed (0 if not given)."""
    if len(against) in {3, 4}:
        shock, uncertain, draws, seed = (*against, 0)[:4]
        if (
            isinstance(shock, Shock)
            and isinstance(uncertain, Uncertainty)
            and isinstance(draws, int)
            and isinstance(seed, int)
            and draws > 0
            and seed >= 0
        ):
            return shock, uncertain, draws, seed
    expected = "a shock, an Uncertainty, how many draws, and their seed"
    raise ParameterError("against", OWNER, expected, against)


def _named(against: Against) -> dict[str, Shock]:
    """Return shocks by name; those without one are called by their own or their number."""
    found: dict[str, object]
    if isinstance(against, Shock):
        return {_name(against, 1): against}
    if isinstance(against, Mapping):
        found = {str(name): shock for name, shock in against.items()}
    elif isinstance(against, Sequence) and not isinstance(against, str):
        names = told_apart([_name(shock, number) for number, shock in enumerate(against, 1)])
        found = dict(zip(names, against, strict=True))
    else:
        found = {"": against}
    wrong = [
        Breach(
            repr(name) if name else "against",
            type(shock).__name__,
            "a Shock, several, or an Ensemble",
            "Give shocks, such as Shock.named('embargo', 'JPN:c14', to='CHN', days=56).",
        )
        for name, shock in found.items()
        if not isinstance(shock, Shock)
    ]
    if not found:
        wrong = [Breach("against", "no shock", "at least one", "Say what may happen.")]
    if wrong:
        raise TableError("What the repair is against", wrong)
    return {name: shock for name, shock in found.items() if isinstance(shock, Shock)}


def told_apart(names: Sequence[str]) -> list[str]:
    """Return names, with its number behind each that is not the only one of its kind.

    Parameters
    ----------
    names : sequence of str
        Names of scenarios, in their order.

    Examples
    --------
    >>> told_apart(["flood", "strike", "flood"])
    ['flood (1)', 'strike', 'flood (3)']
    """
    found = list(names)
    while len(set(found)) < len(found):  # again where "flood (1)" was itself a name
        twice = {name for name in found if found.count(name) > 1}
        found = [f"{n} ({i})" if n in twice else n for i, n in enumerate(found, 1)]
    return found


def _name(shock: object, number: int) -> str:
    return (getattr(shock, "name_en", "") or f"shock {number}").strip()


def _weights(
    names: tuple[str, ...], given: float | Mapping[str, float] | Sequence[float] | None
) -> Floats:
    """Return the probability of each scenario, or refuse what is none."""
    count = len(names)
    wrong: list[Breach] = []
    if given is None:
        return np.full(count, 1.0 / count)
    if isinstance(given, Mapping):
        wrong += [
            Breach(repr(name), "no scenario of this name", ", ".join(names[:8]), "Correct it.")
            for name in given
            if name not in names
        ]
        wrong += [
            Breach(repr(name), "no probability", "one for each scenario", "Add it.")
            for name in names
            if name not in given
        ]
        values = [given.get(name, 0.0) for name in names]
    elif isinstance(given, int | float | np.number):
        # a flag is refused below, like every other word that is no number
        values = [given if isinstance(given, bool) else float(given) / count] * count
    else:
        values = list(given)
        if len(values) != count:
            found = f"{len(values)} probabilities"
            wrong.append(Breach("probability", found, f"{count}, one a scenario", "Correct it."))
            values = [0.0] * count
    for name, value in zip(names, values, strict=True):
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not (number and 0.0 <= value <= 1.0):
            wrong.append(Breach(repr(name), repr(value), "0 to 1", "Correct it."))
    if not wrong and not 0.0 < sum(values) <= 1.0 + ROUNDING:
        found = f"{sum(values):g} in all"
        remedy = "They exclude each other within a year: scale them, or join shocks into one."
        wrong.append(Breach("probability", found, "above 0 and at most 1", remedy))
    if wrong:
        raise TableError("The probabilities of the scenarios", wrong)
    return np.array(values, dtype=np.float64)


ROUNDING = 1e-9
"""By how much probabilities may exceed 1 together: rounding."""
