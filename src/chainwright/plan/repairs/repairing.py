"""What to do against shocks under a budget: chosen, verified by the engine, stressed again."""

from collections.abc import Callable, Mapping, Sequence

from chainwright.plan.repairs.repair_case import Budget, posed_case
from chainwright.plan.repairs.repair_costs import RepairCosts
from chainwright.plan.repairs.repair_result import Repair, answered_case
from chainwright.plan.repairs.repair_rules import RepairRules
from chainwright.plan.repairs.scenarios import Against
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.system import System

__all__ = ["repair"]


def repair(
    system: System,
    against: Against,
    *,
    budget: Budget,
    years: int = 1,
    rules: RepairRules | None = None,
    measures: object | None = None,
    home: str | Sequence[str] | None = None,
    loss: str = "value_added",
    probability: float | Mapping[str, float] | Sequence[float] | None = None,
    tail: float = 0.0,
    alpha: float = 0.8,
    days: float = 182.0,
    end: str = "pooled",
    other_end: bool = True,
    model: InventoryModel | None = None,
    costs: RepairCosts | None = None,
    gap: float = 0.01,
    tolerance: float = 0.05,
    time_limit_seconds: float = 60.0,
    corners: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    progress: Callable[[str], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Repair:
    """Return which measures to take and when, so that home loses least within a budget.

    A programme chooses over a model of the loss that is learnt from engine runs; the engine runs
    its plan, what it finds is learnt, until what is promised and what the engine says agree. The
    plan that is returned lost least of all that the engine ran, and is stressed once more by the
    single engine. Engine: ARIO at one of its ends: stocks of all origins of a product stand in for
    each other (pooled), or those of none do (by origin). The two can be far apart, so the plan is
    run at the other end, too. What home loses is the sum over its nodes of what each loses, a gain
    of some not set against the loss of others.

    How long it takes: of 1,435 nodes over 182 days a run takes about 0.2 CPU-seconds with pooled
    stocks, in batches, and 2 by origin, each alone. A search makes about as many runs as there are
    scenarios times measures, so plan by origin for few of both. The other end costs two runs a
    scenario.

    What it cannot say: the proven gap is that of the programme over the model of the loss, not of
    the engine itself; costs that nobody quoted are ranges marked as assumptions, so read what a
    step breaks even at and whether it is robust.

    Parameters
    ----------
    system : System
        With flows.
    against : Shock, sequence or mapping of them, Ensemble, or (Shock, Uncertainty, draws, seed)
        What may happen: each is a scenario, and each draw is.
    budget : float, sequence of float, or None
        The most that a plan may cost: present value over the horizon, or one amount a year, not
        discounted, of which each year bears its annuity of what is spent once; None for no limit.
        Weeks of cover where no cost is known.
    years : int
        Horizon. With one year lead times are left out of account and costs are those of a year.
    rules : RepairRules, optional
        What is locked or forbidden, least shares of spending, home suppliers, a cap on carbon.
    measures : path, Arrow stream or RepairMeasures, optional
        What can be taken; proposed from the data if not given.
    home : str or sequence of str, optional
        Regions whose loss counts, or a named group; all if not given.
    loss : str
        ``"value_added"``, ``"output"``, or ``"unmet_final"`` (of final users at home).
    probability : float, mapping of str to float, or sequence of float, optional
        Of each scenario in a year; a number is that of all together. Alike and 1 together if not
        given.
    tail : float
        Weight of conditional value at risk against expected loss, 0 to 1.
    alpha : float
        The mean of the worst share ``1 - alpha`` of cases is what counts as tail.
    days : float
        Days of each run.
    end : str
        ``"pooled"`` or ``"by_origin"``: for which end of substitution between origins is planned.
        By origin second sources alone replace what is cut off, whatever `model` says.
    other_end : bool
        Whether losses before and after are told at the other end as well.
    model : InventoryModel, optional
        How producers behave; the defaults with ``replaceable=0`` if not given (an assumption).
    costs : RepairCosts, optional
        Interest.
    gap : float
        How far from the best of the model of the loss a plan may be, as a share.
    tolerance : float
        How far promise and engine may differ, as a share of the loss avoided.
    time_limit_seconds : float
        When one solution of the programme ends with the best that it has.
    corners : int, optional
        Corners of the cost ranges that are drawn to see which steps are robust: 64 if not given,
        fewer (16 at least) where there are more than 300 scenarios times measures. The answer says
        how many trials there were.
    seed : int
        Seed of the drawing.
    workers : int, optional
        Threads of the engine; at most 2 if not given. It changes no bit.
    progress : callable, optional
        Is told in words how far it is.
    cancel : callable, optional
        Asked before each batch of runs; true ends the work.

    Raises
    ------
    MissingPartError
        If the system has no flows.
    TableError
        If scenarios, probabilities or measures are not in order; it lists every breach.
    ParameterError
        If a number or a word is out of its range.
    UnknownCodeError
        If home, or a measure that a rule names, is not there.
    InfeasibleError
        If no plan keeps all rules, which it names; if no plan was found in time; if it was
        cancelled.

    References
    ----------
    Rockafellar & Uryasev 2000, Journal of Risk 2, 21-41 (conditional value at risk).
    """
    case = posed_case(
        system,
        against,
        budget=budget,
        years=years,
        rules=rules,
        measures=measures,
        home=home,
        loss=loss,
        probability=probability,
        tail=tail,
        alpha=alpha,
        days=days,
        end=end,
        model=model,
        costs=costs,
        gap=gap,
        time_limit_seconds=time_limit_seconds,
        workers=workers,
        progress=progress,
        cancel=cancel,
    )
    return answered_case(
        case,
        tolerance=tolerance,
        corners=corners,
        seed=seed,
        other_end=other_end,
        progress=progress,
    )
