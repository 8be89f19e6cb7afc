"""RAS and GRAS."""
from dataclasses import dataclass
from typing import Generic, TypeVar
import pandas as pd
from chainwright.system.flows import Flows
Repaired = TypeVar("Repaired")
@dataclass(frozen=True, eq=False)
class Repair(Generic[Repaired]):
    """A repaired system and what was moved."""
    system: Repaired
    moved: pd.DataFrame
    gap: float
def repair(flows: Flows, *, tolerance: float, steps: int) -> tuple[Flows, pd.DataFrame, float]:
    """Return the repaired flows."""
    raise NotImplementedError
