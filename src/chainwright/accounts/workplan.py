"""What a question will take, said beforehand: operations, seconds and memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import psutil

from chainwright.accounts.factors import Dtype, is_factored
from chainwright.errors import ParameterError, UnknownCodeError
from chainwright.system import Flows, Result, System
from chainwright.tables import schema

__all__ = ["QUESTIONS", "WorkPlan", "plan"]

TRIAL = 1024
"""Side of the square matrices whose product tells how fast this machine is."""

EFFICIENCY = {"factors": 0.72, "solves": 0.70, "triangles": 0.55, "inverse": 0.60}
"""Speed of each kind of work relative to a matrix product, for very many nodes."""

HALF_SPEED = 1200.0
"""Nodes at which the work runs at half of that speed: small blocks keep the cores less busy."""

TOUCHED = 10.0 / 4e9
"""Seconds a byte of an (n, n) array: ten times written or read, at 4 GB/s into fresh memory."""


@dataclass(frozen=True)
class _Size:
    """What the work depends on: nodes, consumers, regions, stressors."""

    nodes: int
    consumers: int
    regions: int
    stressors: int

    @classmethod
    def of(cls, flows: Flows) -> "_Size":
        e = 0 if flows.stressors is None else len(flows.stressors.axis)
        return cls(len(flows.nodes), len(flows.users.regions), len(flows.nodes.regions), e)


@dataclass(frozen=True)
class _Work:
    """Right-hand sides, further operations by kind in n^3, and n x n arrays beside the factors."""

    columns: Callable[[_Size], int]
    cubes: dict[str, float]
    arrays: float
    what: str


def _fixed(columns: int) -> Callable[[_Size], int]:
    return lambda _: columns


QUESTIONS: dict[str, _Work] = {
    "decomposition": _Work(_fixed(8), {"factors": 2 / 3}, 1.0, "two tables, one LU each"),
    "embargo": _Work(_fixed(16), {}, 0.0, "one low-rank update of the LU"),
    "export_split": _Work(lambda s: 3 * s.regions + 2, {}, 1.0, "nine terms of gross exports"),
    "extraction": _Work(_fixed(4), {"triangles": 2 / 3}, 1.0, "every node, one pass"),
    "footprint": _Work(lambda s: s.consumers + 2, {}, 0.0, "final demand of every consumer"),
    "inverse": _Work(_fixed(2), {"inverse": 4 / 3}, 1.0, "the dense inverse itself"),
    "node_accounts": _Work(lambda s: 2 * s.regions + 5, {}, 0.0, "multipliers of every node"),
    "paths": _Work(_fixed(4), {}, 1.0, "bounds of a structural path analysis"),
    "position": _Work(_fixed(6), {"factors": 2 / 3}, 1.0, "plain, and corrected for inventories"),
    "prices": _Work(_fixed(3), {}, 0.0, "one cost-push"),
    "reliance": _Work(lambda s: 4 * s.regions + 2, {}, 1.0, "face-value and look-through"),
    "stressor_accounts": _Work(
        lambda s: s.stressors * s.regions + s.consumers + 2, {}, 1.0, "all accounts, and A"
    ),
    "trade_in_value_added": _Work(lambda s: 2 * s.regions + 2, {}, 0.0, "content of exports"),
}
"""The questions that can be planned."""


@dataclass(frozen=True, eq=False, repr=False)
class WorkPlan(Result):
    """What questions would take on this machine, each asked alone.

    Parameters
    ----------
    dtype : str
        Numbers that would be counted with.
    rate : float
        Operations a second of a matrix product, just measured.
    free : int
        Bytes of memory that are free now.
    factored : bool
        Whether the LU of this table is there already, so that no question pays for it.
    questions : tuple of str, q
        The questions.
    operations : ndarray, shape (q,)
        Additions and multiplications.
    seconds : ndarray, shape (q,) [s]
        Time on the clock, within a factor of two if nothing else runs.
    memory : ndarray, shape (q,) [byte]
        Memory that the question adds to the loaded table at its peak.
    """

    name: ClassVar[str] = "work_plan"
    charted: ClassVar[str] = "seconds"

    dtype: Dtype
    rate: float
    free: int
    factored: bool
    questions: tuple[str, ...]
    operations: npt.NDArray[np.float64]
    seconds: npt.NDArray[np.float64]
    memory: npt.NDArray[np.float64]

    @property
    def parameters(self) -> dict[str, object]:
        """The questions, and the numbers to count with."""
        return {"questions": list(self.questions), "dtype": self.dtype}

    @property
    def fits(self) -> npt.NDArray[np.bool_]:
        """Whether each question fits in the memory that is free, shape (q,)."""
        return np.asarray(self.memory <= self.free)

    def table(self) -> pd.DataFrame:
        """Return a row a question, the longest first."""
        frame = pd.DataFrame(
            {
                "question": list(self.questions),
                "operations": self.operations,
                "seconds": self.seconds,
                "memory": self.memory,
                "fits": self.fits,
                "note": [QUESTIONS[q].what for q in self.questions],
            }
        )
        frame = frame.sort_values("seconds", ascending=False, kind="stable", ignore_index=True)
        return frame[[column.column for column in schema(self.name)]]

    def __repr__(self) -> str:
        size = f"{len(self.system.flows.nodes):,} nodes, {self.dtype}"
        lines = [
            f"<WorkPlan: {size}; {self.rate / 1e9:,.0f} bn operations a second, "
            f"{self.free / 2**30:,.1f} GiB free" + (", factors at hand>" if self.factored else ">"),
        ]
        for row in self.table().itertuples():
            verdict = "" if row.fits else "   DOES NOT FIT"
            lines.append(
                f"  {row.question:<22}{row.seconds:>10,.2f} s "
                f"{float(str(row.memory)) / 2**20:>10,.0f} MiB   {row.note}{verdict}"
            )
        return "\n".join(lines)


def plan(system: System, question: str | None = None, *, dtype: Dtype = "float64") -> WorkPlan:
    """Return what a question would take, without answering it.

    A matrix product of a fraction of a second tells how fast this machine is now.

    Parameters
    ----------
    system : System
        With flows.
    question : str, optional
        Name of the function that would answer it, one of `QUESTIONS`; all if not given.
    dtype : str
        ``"float64"`` or ``"float32"``.

    Raises
    ------
    UnknownCodeError
        If there is no such question.

    Examples
    --------
    >>> rows = [("intermediate", "A", "ore", "B", "steel", 2.0),
    ...         ("final", "B", "steel", "A", "household", 4.0)]
    >>> columns = ["block", "from_region", "from_sector", "to_region", "to_sector", "value"]
    >>> system = System.from_table(pd.DataFrame(rows, columns=columns))
    >>> plan(system, "extraction").table()[["question", "fits"]]
         question  fits
    0  extraction  True
    """
    if question is not None and question not in QUESTIONS:
        raise UnknownCodeError(question, "question that can be planned", QUESTIONS)
    if dtype not in ("float64", "float32"):
        raise ParameterError(
            parameter="dtype", owner="plan", expected="float64 or float32", got=dtype
        )
    flows, kind = system.flows, np.dtype(dtype)
    size, rate, factored = _Size.of(flows), _rate(kind), is_factored(flows, kind)
    asked = (question,) if question else tuple(QUESTIONS)
    n = float(size.nodes)
    operations, seconds, memory = [], [], []
    for name in asked:
        work, columns = QUESTIONS[name], QUESTIONS[name].columns(size)
        parts = {kind_of: cubes * n**3 for kind_of, cubes in work.cubes.items()}
        parts["factors"] = parts.get("factors", 0.0) + (0.0 if factored else 2 / 3 * n**3)
        parts["solves"] = 2.0 * n**2 * columns
        operations.append(sum(parts.values()))
        counted = sum(done / EFFICIENCY[k] for k, done in parts.items()) / rate
        seconds.append(counted * (1.0 + HALF_SPEED / n) + TOUCHED * n**2 * kind.itemsize)
        batch = 2.0 * n * min(columns, max(256.0, n / 4))  # right-hand sides and solutions
        arrays = work.arrays + (0.0 if factored else 1.0)
        memory.append((arrays * n**2 + batch) * kind.itemsize)
    return WorkPlan(
        system=system,
        dtype=dtype,
        rate=rate,
        free=int(psutil.virtual_memory().available),
        factored=factored,
        questions=asked,
        operations=np.array(operations),
        seconds=np.array(seconds),
        memory=np.array(memory),
    )


def _rate(dtype: np.dtype[np.floating]) -> float:
    """Return the operations a second of a matrix product here and now: the best of three."""
    square = np.full((TRIAL, TRIAL), 1.0 / TRIAL, dtype=dtype)
    product = np.empty_like(square)
    best = np.inf
    for _ in range(3):
        began = time.perf_counter()
        np.matmul(square, square, out=product)
        best = min(best, time.perf_counter() - began)
    return 2.0 * TRIAL**3 / best
