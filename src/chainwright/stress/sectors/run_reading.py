"""What a run says, in words: what was felt, or how far a cut stays below what stocks bear."""

from dataclasses import dataclass

import numpy as np

from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.run_losses import RECOVERED, RunLosses
from chainwright.stress.sectors.short_inputs import ShortInputs
from chainwright.stress.shocks.sector_blows import SectorBlows

__all__ = ["DeepestCut", "deepest_cut", "reading"]

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
        Of the node's use of the product that is cut; of an origin, all of it.
    days : float [day]
        How long, counting parts of the cut as parts of days.
    borne : float [day]
        Days of use that stocks bear before they limit, ``(1 - psi) s``.
    """

    product: int
    user: int
    share: float
    days: float
    borne: float


def deepest_cut(
    economy: Economy, blows: SectorBlows, *, stock_days: np.ndarray, psi: float, pooled: bool
) -> DeepestCut | None:
    """Return the cut whose share times days comes nearest to (or exceeds) what stocks bear.

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
    found: DeepestCut | None = None
    worst = -1.0
    for cut in blows.cuts:
        days = float(cut.course.sum()) * economy.step_days
        for p in np.unique(economy.row_product[cut.sellers]):
            if not len(cut.buyers) or not np.isfinite(stock_days[p]):
                continue
            rows = [int(g) for g in cut.sellers if economy.row_product[g] == p]
            sold = sum(economy.row(g)[cut.buyers].astype(np.float64) for g in rows)
            all_rows = economy.A_C[p, cut.buyers] * economy.x0[cut.buyers] * economy.steps_per_year
            share = np.divide(sold, all_rows, out=np.zeros(len(sold)), where=all_rows > 0.0)
            f = int(share.argmax())
            m = cut.share * (float(share[f]) if pooled else float(share[f] > 0.0))
            borne = (1.0 - psi) * float(stock_days[p])
            if m * days > worst * max(borne, 1e-12):
                worst = m * days / max(borne, 1e-12)
                found = DeepestCut(int(p), int(cut.buyers[f]), m, days, borne)
    return found


def reading(
    end: str,
    losses: RunLosses,
    short: ShortInputs,
    deepest: DeepestCut | None,
    *,
    priority: bool,
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
    """
    economy = losses.economy
    days = float(losses.lost.sum() / economy.x0.sum()) * economy.step_days
    english, chinese = [WHAT[end][0]], [WHAT[end][1]]
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
        told = _not_felt(economy, deepest)
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
    return " ".join(english), "".join(chinese)


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


def _not_felt(economy: Economy, cut: DeepestCut) -> tuple[str, str]:
    m, d, borne = cut.share, cut.days, cut.borne
    product, user = economy.products, economy.codes[cut.user]
    below = m * d < borne
    of = {
        "m": f"{100 * m:.3g}",
        "d": f"{d:g}",
        "md": f"{m * d:.3g}",
        "borne": f"{borne:.3g}",
        "user": user,
    }
    if below:
        english = (
            "Not felt through stocks: a cut of share m for d days stays below (1 - psi) s. At "
            "most it takes {m} % of what {user} uses of {product} for {d} days: {md} days of use, "
            "where stocks bear {borne}. A deeper or longer cut, or smaller stocks, may be felt."
        )
        chinese = (
            "未经库存传导显现：断供份额 m 持续 d 天，低于 (1 − psi) s。"
            "最多切断 {user} 所用{product}的 {m}%，"
            "持续 {d} 天，相当于 {md} 天用量，而库存可承受 {borne} 天。"
            "更深、更久的断供或更少的库存则可能显现。"
        )
    else:
        english = (
            "Not felt through stocks in this run: no stock fell below psi of its target, though "
            "at most {m} % of what {user} uses of {product} is cut for {d} days, {md} days of use "
            "where stocks bear {borne}: other origins delivered instead. Where they cannot, it is "
            "felt: see the other end."
        )
        chinese = (
            "本次运行中未经库存传导显现：没有库存降至目标的 psi 以下；"
            "尽管最多切断 {user} 所用{product}的 {m}%，"
            "持续 {d} 天，相当于 {md} 天用量，而库存可承受 {borne} 天——由其他来源补足。"
            "若其他来源不能补足则会显现：见另一端点。"
        )
    return (
        english.format_map({**of, "product": product.name(cut.product)}),
        chinese.format_map({**of, "product": product.name(cut.product, "zh")}),
    )
