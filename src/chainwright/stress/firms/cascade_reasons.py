"""Why each firm loses in a cascade, in words."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.stress.firms.binding_inputs import Binding

__all__ = ["ROUNDING", "CascadeReasons"]

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.object_]

ROUNDING = 1e-12
"""Share of a shock up to which a loss above it is rounding."""

WORDS = {
    "en": (
        "hit by the shock itself",
        "lacks demand, most of all from ",
        "lacks important inputs, most of all from ",
        "lacks the essential input ",
        ", most of all from ",
    ),
    "zh": (
        "直接受冲击",
        "需求减少，主要来自 ",
        "重要投入减少，主要来自 ",
        "关键投入 ",
        " 短缺，主要来自 ",
    ),
}
"""By language: the shock; demand; linear inputs; an essential input, and what follows its name."""


@dataclass(frozen=True, eq=False)
class CascadeReasons:
    """What words the reasons.

    Parameters
    ----------
    firms, sectors : ndarray of str
        Codes of all firms and sectors.
    group_kind : ndarray of int32
        Sector of each essential group of inputs; -1 of a linear one.
    binding : Binding
        What binds at each firm.
    """

    firms: Words
    sectors: Words
    group_kind: npt.NDArray[np.int32]
    binding: Binding

    def of(
        self, at: npt.NDArray[np.intp], shock: Floats, down: Floats, up: Floats, language: str
    ) -> Words:
        """Return the reasons of some firms that lose something.

        Parameters
        ----------
        at : ndarray of int, shape (k,)
            Places of the firms.
        shock, down, up : ndarray, shape (n,)
            Of all firms: the shock, and the losses downstream and upstream [share].
        language : str
            ``"en"`` or ``"zh"``.
        """
        itself, demand, linear, essential, through = WORDS[language]
        found = np.full(len(at), itself, dtype=object)
        beyond = np.maximum(down, up)[at] > shock[at] * (1.0 + ROUNDING)
        of_demand = beyond & (up > down)[at]
        found[of_demand] = demand + self.firms[self.binding.buyer[at[of_demand]]]
        of_supply = at[beyond & ~of_demand]
        kind = self.group_kind[self.binding.group[of_supply]]
        supplier = self.firms[self.binding.supplier[of_supply]]
        found[beyond & ~of_demand] = np.where(
            kind < 0, linear + supplier, essential + self.sectors[kind] + through + supplier
        )
        return found
