"""What would help a firm most: measures ranked by tonnes for money."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chainwright.carbon.advice.advice_result import Advice
from chainwright.carbon.advice.bundles import each_alone
from chainwright.carbon.advice.energy_measures import EnergyMeasures, read_energy_measures
from chainwright.carbon.advice.firm_energy import firm_energy
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from chainwright.carbon.inventory.account_result import Account
    from chainwright.carbon.ratings.rating_result import Rating

__all__ = ["advise", "measures_of"]


def measures_of(given: object) -> EnergyMeasures:
    """Return measures that are given as themselves, as a table or its file, or our own.

    Parameters
    ----------
    given : EnergyMeasures, path, Arrow stream or None
        A table as `read_energy_measures` takes it; our own measures if none.
    """
    return given if isinstance(given, EnergyMeasures) else read_energy_measures(given)


def advise(
    account: "Account",
    rating: "Rating",
    firm: str,
    *,
    month: str | None = None,
    measures: object = None,
    price: Mapping[str, float] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Advice:
    """Return energy-saving measures for a firm, each alone, ranked by tonnes for money.

    A measure takes ``use * saving`` of each kind of energy that it acts on. What it cuts is the
    fall of the net total (as `account` counts it), by the firm's own factors::

        cut = sum(amount * use * saving * EF) - power needed * EF_grid
        tonnes for money = cut * life / (investment + life * running cost)
        payback = investment / (energy cost saved - running cost)

    Ranges that are assumptions, and prices that are, are marked in the answer. Amounts are those of
    the window of the rating; money and tonnes are restated for a year.

    Parameters
    ----------
    account : Account
        The account by month.
    rating : Rating
        Its rating.
    firm : str
        Code of the firm.
    month : str, optional
        Last month of the window, YYYY-MM; the last of the rating if not given.
    measures : EnergyMeasures, path or Arrow stream, optional
        Which measures; our own if not given.
    price : mapping of str to float, optional
        CNY per unit of the readings, by kind or by ``kind:item``; a range of our own elsewhere.
    progress : callable, optional
        Is told in words how far it is.

    Raises
    ------
    UnknownCodeError
        If there is no such firm, or a price is of no kind of energy.
    ParameterError
        If the rating is of another account, the month was not rated, or a price is impossible.
    TableError
        If the table of measures is not in order.
    """
    if rating.account is not account:
        expected = "the rating of this very account"
        raise ParameterError("rating", "advise", expected, "one of another account")
    held = measures_of(measures)
    energy = firm_energy(rating, firm, month, dict(price or {}))
    (progress or (lambda _: None))(f"advice: {len(held)} measures for {firm}")
    alone = each_alone(held, energy)
    at = rating.place(firm, month)[1]
    return Advice(
        system=account.system,
        rating=rating,
        energy=energy,
        measures=held,
        alone=alone,
        month=rating.periods[at],
        prices=dict(price or {}),
    )
