"""Monte Carlo over the whole catalogue: each draw solves for all footprints."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.lifecycle.adjoint_series import MOST_TERMS, AdjointChain
from chainwright.carbon.lifecycle.catalogue import Footprints, footprints
from chainwright.carbon.lifecycle.declarations import Declared
from chainwright.carbon.lifecycle.product_systems import ProductSystem
from chainwright.carbon.lifecycle.series_kernels import LANES, series_lanes
from chainwright.carbon.lifecycle.sketch_kernels import count, quantile
from chainwright.errors import MissingPartError, ParameterError
from chainwright.system import Result
from chainwright.tables import schema

__all__ = ["QUANTILES", "FootprintDraws", "footprint_draws"]

Floats = npt.NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are told of each product."""

FIRST, CLASSES, WIDE = 64, 256, 6.0
"""Draws that set the classes of a product, how many classes, and how many standard deviations they
reach from the mean to either side: each is a twenty-first of a standard deviation wide."""


@dataclass(frozen=True, eq=False, repr=False)
class FootprintDraws(Result):
    """How the footprints of all products are spread where amounts are uncertain.

    Parameters
    ----------
    whole : Footprints
        The footprints of the amounts as they are given.
    draws : int
        How many draws.
    seed : int
        Where chance starts; draw k is the same whatever the number of draws and threads.
    mean, sd, least, largest : ndarray, shape (n,)
        Of the draws; sd is that of a sample.
    quantiles : ndarray, shape (5, n)
        Those of `QUANTILES`: exact up to 64 draws; beyond, read from 256 classes within six
        standard deviations of the mean.
    negative : int
        Amounts of inputs that were drawn below nought although they are not given so.
    values : ndarray, shape (draws, n) or None
        All draws, if they were asked for.
    """

    name: ClassVar[str] = "product_footprint_draws"
    charted: ClassVar[str] = "relative_half_width"

    whole: Footprints
    draws: int
    seed: int
    mean: Floats
    sd: Floats
    least: Floats
    largest: Floats
    quantiles: Floats
    negative: int
    values: Floats | None

    @property
    def parameters(self) -> dict[str, object]:
        """What was asked, besides the system."""
        return {**self.whole.parameters, "draws": self.draws, "seed": self.seed}

    @property
    def counted_in(self) -> dict[str, str]:
        """What emissions are counted in, besides money and quantities."""
        return self.whole.counted_in

    @property
    def origin(self) -> dict[str, object]:
        """All that it takes to make this answer again, and what was drawn below nought."""
        return {**super().origin, "inputs_drawn_below_nought": self.negative}

    def table(self) -> pd.DataFrame:
        """Return a row a product, the largest footprint first."""
        frame = self.whole.products.frame
        low, middle, high = self.quantiles[0], self.quantiles[2], self.quantiles[-1]
        width = np.full(len(frame), np.nan)
        np.divide(high - low, 2.0 * np.abs(middle), out=width, where=middle != 0.0)
        columns: dict[str, object] = {
            "product": frame["process"],
            "name_en": frame["name_en"],
            "name_zh": frame["name_zh"],
            "country": frame["country"],
            "unit": frame["unit"],
            "footprint": self.whole.footprint,
            "mean": self.mean,
            "sd": self.sd,
            **{f"q{100 * q:02.0f}": self.quantiles[k] for k, q in enumerate(QUANTILES)},
            "least": self.least,
            "largest": self.largest,
            "relative_half_width": width,
        }
        found = pd.DataFrame(columns)[[c.column for c in schema(self.name)]]
        return found.sort_values("footprint", ascending=False, kind="stable", ignore_index=True)


def footprint_draws(
    products: ProductSystem,
    draws: int = 1000,
    *,
    seed: int = 1,
    declared: Declared | None = None,
    tolerance: float = 1e-6,
    keep: bool = False,
    threads: int = 2,
    progress: Callable[[str], None] | None = None,
) -> FootprintDraws:
    """Return how all footprints are spread where amounts of inputs and emissions are uncertain.

    Amounts are drawn independently of each other, those of declared products not at all.

    Parameters
    ----------
    products : ProductSystem
        The system; at least one of its amounts is uncertain.
    draws : int
        How many draws, 2 or more.
    seed : int
        Where chance starts.
    declared : mapping, optional
        Declared footprints, as for `footprints`.
    tolerance : float
        Largest last term of each draw, as a share of each footprint.
    keep : bool
        Whether all draws are kept, ``8 n draws`` bytes; else only what the table tells.
    threads : int
        Threads; the answer is the same for any number.
    progress : callable, optional
        Is told in words what is being done.

    Raises
    ------
    MissingPartError
        If no amount is uncertain.
    ParameterError
        If a number is out of range.
    InfeasibleError
        If products need as much of themselves as they make, in the middle or in a draw.
    """
    if draws < 2:
        raise ParameterError("draws", "a Monte Carlo", "at least 2", draws)
    if threads < 1:
        raise ParameterError("threads", "a Monte Carlo", "at least 1", threads)
    spread = [u.spread for u in (products.input_uncertainty, products.emission_uncertainty) if u]
    if not sum(spread):
        remedy = "Fill in the columns uncertainty and scale of the exchanges."
        raise MissingPartError("amounts that are uncertain", remedy)
    whole = footprints(products, declared=declared, tolerance=min(tolerance, 1e-9))
    draw = _Draws(whole, seed, tolerance)
    first = min(draws, FIRST)
    pilot = np.empty((first, len(products)))
    values = np.empty((draws, len(products))) if keep else None
    sketch: _Sketch | None = None
    negative = 0
    for k, (value, below) in enumerate(_all(draw, draws, threads)):
        negative += below
        if values is not None:
            values[k] = value
        if k < first:
            pilot[k] = value
        if k == first - 1:
            sketch = _Sketch(pilot)
        elif sketch is not None:
            sketch.add(value)
        if progress is not None and (k + 1) % 100 == 0:
            progress(f"{k + 1:,} of {draws:,} draws")
    assert sketch is not None  # noqa: S101 - there are two draws at least
    mean, sd = sketch.moments()
    quantiles = np.quantile(pilot, QUANTILES, axis=0) if draws <= FIRST else sketch.quantiles()
    return FootprintDraws(
        whole.system,
        whole,
        draws,
        seed,
        mean,
        sd,
        sketch.least,
        sketch.largest,
        quantiles,
        negative,
        values,
    )


class _Draws:
    """Draws four by four, each four by their number with a generator: threads share nothing."""

    def __init__(self, whole: Footprints, seed: int, tolerance: float) -> None:
        self._whole, self._seed, self._tolerance = whole, seed, tolerance
        ours = whole.products
        self._cut = np.flatnonzero(whole.cut.declared[ours.user])
        self._declared = np.flatnonzero(whole.cut.declared)
        self._own = np.flatnonzero(~whole.cut.declared[ours.emitter])
        self._given_below = ours.amount < 0.0

    def __call__(self, number: int) -> tuple[Floats, npt.NDArray[np.int64]]:
        """Return `LANES` draws, ``(n, 4)``, and the inputs of each that fell below nought."""
        ours, cut = self._whole.products, self._whole.cut
        rng = np.random.default_rng([self._seed, number])
        below = np.zeros(LANES, dtype=np.int64)
        if ours.input_uncertainty is not None:
            amount = ours.input_uncertainty.drawn(ours.amount, rng, LANES)
            amount[self._cut] = 0.0
            if amount.min(initial=0.0) < 0.0:
                below = ((amount < 0.0) & ~self._given_below[:, None]).sum(axis=0)
        else:
            amount = np.repeat(cut.amount[:, None], LANES, axis=1)
        if ours.emission_uncertainty is not None:
            emission = ours.emission_uncertainty.drawn(ours.emission, rng, LANES)
        else:
            emission = np.repeat(ours.emission[:, None], LANES, axis=1)
        direct = np.empty((len(ours), LANES))
        emitter, own = ours.emitter[self._own], emission[self._own]
        for lane in range(LANES):
            direct[:, lane] = np.bincount(emitter, own[:, lane], minlength=len(ours))
        direct[self._declared] = cut.direct[self._declared, None]
        return self._solved(amount, direct), below

    def _solved(self, amount: Floats, direct: Floats) -> Floats:
        ours = self._whole.products
        if not self._whole.chain.credits:
            out, term = direct.copy(), direct.copy()
            # Where sums may cross nought, terms are measured by the footprints as they are given.
            signed = direct.min(initial=0.0) < 0.0
            scale = np.abs(self._whole.footprint) if signed else np.empty(0)
            args = (ours.starts, ours.supplier, amount, self._tolerance, MOST_TERMS, scale)
            if series_lanes(*args, term, np.empty_like(out), out) >= 0:
                return out
        found = np.empty_like(direct)
        for lane in range(LANES):
            held = np.ascontiguousarray(amount[:, lane])
            chain = AdjointChain(ours.starts, ours.supplier, held)
            one = np.ascontiguousarray(direct[:, lane])
            found[:, lane] = chain.solved(one, tolerance=self._tolerance, method="direct").value
        return found


def _all(draw: _Draws, draws: int, threads: int) -> Iterator[tuple[Floats, int]]:
    """Give the draws in their order; no more fours are worked at than threads."""
    fours = -(-draws // LANES)
    given = 0
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, fours, threads):
            for values, below in pool.map(draw, range(first, min(first + threads, fours))):
                for lane in range(min(LANES, draws - given)):
                    yield np.ascontiguousarray(values[:, lane]), int(below[lane])
                given += LANES


class _Sketch:
    """What is kept of the draws: sums, extremes and counts in classes that the first ones set.

    Classes are of logarithms where all first draws are above nought: sizes are skewed.
    """

    def __init__(self, pilot: Floats) -> None:
        self._log = bool((pilot > 0.0).all())
        scaled = np.log(pilot) if self._log else pilot
        middle, sd = scaled.mean(axis=0), scaled.std(axis=0, ddof=1)
        self._start, self._width = middle - WIDE * sd, 2.0 * WIDE * sd / CLASSES
        n = pilot.shape[1]
        self._offset = pilot.mean(axis=0)
        self._counts = np.zeros((n, CLASSES), dtype=np.int32)
        self._total, self._squares = np.zeros(n), np.zeros(n)
        self.least, self.largest = np.full(n, np.inf), np.full(n, -np.inf)
        self._draws = 0
        for value in pilot:
            self.add(value)

    def add(self, value: Floats) -> None:
        """Take one draw in."""
        self._draws += 1
        np.minimum(self.least, value, out=self.least)
        np.maximum(self.largest, value, out=self.largest)
        off = value - self._offset
        self._total += off
        self._squares += off * off
        count(self._scaled(value), self._start, self._width, self._counts)

    def _scaled(self, value: Floats) -> Floats:
        if not self._log:
            return value
        return np.log(np.maximum(value, np.finfo(np.float64).tiny))

    def moments(self) -> tuple[Floats, Floats]:
        """Return the mean and the standard deviation of a sample."""
        mean = self._total / self._draws
        spread = np.maximum(self._squares - self._draws * mean**2, 0.0) / (self._draws - 1)
        return self._offset + mean, np.sqrt(spread)

    def quantiles(self) -> Floats:
        """Return `QUANTILES` of each product, ``(5, n)``."""
        found = np.empty((len(QUANTILES), len(self._start)))
        ends = (self._scaled(self.least), self._scaled(self.largest))
        for k, share in enumerate(QUANTILES):
            quantile(share, self._start, self._width, self._counts, *ends, found[k])
        if self._log:
            found = np.exp(found)
        return np.clip(found, self.least, self.largest)
