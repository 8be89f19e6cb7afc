"""The bill of materials of the made-up maker: items, what goes into what, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chainwright.params import table

__all__ = ["DemoBill", "demo_bill", "log_uniform"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Rows = Sequence[Mapping[str, str]]

SELLING = 0.05
"""Share of a car's price that goes with each car sold beside its bill (an assumption)."""


@dataclass(frozen=True, eq=False)
class DemoBill:
    """Items of the made-up maker, cars first, and what goes into what.

    Parameters
    ----------
    families, models : sequence of mapping
        Rows of the fact tables ``demo_maker_families`` and ``demo_maker_models``.
    codes, names : list of str
        ``(I,)`` of cars, then parts.
    family, tier : ndarray
        ``(I,)`` row of `families`, -1 for cars; tier of suppliers, 0 for cars.
    parent, component : ndarray
        ``(B,)`` places among the items.
    quantity : ndarray
        ``(B,)`` units of the component in one unit of the parent.
    cost : ndarray
        ``(I,)`` money a unit: what its components cost and what is added to them.
    requirement : ndarray
        ``(I,)`` units a week that the demand for cars asks for.
    price, margin : ndarray
        ``(M,)`` money a car.
    """

    families: Rows
    models: Rows
    codes: list[str]
    names: list[str]
    family: Indices
    tier: Indices
    parent: Indices
    component: Indices
    quantity: Floats
    cost: Floats
    requirement: Floats
    price: Floats
    margin: Floats

    def numbers(self, column: str) -> Floats:
        """Return a number of each part's family, ``(I,)``; that of the first family at cars.

        Parameters
        ----------
        column : str
            A column of the fact table.
        """
        values = np.array([float(row[column]) for row in self.families])
        return np.asarray(values[np.maximum(self.family, 0)])

    def words(self, column: str) -> npt.NDArray[np.str_]:
        """Return a word of each part's family, ``(I,)``; that of the first family at cars.

        Parameters
        ----------
        column : str
            A column of the fact table.
        """
        values = np.array([row[column] for row in self.families])
        return np.asarray(values[np.maximum(self.family, 0)])


def log_uniform(rng: np.random.Generator, low: Floats, high: Floats) -> Floats:
    """Return numbers whose logarithm is drawn evenly between those of `low` and `high`.

    Parameters
    ----------
    rng : Generator
        What draws.
    low, high : ndarray
        Ends of the ranges, above 0.
    """
    return np.asarray(np.exp(rng.uniform(np.log(low), np.log(high))))


def demo_bill(rng: np.random.Generator) -> DemoBill:
    """Return the bill of the made-up maker.

    Each family of parts fills slots: its table says how many different parts of it one parent of
    each family takes. All parts of a family are used; the rest of the slots take any of them.

    Parameters
    ----------
    rng : Generator
        What draws.
    """
    families, models = table("demo_maker_families"), table("demo_maker_models")
    counts = np.array([int(row["parts"]) for row in families])
    starts = len(models) + np.concatenate([[0], np.cumsum(counts)[:-1]])
    n = len(models) + int(counts.sum())
    family = np.concatenate([np.full(len(models), -1), np.repeat(np.arange(len(counts)), counts)])
    tiers = np.array([int(row["tier"]) for row in families])
    tier = np.where(family < 0, 0, tiers[family])
    members = {
        row["family"]: np.arange(first, first + count)
        for row, first, count in zip(families, starts, counts, strict=True)
    }
    members["models"] = np.arange(len(models))
    members["hybrid"] = np.flatnonzero([row["kind"] == "hybrid" for row in models])

    parent, component, low, high = _slots(rng, families, members, n)
    used = csr_array((np.ones(len(parent)), (component, parent)), shape=(n, n))
    scale = np.ones((len(families), n))
    for place, name in enumerate(row["scales"] for row in families):
        if name:
            scale[place] = _of_cars(used, tier, np.array([float(car[name]) for car in models]))
    of = family[component]
    raw = log_uniform(rng, low, high) * scale[of, parent]
    counted = np.array([row["unit"] == "pcs" for row in families])[of]
    quantity = np.where(counted, np.maximum(1.0, np.round(raw)), np.round(raw, 4))

    bill = csr_array((quantity, (component, parent)), shape=(n, n))
    added = [np.array([float(row[f"value_{end}"]) for row in families]) for end in ("low", "high")]
    value = np.concatenate(
        [np.zeros(len(models)), log_uniform(rng, *(a[family[len(models) :]] for a in added))]
    )
    grade = _of_cars(used, tier, np.array([float(row["grade"]) for row in models]))
    value *= np.where(tier <= GRADED, grade, 1.0)
    cost = value.copy()
    for level in range(tier.max() - 1, -1, -1):  # components before what they go into
        here = tier == level
        cost[here] = value[here] + (bill.T @ cost)[here]
        cost[here] = np.round(cost[here], 4)
    requirement = np.zeros(n)
    requirement[: len(models)] = [float(row["demand_per_week"]) for row in models]
    for level in range(1, tier.max() + 1):
        here = tier == level
        requirement[here] = (bill @ requirement)[here]
    wanted = np.array([float(row["margin_share"]) for row in models])
    price = np.round(cost[: len(models)] / (1.0 - SELLING - wanted), -2)
    margin = np.round(price * (1.0 - SELLING) - cost[: len(models)], 2)
    codes = [row["item"] for row in models]
    names = [f"{row['name_zh']} {row['name_en']}" for row in models]
    for row, count in zip(families, counts, strict=True):
        codes += [f"{row['family']}-{k:03d}" for k in range(1, count + 1)]
        names += [f"{row['name_zh']} {row['name_en']} {k:02d}" for k in range(1, count + 1)]
    return DemoBill(
        families=families,
        models=models,
        codes=codes,
        names=names,
        family=family,
        tier=tier,
        parent=parent,
        component=component,
        quantity=quantity,
        cost=cost,
        requirement=requirement,
        price=price,
        margin=margin,
    )


def _slots(
    rng: np.random.Generator, families: Rows, members: Mapping[str, Indices], n: int
) -> tuple[Indices, Indices, Floats, Floats]:
    """Return parents, components and the range of quantities, each pair once, in order."""
    parents, parts, lows, highs = [], [], [], []
    for row in families:
        uses = [use.split("*") for use in row["into"].split(";")]
        slots = np.concatenate([np.repeat(members[of], int(times)) for of, times, *_ in uses])
        own = members[row["family"]]
        drawn = np.concatenate([own, rng.choice(own, len(slots) - len(own))])
        parents.append(slots)
        parts.append(rng.permutation(drawn))
        for of, times, *ends in uses:
            low, high = ends or (row["quantity_low"], row["quantity_high"])
            lows.append(np.full(len(members[of]) * int(times), float(low)))
            highs.append(np.full(len(members[of]) * int(times), float(high)))
    pairs, kept = np.unique(np.concatenate(parents) * n + np.concatenate(parts), return_index=True)
    return pairs // n, pairs % n, np.concatenate(lows)[kept], np.concatenate(highs)[kept]


GRADED = 2
"""Deepest tier whose parts cost more in a dearer car (an assumption)."""


def _of_cars(used: csr_array, tier: Indices, cars: Floats) -> Floats:
    """Return what holds for the cars that each item goes into, the mean over its parents."""
    held = np.ones(len(tier))
    held[: len(cars)] = cars
    parents = np.maximum(1.0, used.sum(axis=1))
    for level in range(1, tier.max() + 1):
        here = tier == level
        held[here] = (used @ held / parents)[here]
    return held
