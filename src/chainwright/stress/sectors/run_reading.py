"""What a run says, in words: what was felt, or how far a cut stays below what stocks bear."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.run_losses import RECOVERED, RunLosses
from chainwright.stress.sectors.short_inputs import ShortInputs
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["DeepestCut", "deepest_cut", "reading"]

Numbers = npt.NDArray[np.float64]

SMALL = 5e-7
"""Share of output up to which a loss of the whole run counts as none."""


@dataclass(frozen=True)
class DeepestCut:
    """The input that a cut takes most of, in days of the stock that bears it.

    Parameters
    ----------
    product, user : int
        Product and node.
    share : float [share]
        Of the node's use of the product that is cut, when most is; of an origin, of what comes
        from it.
    days : float [day]
        How long, counting days on which less of it is cut as parts of days.
    borne : float [day]
        Days of use that stocks bear before they limit, ``(1 - psi) s``.
    row : int, optional
        Origin of the stock; none where stocks are pooled.
    """

    product: int
    user: int
    share: float
    days: float
    borne: float
    row: int | None


def deepest_cut(
    economy: Economy, blows: SectorBlows, *, stock_days: np.ndarray, psi: float, pooled: bool
) -> DeepestCut | None:
    """Return the cut whose share times days comes nearest to (or exceeds) what stocks bear.

    All cuts of a product count together, the largest of those of one delivery on each day.

    Parameters
    ----------
    economy : Economy
        With its deliveries.
    blows : SectorBlows
        With cuts of deliveries to producers.
    stock_days : ndarray, shape (S,) [day]
        Target stocks.
    psi : float [share]
        Share of the target stock below which production is limited.
    pooled : bool
        Whether a cut takes its part of the whole stock, or of the stock of its own origin.
    """
    if not blows.cuts:
        return None
    sizes = np.array([cut.share * cut.course for cut in blows.cuts])
    sells = np.zeros((len(blows.cuts), economy.n + economy.r), dtype=np.bool_)
    buys = np.zeros((len(blows.cuts), economy.n), dtype=np.bool_)
    for c, cut in enumerate(blows.cuts):
        sells[c, cut.sellers], buys[c, cut.buyers] = True, True
    found: DeepestCut | None = None
    worst = -1.0
    rows = np.flatnonzero(sells.any(axis=0))
    for p in np.unique(economy.row_product[rows]):
        if not np.isfinite(stock_days[p]):
            continue
        of_product = rows[economy.row_product[rows] == p]
        used = economy.A_C[p] * economy.x0 * economy.steps_per_year
        borne = (1.0 - psi) * float(stock_days[p])
        for stock in [of_product] if pooled else of_product[:, None]:
            weights = [
                _parts(economy.row(int(g)).astype(np.float64), used, whole=not pooled)
                for g in stock
            ]
            lost = [_lost(sizes[sells[:, g]], buys[sells[:, g]]) for g in stock]
            days = sum(w * x.sum(axis=0)[of] for w, (x, of) in zip(weights, lost, strict=True))
            f = int(np.argmax(days))
            if days[f] * economy.step_days <= worst * max(borne, 1e-12):
                continue
            course = sum(w[f] * x[:, of[f]] for w, (x, of) in zip(weights, lost, strict=True))
            m, cut_days = float(course.max()), float(course.sum()) * economy.step_days
            if m > 0.0:
                row = None if pooled else int(stock[0])
                worst = cut_days / max(borne, 1e-12)
                found = DeepestCut(int(p), f, m, cut_days / m, borne, row)
    return found


def _parts(sold: Numbers, used: Numbers, *, whole: bool) -> Numbers:
    """Return what a row delivers to each buyer, of all that it uses; of itself if `whole`."""
    of = np.where(used > 0.0, used, 1.0)
    return np.asarray((sold > 0.0) & (used > 0.0) if whole else sold * (used > 0.0) / of, float)


def _lost(sizes: Numbers, buys: npt.NDArray[np.bool_]) -> tuple[Numbers, npt.NDArray[np.intp]]:
    """Return courses (T, k) of what is cut, the largest of the blows, and which a buyer has (n,).

    Buyers whom the same cuts hit have one course.
    """
    sets, of = np.unique(buys, axis=1, return_inverse=True)
    course = (sizes[:, :, None] * sets[:, None, :]).max(axis=0)
    return course, np.asarray(of, dtype=np.intp).reshape(-1)


def reading(
    end: str,
    losses: RunLosses,
    short: ShortInputs,
    deepest: DeepestCut | None,
    *,
    priority: bool,
    replaceable: float = 1.0,
    ready: bool = False,
) -> tuple[str, str]:
    """Return what a run says, in English and Chinese; nothing is ever called safe.

    Parameters
    ----------
    end : str
        Which run.
    losses : RunLosses
        What it loses.
    short : ShortInputs
        What ran short.
    deepest : DeepestCut, optional
        Where deliveries are cut.
    priority : bool
        Whether producers' orders are served before final demand.
    replaceable : float [share]
        Of what is cut off, how much can be ordered of other origins where stocks are pooled.
    ready : bool
        Whether anything is held ready.
    """
    economy = losses.economy
    days = float(losses.lost.sum() / economy.x0.sum()) * economy.step_days
    what = WHAT[end]
    if end == "pooled" and replaceable < 1.0:
        share = f"{100 * replaceable:.3g}"
        what = REPLACED[0].format(share=share), REPLACED[1].format(share=share)
    english, chinese = [what[0]], [what[1]]
    if ready:
        english.append(READY[0])
        chinese.append(READY[1])
    if len(short):
        of = {
            "count": f"{len(short):,}",
            "user": economy.codes[short.nodes[0]],
            "day": f"{short.days[0]:g}",
        }
        english.append(
            "{count} nodes ran short of an input, {user} first, on day {day}.".format_map(of)
            if len(short) > 1
            else "{user} ran short of an input, on day {day}.".format_map(of)
        )
        chinese.append("{count} 个节点出现投入短缺，最先为 {user}（第 {day} 天）。".format_map(of))
    elif deepest is not None:
        helped = ready or (end == "pooled" and replaceable < 1.0)
        told = _not_felt(economy, deepest, HELPED if helped else INSTEAD[deepest.row is None])
        english.append(told[0])
        chinese.append(told[1])
    else:
        english.append("No stock ever limited production.")
        chinese.append("库存从未限制生产。")
    if abs(days) <= SMALL * losses.steps * economy.step_days:
        english.append("Output as a whole does not change.")
        chinese.append("总产出不变。")
    else:
        word_en, word_zh = ("lost", "损失") if days > 0.0 else ("gained", "增加")
        english.append(f"All output {word_en}: {abs(days):.3g} days of output at rest.")
        chinese.append(f"总产出{word_zh}：相当于稳态产出 {abs(days):.3g} 天。")
    last = float(losses.records.production[-1].sum() / economy.x0.sum())
    if len(short) and last < RECOVERED and not priority:
        english.append(FEEDS_ITSELF[0].format(last=f"{100 * last:.3g}"))
        chinese.append(FEEDS_ITSELF[1].format(last=f"{100 * last:.3g}"))
    elif len(short) and last < RECOVERED and end == "by_origin":
        english.append(STAYS_DOWN[0].format(last=f"{100 * last:.3g}"))
        chinese.append(STAYS_DOWN[1].format(last=f"{100 * last:.3g}"))
    return " ".join(english), "".join(chinese)


STAYS_DOWN = (
    "It ends at {last} % of output at rest: where nothing is replaced, producers that hold few "
    "days of stock and need one another can stay down together. Read this end as a bound.",
    "期末产出仅为稳态的 {last}%：若任何来源都不可替代，库存天数很少又彼此依赖的生产者可能"
    "一同停滞。此端仅作为界限。",
)

FEEDS_ITSELF = (
    "It ends at {last} % of output at rest: with proportional rationing final users take what "
    "producers lack, so that shortage feeds itself. Do not read this as a forecast; compare with "
    "rationing='priority'.",
    "期末产出仅为稳态的 {last}%：按比例配给时，最终用户分走生产者所缺的投入，短缺自我加剧。"
    "请勿视为预测，可与 rationing='priority' 比较。",
)

WHAT = {
    "pooled": (
        "Any origin of a product replaces any other.",
        "同一产品的任何来源可互相替代。",
    ),
    "by_origin": (
        "No origin of any product replaces another, anywhere: the far end, not a forecast.",
        "任何产品的任何来源都不可互相替代：这是极端端点，并非预测。",
    ),
    "chosen": (
        "Origins replace each other by the elasticity asked for.",
        "各来源按所给弹性互相替代。",
    ),
    "single": ("No deliveries are cut, so there is one run.", "没有断供，因此只有一次运行。"),
}


def _not_felt(economy: Economy, cut: DeepestCut, instead: tuple[str, str]) -> tuple[str, str]:
    m, d, borne = cut.share, cut.days, cut.borne
    product, user = economy.products, economy.codes[cut.user]
    below = m * d < borne
    origin = "" if cut.row is None else economy.codes[cut.row].rpartition(":")[0]
    of = {
        "m": f"{100 * m:.3g}",
        "d": f"{d:g}",
        "md": f"{m * d:.3g}",
        "borne": f"{borne:.3g}",
        "user": user,
        "from_en": f" from {origin}" if origin else "",
        "from_zh": f"来自 {origin} 的" if origin else "",
    }
    if below:
        english = (
            "Not felt through stocks: a cut of share m for d days stays below (1 - psi) s (psi: "
            "share of the target stock below which output falls; s: target stock in days of use). "
            "At most it takes {m} % of what {user} uses of {product}{from_en} for {d} days: "
            "{md} days of use, where stocks bear {borne}. A deeper or longer cut, or smaller "
            "stocks, may be felt."
        )
        chinese = (
            "未经库存传导显现：断供份额 m 持续 d 天，低于 (1 − psi) s"
            "（psi：库存低于目标库存的这一份额时产出开始下降；s：目标库存，以使用天数计）。"
            "最多切断 {user} 所用{from_zh}{product}的 {m}%，"
            "持续 {d} 天，相当于 {md} 天用量，而库存可承受 {borne} 天。"
            "更深、更久的断供或更少的库存则可能显现。"
        )
    else:
        english = (
            "Not felt through stocks in this run: no stock limited production, though at most "
            "{m} % of what {user} uses of {product}{from_en} is cut for {d} days, {md} days of "
            "use where stocks bear {borne}: "
        )
        chinese = (
            "本次运行中未经库存传导显现：没有库存限制生产；"
            "尽管最多切断 {user} 所用{from_zh}{product}的 {m}%，"
            "持续 {d} 天，相当于 {md} 天用量，而库存可承受 {borne} 天——"
        )
        english += instead[0]
        chinese += instead[1]
    return (
        english.format_map({**of, "product": product.name(cut.product)}),
        chinese.format_map({**of, "product": product.name(cut.product, "zh")}),
    )


INSTEAD = {
    True: (
        "other origins delivered instead. Where they cannot, it is felt: see the other end.",
        "由其他来源补足。若其他来源不能补足则会显现：见另一端点。",
    ),
    False: (
        "less was used meanwhile, or this input does not limit in this model.",
        "期间用量较少，或该投入在本模型中不构成限制。",
    ),
}
"""Why a deep cut was not felt, by whether stocks are pooled."""

HELPED = (
    "other origins or what is held ready made up for it, or less was used meanwhile.",
    "由其他来源或所备保障补足，或期间用量较少。",
)
"""The same where something is held ready, or not all can be replaced."""

REPLACED = (
    "Stocks of a product are pooled; of what is cut off {share} % can be ordered of other origins, "
    "more where there is a second source. Nobody replaces the rest, but stocks in hand of other "
    "origins stand in while they last.",
    "同一产品的库存合并使用；断供部分的 {share}% 可改向其他来源订货，有第二来源者更多；"
    "其余无人替代，但手中其他来源的库存在耗尽之前可以顶替。",
)

READY = ("What the system holds ready is in force.", "系统所备保障措施已计入。")
