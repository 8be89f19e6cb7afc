"""What is asked of `complexity` besides the exports, the convention and the filter."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np

from chainwright.errors import ParameterError

__all__ = ["Method", "Question", "Test"]

Method = Literal["eigen", "reflections"]
Test = Literal["rca", "rpop", "both"]

OWNER = "complexity"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Parameters of `complexity`, checked; see there.

    Parameters
    ----------
    method, iterations, presence, threshold, diagonal, neighbours, fitness_updates
        As for `complexity`, with what the convention says where nothing was given.
    population, given_pci : dict of str to float, optional
        People of places, and complexity of products.

    Raises
    ------
    ParameterError
        If one is unknown or outside its range.
    """

    method: Method = "eigen"
    iterations: int = 20
    presence: Test = "rca"
    threshold: float = 1.0
    diagonal: float = 1.0
    neighbours: int | None = None
    fitness_updates: int = 19
    population: dict[str, float] | None = None
    given_pci: dict[str, float] | None = None

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise ParameterError("method", OWNER, "eigen or reflections", self.method)
        if not _whole(self.iterations) or self.iterations < 2:
            raise ParameterError("iterations", OWNER, "a whole number from 2", self.iterations)
        if self.method == "reflections" and self.iterations % 2:
            expected = "even for reflections: places take an even n, products an odd one"
            raise ParameterError("iterations", OWNER, expected, self.iterations)
        if self.presence not in get_args(Test):
            raise ParameterError("presence", OWNER, "rca, rpop or both", self.presence)
        if self.presence != "rca" and self.population is None:
            raise ParameterError("population", OWNER, "given, as presence asks for RPOP", None)
        if not 0.0 < self.threshold < np.inf:
            raise ParameterError("threshold", OWNER, "a number above 0", self.threshold)
        if not 0.0 <= self.diagonal <= 1.0:
            raise ParameterError("diagonal", OWNER, "a number from 0 to 1", self.diagonal)
        if not _whole(self.fitness_updates) or self.fitness_updates < 0:
            expected = "a whole number from 0"
            raise ParameterError("fitness_updates", OWNER, expected, self.fitness_updates)
        if self.neighbours is not None and (not _whole(self.neighbours) or self.neighbours < 1):
            expected = "a whole number from 1, or nothing"
            raise ParameterError("neighbours", OWNER, expected, self.neighbours)

    def as_dict(self) -> dict[str, object]:
        """Return the question as JSON values."""
        return asdict(self)


def _whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)
