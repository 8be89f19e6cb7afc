"""Eight numbers side by side, which a kernel loads, weighs and adds as one vector of the processor.

A loop over eight columns compiles to eight single operations a step; written with lanes it compiles
to one. Without compilation lanes are rows of numpy arrays, and the same kernels run.
"""

import operator
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic, models, overload, register_model

__all__ = ["COLUMNS", "larger", "put_row", "row", "same"]

Floats = npt.NDArray[np.float64]
Place = int | np.integer
Built = Any  # what numba and llvmlite hand over while they compile
Lanes = Any
"""Eight numbers, with ``+ - * /``; only compiled code knows their type."""

COLUMNS = 8
"""Numbers side by side: eight of double precision are one line of cache."""


def row(table: Floats, place: Place) -> Lanes:
    """Return a row of a contiguous table, shape (k, 8), as lanes.

    Parameters
    ----------
    table : ndarray, shape (k, 8)
        Where it stands.
    place : int
        Which row.

    Examples
    --------
    >>> float((row(np.eye(8), 2) + same(0.5))[2])
    1.5
    """
    return table[place].copy()


def put_row(table: Floats, place: Place, lanes: Lanes) -> None:
    """Set a row of a contiguous table, shape (k, 8).

    Parameters
    ----------
    table : ndarray, shape (k, 8)
        Where it goes.
    place : int
        Which row.
    lanes : lanes
        What it becomes.
    """
    table[place] = lanes


def same(number: float) -> Lanes:
    """Return lanes that all hold one number.

    Parameters
    ----------
    number : float
        The number.
    """
    return np.full(COLUMNS, number)


def larger(one: Lanes, other: Lanes) -> Lanes:
    """Return the larger of two numbers, lane by lane; none of them is NaN.

    Parameters
    ----------
    one, other : lanes
        What is compared.
    """
    return np.maximum(one, other)


_NUMBER, _PLACE = ir.DoubleType(), ir.IntType(32)
_VECTOR = ir.VectorType(_NUMBER, COLUMNS)


class _Type(types.Type):
    """Type of lanes in compiled code."""


class _Model(models.PrimitiveModel):
    """Lanes are one vector."""

    def __init__(self, manager: Built, kind: Built) -> None:
        super().__init__(manager, kind, _VECTOR)  # type: ignore[no-untyped-call]


register_model(_Type)(_Model)
_LANES: Built = _Type(name="lanes")


def _pointer(context: Built, builder: Built, kind: Built, table: Built, place: Built) -> Built:
    """Return a pointer to a row as a vector."""
    data = context.make_array(kind)(context, builder, table).data
    start = builder.mul(place, ir.Constant(place.type, COLUMNS))
    return builder.bitcast(builder.gep(data, [start]), _VECTOR.as_pointer())


def _load(_: Built, table: Built, place: Built) -> tuple[Built, Built]:
    """Return type and code of `row`; a table need not begin on a line of cache."""

    def code(context: Built, builder: Built, signature: Built, given: Built) -> Built:
        return builder.load(_pointer(context, builder, signature.args[0], *given), align=8)

    return _LANES(table, types.intp), code


def _store(_: Built, table: Built, place: Built, lanes: Built) -> tuple[Built, Built]:
    """Return type and code of `put_row`."""

    def code(context: Built, builder: Built, signature: Built, given: Built) -> Built:
        pointer = _pointer(context, builder, signature.args[0], *given[:2])
        builder.store(given[2], pointer, align=8)
        return context.get_dummy_value()

    nothing: Built = types.void
    return nothing(table, types.intp, lanes), code


def _fill(_: Built, number: Built) -> tuple[Built, Built]:
    """Return type and code of `same`."""

    def code(context: Built, builder: Built, signature: Built, given: Built) -> Built:
        nothing = ir.Constant(_VECTOR, ir.Undefined)
        first = builder.insert_element(nothing, given[0], ir.Constant(_PLACE, 0))
        everywhere = ir.Constant(ir.VectorType(_PLACE, COLUMNS), [0] * COLUMNS)
        return builder.shuffle_vector(first, nothing, everywhere)

    return _LANES(types.float64), code


def _choose(_: Built, one: Built, other: Built) -> tuple[Built, Built]:
    """Return type and code of `larger`."""

    def code(context: Built, builder: Built, signature: Built, given: Built) -> Built:
        return builder.select(builder.fcmp_ordered(">", *given), *given)

    return _LANES(_LANES, _LANES), code


def _operate(symbol: Built, name: str) -> None:
    """Give lanes an operation: its symbol in Python, its name among the machine's."""

    def typed(_: Built, one: Built, other: Built) -> tuple[Built, Built]:
        def code(context: Built, builder: Built, signature: Built, given: Built) -> Built:
            return getattr(builder, name)(*given)

        return _LANES(_LANES, _LANES), code

    made: Built = intrinsic(typed)

    def compiled(one, other):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        both = one == _LANES and other == _LANES
        return (lambda one, other: made(one, other)) if both else None  # noqa: PLW0108

    overload(symbol)(compiled)


_LOAD: Built = intrinsic(_load)
_STORE: Built = intrinsic(_store)
_FILL: Built = intrinsic(_fill)
_CHOOSE: Built = intrinsic(_choose)

# numba compiles the inner functions: they must be functions of Python, not intrinsics
overload(row)(lambda table, place: lambda table, place: _LOAD(table, place))  # noqa: PLW0108
overload(put_row)(
    lambda table, place, lanes: lambda table, place, lanes: _STORE(table, place, lanes)  # noqa: PLW0108
)
overload(same)(lambda number: lambda number: _FILL(number))  # noqa: PLW0108
overload(larger)(lambda one, other: lambda one, other: _CHOOSE(one, other))  # noqa: PLW0108
_operate(operator.add, "fadd")
_operate(operator.sub, "fsub")
_operate(operator.mul, "fmul")
_operate(operator.truediv, "fdiv")
