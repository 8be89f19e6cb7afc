"""From exports and a question to everything that `complexity` gives."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.diagnose.product_space.complexity_conventions import Convention
from chainwright.diagnose.product_space.complexity_question import Question
from chainwright.diagnose.product_space.complexity_result import Complexity
from chainwright.diagnose.product_space.complexity_scores import Scores, given_scores, scores
from chainwright.diagnose.product_space.density import density
from chainwright.diagnose.product_space.exports_given import ExportsAtHand
from chainwright.diagnose.product_space.fitness import LOW_FITNESS, fitness
from chainwright.diagnose.product_space.outlook import outlook_gain, outlook_index
from chainwright.diagnose.product_space.presence import presence, rca, rpop
from chainwright.diagnose.product_space.presence_filter import Kept, PresenceFilter
from chainwright.errors import ParameterError
from chainwright.system import Axis

__all__ = ["complexity_of"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

UNFILTERED = (
    "Nothing was filtered: places with few exports are ranked beside all others, and small "
    "territories may come first. A filter such as {'min_share': 1e-4} leaves them out."
)
"""Said of every ranking of all places."""


@dataclass(frozen=True, eq=False)
class _Advantages:
    """Advantages among what is kept, and presence, shape (C, P); NaN and False elsewhere."""

    rca: Floats
    rpop: Floats | None
    present: Bools


def complexity_of(
    at_hand: ExportsAtHand,
    year: int | None,
    rules: Convention,
    left_out: PresenceFilter,
    question: Question,
) -> Complexity:
    """Return the complexity of one year.

    Parameters
    ----------
    at_hand : ExportsAtHand
        The exports.
    year : int, optional
        Which year; the last if not given.
    rules : Convention
        Whose formulas.
    left_out : PresenceFilter
        What is left out.
    question : Question
        The rest.
    """
    exports = at_hand.of(year)
    people = _by_code(question.population, exports.places, "population")

    def advantages(places: Bools, products: Bools) -> _Advantages:
        heads = None if people is None else people[places]
        cells = np.ix_(np.flatnonzero(places), np.flatnonzero(products))
        return _advantages(exports.value, cells, heads, rules, question)

    kept = left_out.kept(
        exports.value, (exports.places, exports.products), lambda c, p: advantages(c, p).present
    )
    found = advantages(kept.places, kept.products)
    present = found.present
    if question.given_pci is None:
        scored = scores(present, rules, method=question.method, iterations=question.iterations)
    else:
        given = _by_code(question.given_pci, exports.products, "given_pci")
        scored = given_scores(present, rules, np.asarray(given))
    fit, hard, updates = fitness(present, updates=question.fitness_updates)
    near = density(present, diagonal=question.diagonal, neighbours=question.neighbours)
    place_reasons, product_reasons = _reasons(exports.value, kept, present, scored)
    notes = [*_notes(left_out, scored, question), *_fitness_notes(fit, updates, question)]
    if year is None and len(at_hand.years) > 1:
        notes.append(f"Of {len(at_hand.years)} years the last, {exports.year}, was taken.")
    return Complexity(
        system=at_hand.system,
        exports=exports,
        convention=rules,
        asked={
            "convention": rules.name,
            "filter": left_out.as_dict(),
            "year": exports.year,
            **question.as_dict(),
        },
        rca=found.rca,
        rpop=found.rpop,
        present=present,
        eci=scored.eci,
        pci=scored.pci,
        fitness=fit,
        complexity_fitness=hard,
        density=near,
        coi=_outlook(near, present, scored, rules),
        cog=outlook_gain(present, scored.raw, diagonal=question.diagonal) / scored.spread,
        diversity=_of_kept(present.sum(axis=1), kept.places),
        ubiquity=_of_kept(present.sum(axis=0), kept.products),
        diagonal=question.diagonal,
        place_reasons=place_reasons,
        product_reasons=product_reasons,
        eigenvalues=scored.eigenvalues,
        notes=tuple(notes),
    )


def _advantages(
    value: Floats,
    cells: tuple[npt.NDArray[np.intp], ...],
    people: Floats | None,
    rules: Convention,
    question: Question,
) -> _Advantages:
    def whole(part: Floats) -> Floats:
        full = np.full(value.shape, np.nan)
        full[cells] = part
        return full

    def passed(advantage: Floats) -> Bools:
        return presence(advantage, threshold=question.threshold, strict=rules.strict)

    amounts = value[cells]
    balassa = whole(rca(amounts))
    if people is None:
        return _Advantages(balassa, None, passed(balassa))
    per_head = whole(rpop(amounts, people))
    present = {
        "rca": lambda: passed(balassa),
        "rpop": lambda: passed(per_head),
        "both": lambda: passed(balassa) | passed(per_head),
    }[question.presence]()
    return _Advantages(balassa, per_head, present)


def _by_code(given: dict[str, float] | None, axis: Axis, name: str) -> Floats | None:
    """Return given numbers in the order of an axis, NaN where none is given."""
    if given is None:
        return None
    numbers = np.array([given.get(code, np.nan) for code in axis.codes], dtype=np.float64)
    if not np.isfinite(numbers).any():
        known = ", ".join(axis.codes[:3])
        expected = f"numbers by {axis.kind}, with codes of the input such as {known}"
        raise ParameterError(name, "complexity", expected, list(given)[:3])
    return numbers


def _outlook(near: Floats, present: Bools, scored: Scores, rules: Convention) -> Floats:
    """Return COI, normalised over the places of each part."""
    found = outlook_index(near, present, scored.raw)
    found[np.isnan(scored.eci)] = np.nan
    for part in np.unique(scored.part[np.isfinite(found)]):
        inside = (scored.part == part) & np.isfinite(found)
        products = int(present[inside].any(axis=0).sum())
        found[inside] = rules.outlook_normalised(found[inside], products)
    return found


def _of_kept(counts: npt.NDArray[np.intp], kept: Bools) -> Floats:
    return np.where(kept, counts.astype(np.float64), np.nan)


def _reasons(value: Floats, kept: Kept, present: Bools, scored: Scores) -> tuple[Words, Words]:
    """Return the key of the reason of each place and product: left out, empty, not defined."""
    known = np.nan_to_num(value)
    among = known[np.ix_(kept.places, kept.products)]
    both: list[Words] = []
    for axis, left, inside, score in (
        (1, kept.place_reasons, kept.places, scored.place_reasons),
        (0, kept.product_reasons, kept.products, scored.product_reasons),
    ):
        total = np.zeros(len(inside))
        total[inside] = among.sum(axis=axis)
        cases = [
            left != "",
            known.sum(axis=axis) == 0.0,
            total == 0.0,
            ~present.any(axis=axis),
        ]
        words = [left, *(_same(w, left) for w in ("empty", "empty after filter", "no advantage"))]
        both.append(np.select(cases, words, default=score))
    return both[0], both[1]


def _same(word: str, like: Words) -> Words:
    return np.full(len(like), word, dtype=object)


def _notes(left_out: PresenceFilter, scored: Scores, question: Question) -> list[str]:
    notes = [UNFILTERED] if left_out.idle else []
    parts = int(scored.part.max(initial=-1)) + 1
    if parts > 1:
        notes.append(
            f"Places and products fall into {parts} parts that share nothing; ECI, PCI, COI and "
            f"COG are those of each part, and compare only within it. The reasons name them."
        )
    if "undetermined" in scored.place_reasons:
        notes.append("The second and third eigenvalue are equal: ECI has no determined direction.")
    if question.given_pci is not None:
        notes.append("ECI is the mean of the given PCI, z-scored on itself, over what a place has.")
    return notes


def _fitness_notes(fit: Floats, updates: int, question: Question) -> list[str]:
    notes = []
    least = float(np.nanmin(fit)) if np.isfinite(fit).any() else 1.0
    if least < LOW_FITNESS:
        notes.append(
            f"The least fitness is {least:.3g}: the map runs away on this pattern; read its ranks."
        )
    if updates < question.fitness_updates:
        notes.append(f"Fitness ended after {updates} updates, at the end of the range of numbers.")
    return notes
