"""Presence: in which products a place has a revealed advantage."""

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, ParameterError

__all__ = ["location_quotient", "presence", "rca", "rpop"]

Floats = npt.NDArray[np.float64]


def rca(value: npt.ArrayLike) -> Floats:
    r"""Return the revealed comparative advantage of each place in each product, shape (C, P).

    .. math:: RCA_{cp} = \frac{x_{cp} / X_c}{X_p / X}

    It is 1 where a product's share in the place's total equals its share in all places' total. An
    amount of 0 gives 0; a place or a product without any amount gives NaN in its row or column
    alone, and changes nothing elsewhere.

    Parameters
    ----------
    value : array_like, shape (C, P)
        Amounts, not negative; NaN where one is not known, which counts in no sum.

    References
    ----------
    .. [1] B. Balassa, "Trade liberalisation and 'revealed' comparative advantage", The Manchester
       School, 33(2), 1965.

    Examples
    --------
    >>> rca([[2.0, 1.0, 0.0], [2.0, 3.0, 0.0]])
    array([[1.33333333, 0.66666667,        nan],
           [0.8       , 1.2       ,        nan]])
    """
    amounts = _amounts(value)
    known = np.nan_to_num(amounts)
    total = known.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = amounts / known.sum(axis=1, keepdims=True)
        share /= known.sum(axis=0) / total
    return share


def rpop(value: npt.ArrayLike, population: npt.ArrayLike) -> Floats:
    r"""Return the revealed advantage per head of each place in each product, shape (C, P).

    .. math:: RPOP_{cp} = \frac{x_{cp} / n_c}{X_p / \sum_c n_c}

    Parameters
    ----------
    value : array_like, shape (C, P)
        Amounts, not negative; NaN where one is not known.
    population : array_like, shape (C,)
        People n of each place, more than 0; NaN where not known, which gives a row of NaN, and
        leaves the place's amounts out of the sums.

    Raises
    ------
    ParameterError
        If a population is 0 or less.

    Examples
    --------
    >>> rpop([[2.0, 1.0], [2.0, 3.0]], [1.0, 3.0])
    array([[2.        , 1.        ],
           [0.66666667, 1.        ]])
    """
    amounts, people = _amounts(value), np.asarray(population, dtype=np.float64)
    if people.shape != amounts.shape[:1]:
        msg = f"{amounts.shape[0]} places need as many populations. Got {people.shape}."
        raise LabelError(msg)
    if (people <= 0.0).any():
        raise ParameterError("population", "rpop", "more than 0", float(np.nanmin(people)))
    counted = np.isfinite(people)
    made = np.nan_to_num(amounts[counted]).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_head: Floats = amounts / people[:, None]
        per_head /= made / people[counted].sum()
    return per_head


def location_quotient(value: npt.ArrayLike) -> Floats:
    """Return the location quotient, shape (C, P): `rca` of employment or output.

    Parameters
    ----------
    value : array_like, shape (C, P)
        Employment or output of each place in each industry.

    Examples
    --------
    >>> location_quotient([[2.0, 1.0], [2.0, 3.0]])[1]
    array([0.8, 1.2])
    """
    return rca(value)


def presence(
    advantage: npt.ArrayLike, *, threshold: float = 1.0, strict: bool = False
) -> npt.NDArray[np.bool_]:
    """Return where an advantage reaches the threshold, shape as given; NaN does not.

    Parameters
    ----------
    advantage : array_like
        `rca`, `rpop` or `location_quotient`.
    threshold : float
        From where on a place counts as present.
    strict : bool
        Whether it must be above the threshold, not only reach it.

    Examples
    --------
    >>> presence([0.9, 1.0, 1.1, float("nan")]).tolist()
    [False, True, True, False]
    """
    given = np.asarray(advantage, dtype=np.float64)
    return np.asarray(given > threshold if strict else given >= threshold)


def _amounts(value: npt.ArrayLike) -> Floats:
    amounts = np.asarray(value, dtype=np.float64)
    if amounts.ndim != 2:
        msg = f"Amounts have a row a place and a column a product. Got {amounts.ndim} axes."
        raise LabelError(msg)
    if (amounts < 0.0).any() or np.isinf(amounts).any():
        least = float(np.nanmin(amounts))
        raise ParameterError("value", "an advantage", "amounts of 0 and more, finite", least)
    return amounts
