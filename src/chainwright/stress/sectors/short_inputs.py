"""Why it stopped: which input of a node ran short first, from whom, and on which day."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.by_origin import OriginRecords
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.run_records import Records
from chainwright.stress.shocks.sector_blows import SectorBlows
from chainwright.system import Language

__all__ = ["ShortInputs", "short_inputs"]

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]

FALLEN = 1e-6
"""Share of a day's deliveries up to which a fall is no reason."""


@dataclass(frozen=True, eq=False)
class ShortInputs:
    """The first stock that limited each of k nodes, the earliest first.

    Parameters
    ----------
    economy : Economy
        What ran.
    nodes : ndarray of int, shape (k,)
        Nodes that ran short.
    days : ndarray, shape (k,) [day]
        On which a stock first limited each.
    products : ndarray of int, shape (k,)
        Product that was short.
    rows : ndarray of int, shape (k,)
        Origin whose stock reached least far; where stocks are pooled, whose deliveries had fallen
        most till then; -1 if none had.
    by_origin : bool
        Whether stocks are kept by origin.
    """

    economy: Economy
    nodes: Whole
    days: Numbers
    products: Whole
    rows: Whole
    by_origin: bool

    def __len__(self) -> int:
        return len(self.nodes)

    def suppliers(self) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
        """Return regions and sectors of the origins; empty text for none."""
        codes = [self.economy.codes[row] if row >= 0 else "" for row in self.rows]
        parts = [code.rpartition(":") for code in codes]
        regions = np.array([part[0] for part in parts], dtype=object)
        sectors = np.array([part[2] for part in parts], dtype=object)
        return regions, sectors

    def reasons(self, language: Language, stock_days: Numbers) -> list[str]:
        """Return a sentence a node.

        Parameters
        ----------
        language : str
            ``"en"`` or ``"zh"``.
        stock_days : ndarray, shape (k,) [day]
            Target stock of the product that was short.
        """
        economy, told = self.economy, []
        for i in range(len(self)):
            words = {
                "user": economy.codes[self.nodes[i]],
                "product": economy.products.name(int(self.products[i]), language),
                "day": f"{self.days[i]:g}",
                "held": f"{stock_days[i]:g}",
                "origin": economy.codes[self.rows[i]] if self.rows[i] >= 0 else "",
            }
            which = "none" if self.rows[i] < 0 else "origin" if self.by_origin else "pooled"
            told.append(SENTENCES[which, language].format_map(words))
        return told


SENTENCES: dict[tuple[str, Language], str] = {
    ("origin", "en"): (
        "On day {day} the stock of {product} from {origin} ({held} days of use at rest) no longer "
        "reached for the full output of {user}."
    ),
    ("origin", "zh"): (
        "第 {day} 天，{user} 所持来自 {origin} 的{product}库存（稳态为 {held} 天用量）"
        "已不足以维持全部产出。"
    ),
    ("pooled", "en"): (
        "On day {day} the stock of {product} of all origins ({held} days of use at rest) no longer "
        "reached for the full output of {user}; deliveries from {origin} had fallen most."
    ),
    ("pooled", "zh"): (
        "第 {day} 天，{user} 所持各来源{product}库存（稳态为 {held} 天用量）已不足以维持全部产出；"
        "来自 {origin} 的交付下降最多。"
    ),
    ("none", "en"): (
        "On day {day} the stock of {product} ({held} days of use at rest) no longer reached for "
        "the full output of {user}: more was used than arrived, though no origin made less."
    ),
    ("none", "zh"): (
        "第 {day} 天，{user} 的{product}库存（稳态为 {held} 天用量）已不足以维持全部产出："
        "用量超过到货，而各来源产出均未下降。"
    ),
}


def short_inputs(records: Records, blows: SectorBlows) -> ShortInputs:
    """Return the nodes that ran short in a run, and of what.

    Parameters
    ----------
    records : Records
        The run, with its production.
    blows : SectorBlows
        What happened: deliveries that are cut have fallen.
    """
    economy = records.economy
    nodes = np.flatnonzero(records.short_step >= 0).astype(np.int32)
    lost = (economy.x0 - records.production).sum(axis=0)
    nodes = nodes[np.lexsort((nodes, -lost[nodes], records.short_step[nodes]))]
    products = records.short_product[nodes]
    if isinstance(records, OriginRecords):
        rows = records.short_row[nodes]
    else:
        rows = _fallen_most(records, blows, nodes, products)
    days = records.short_step[nodes].astype(np.float64) * economy.step_days
    return ShortInputs(economy, nodes, days, products, rows, isinstance(records, OriginRecords))


def _fallen_most(records: Records, blows: SectorBlows, nodes: Whole, products: Whole) -> Whole:
    """Return the row of each node's product whose deliveries to it had fallen most; -1 if none."""
    economy, n = records.economy, records.economy.n
    x0 = economy.x0
    fall = np.divide(
        x0 - records.production, x0, out=np.zeros_like(records.production), where=x0 > 0.0
    ).cumsum(axis=0)
    steps = records.short_step[nodes]
    rows = np.full(len(nodes), -1, dtype=np.int32)
    for p in np.unique(products):
        mine = np.flatnonzero(products == p)
        origins = economy.rows[economy.rows_start[p] : economy.rows_start[p + 1]]
        sold = np.array([economy.row(int(g))[nodes[mine]] for g in origins], dtype=np.float64)
        fallen = np.zeros((len(origins), len(mine)))
        home = origins < n
        fallen[home] = fall[np.ix_(steps[mine], origins[home])].T
        for cut in blows.cuts:
            at = np.ix_(np.isin(origins, cut.sellers), np.isin(nodes[mine], cut.buyers))
            until = cut.share * cut.course.cumsum()[steps[mine]]
            fallen[at] += until[at[1].ravel()]
        lost = sold * fallen
        most = lost.argmax(axis=0)
        enough = lost.max(axis=0) > FALLEN * sold.sum(axis=0)
        rows[mine] = np.where(enough, origins[most], -1)
    return rows
