"""Time to survive and losses of many outages at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.diagnose.maker.affected import reached
from chainwright.diagnose.maker.impact_model import ImpactModel
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.outage_scenarios import OutageScenarios
from chainwright.diagnose.maker.stock_left import stock_left

__all__ = ["Losses", "Survived", "outage_losses", "survived"]

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

CHUNK = 128
"""Outages that are netted at once: a few hundred numbers an item fit in the cache."""

TOLD = 100
"""Outages between two words of progress."""


@dataclass(frozen=True, eq=False)
class Survived:
    """How long outages are survived, ``X`` of them, ``G`` groups of items that share sites.

    Parameters
    ----------
    weeks : ndarray, shape (X,)
        Time to survive; infinite where nothing is ever lost.
    of_groups : ndarray, shape (X, G)
        Weeks that each of `OutageProgramme.groups` lasts.
    """

    weeks: Floats
    of_groups: Floats


def survived(programme: OutageProgramme, scenarios: OutageScenarios) -> Survived:
    """Return the time to survive of each outage in weeks.

    Parameters
    ----------
    programme : OutageProgramme
        The chain and what is assumed.
    scenarios : OutageScenarios
        Nodes that stand still together.
    """
    network, tied = programme.network, programme.coupling
    weeks = np.full(len(scenarios), np.inf)
    of_groups = np.full((len(scenarios), len(programme.groups)), np.inf)
    usual = network.pooled_stock
    base = np.where(tied.alone, tied.of_items, np.inf)
    for first in range(0, len(scenarios), CHUNK):
        chunk = range(first, min(first + CHUNK, len(scenarios)))
        live = np.repeat(base[:, None], len(chunk), axis=1)
        stocks = [usual] * len(chunk)
        for column, x in enumerate(chunk):
            down = scenarios.down(x)
            hit = np.unique(network.node_item[down])
            hit = hit[tied.alone[hit]]
            live[hit, column] = tied.live(down)[hit]
            stocks[column] = _stock(programme, scenarios, x, down)
            of_groups[x] = programme.weeks_of_groups(down, stocks[column])
        all_usual = all(stock is usual for stock in stocks)
        held = None if all_usual else np.stack(stocks, axis=1)
        weeks[first : first + len(chunk)] = programme.need.first_shortage(live, held)
    return Survived(np.minimum(weeks, of_groups.min(axis=1, initial=np.inf)), of_groups)


@dataclass(frozen=True, eq=False)
class Losses:
    """What outages of some lengths lose, ``X`` outages of ``L`` lengths, ``V`` products.

    Parameters
    ----------
    loss : ndarray, shape (X, L)
        Least weighted loss.
    lost : ndarray, shape (X, L, V)
        Units of each product that customers do not get.
    stock_value : csr_array, shape (X, I)
        Loss avoided by one more unit of stock, at the first length of each.
    """

    loss: Floats
    lost: Floats
    stock_value: csr_array


def outage_losses(
    programme: OutageProgramme,
    scenarios: OutageScenarios,
    times: Survived,
    lengths: Floats,
    *,
    progress: Callable[[str], None] | None = None,
) -> Losses:
    """Return what each outage loses at each length.

    One model an outage, built for its longest length; after the first length it is solved on.

    Parameters
    ----------
    programme : OutageProgramme
        The chain and what is assumed.
    scenarios : OutageScenarios
        Nodes that stand still together.
    times : Survived
        Their times to survive: nothing is lost before.
    lengths : ndarray, shape (X, L)
        Weeks to look at, finite.
    progress : callable, optional
        Is told in words how far it is.
    """
    sold = np.flatnonzero(programme.network.demand > 0.0)
    loss = np.zeros(lengths.shape)
    lost = np.zeros((*lengths.shape, len(sold)))
    values: list[Floats] = []
    where: list[npt.NDArray[np.intp]] = []
    for x in range(len(scenarios)):  # one linear programme each
        if progress is not None and x and x % TOLD == 0:
            progress(f"{x:,} of {len(scenarios):,} outages")
        missed = np.flatnonzero(lengths[x] > times.weeks[x])
        prices = np.zeros(len(programme.network.items))
        if len(missed):
            found = _one(programme, scenarios, x, times.of_groups[x], lengths[x, missed])
            loss[x, missed], lost[x, missed] = found[0], found[1][:, sold]
            prices = found[2] if missed[0] == 0 else prices
        where.append(np.flatnonzero(prices))
        values.append(prices[where[-1]])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in where])])
    columns = np.concatenate([*where, np.zeros(0, dtype=np.intp)])
    rows = csr_array(
        (np.concatenate([*values, np.zeros(0)]), columns, starts),
        shape=(len(scenarios), len(programme.network.items)),
    )
    return Losses(loss, lost, rows)


def _one(
    programme: OutageProgramme,
    scenarios: OutageScenarios,
    x: int,
    of_groups: Floats,
    lengths: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return losses and units lost at some lengths, all too long, and prices at the first."""
    down = scenarios.down(x)
    stock = _stock(programme, scenarios, x, down)
    short = programme.pressed(down, float(lengths.max()), stock, of_groups)
    found = reached(programme.coupling, short)
    model = ImpactModel(programme.coupling, programme.weights, found, down, programme.solver)
    loss = np.zeros(len(lengths))
    lost = np.zeros((len(lengths), len(programme.network.items)))
    prices = np.zeros(len(programme.network.items))
    for i, length in enumerate(lengths):
        loss[i] = model.solve(float(length), stock)
        if i == 0:
            prices = model.prices().stock
        model.settle()
        lost[i] = model.lost()
        model.resume()
    return loss, lost, prices


def _stock(programme: OutageProgramme, scenarios: OutageScenarios, x: int, down: Flags) -> Floats:
    """Return the stock that can be used in one outage."""
    if programme.stock_at_node == "usable":
        return programme.network.pooled_stock
    return stock_left(programme.network, down, programme.stock_at_node, scenarios.out(x))
