"""In what losses are counted where margins are missing: a sentence, English and Chinese."""

import numpy as np

from chainwright.diagnose.maker.outage_programme import Weight
from chainwright.params.agreement import agreed
from chainwright.system import Maker

__all__ = ["margin_remark"]

UNITS = (
    "Losses here are counted in units of products, not in money: of {sold} {sold:product|products} "
    "{silent} {silent:has|have} no margin. What the missing margins would change is answered in "
    "money instead, with {share} % of the price taken for each (an assumption).",
    "此处损失按产品数量而非金额计：{sold} 种产品中有 {silent} 种未给出毛利。"
    "缺失数据一项则按金额计，缺失的毛利取单价的 {share}%（假设值）。",
)
MONEY = (
    "Losses here are counted in money: of {sold} {sold:product|products} {silent} "
    "{silent:has|have} no margin, and {share} % of the price is taken for {silent:it|each} (an "
    "assumption). The ranking of exposure counts units instead.",
    "此处损失按金额计：{sold} 种产品中有 {silent} 种未给出毛利，取单价的 {share}%（假设值）。"
    "暴露排序则按产品数量计。",
)
ALL_UNITS = (
    "Losses are counted in units of products, not in money: of {sold} {sold:product|products} "
    "{silent} {silent:has|have} no margin.",
    "损失按产品数量而非金额计：{sold} 种产品中有 {silent} 种未给出毛利。",
)


def margin_remark(maker: Maker, weight: Weight, *, share: float, filled: bool) -> tuple[str, str]:
    """Return in what losses are counted where a margin is missing; nothing where none is.

    Parameters
    ----------
    maker : Maker
        The chain as it is given.
    weight : str
        What the losses of an answer are weighed by.
    share : float
        Share of the price that `missing_data` takes for a margin that is not given.
    filled : bool
        Whether the answer took that share itself.
    """
    network = maker.network
    sold = network.demand > 0.0
    silent = np.isnan(network.margin) & sold
    if not silent.any() or weight == "price":
        return "", ""
    if weight == "margin":
        texts = MONEY if filled else ("", "")
    else:
        priced = not np.isnan(network.price[silent]).any()
        texts = UNITS if priced and not filled else ALL_UNITS
    given = {"sold": int(sold.sum()), "silent": int(silent.sum()), "share": f"{100 * share:g}"}
    return agreed(texts[0], **given), agreed(texts[1], **given)
