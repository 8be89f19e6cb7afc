"""Why a place or product has no number, or one to be read with care: keys and words."""

from collections.abc import Iterable

__all__ = ["COMPLEXITY_REASONS", "worded"]

COMPLEXITY_REASONS: dict[str, tuple[str, str]] = {
    "not asked for": (
        "Left out: not among the codes that were asked for.",
        "已剔除：不在所选代码之内。",
    ),
    "small share": (
        "Left out: its share of all exports is below the least that was asked for.",
        "已剔除：占全部出口的份额低于所设下限。",
    ),
    "few products": (
        "Left out: it has fewer products with an advantage than was asked for.",
        "已剔除：具有比较优势的产品数少于所设下限。",
    ),
    "few places": (
        "Left out: fewer places have an advantage in it than was asked for.",
        "已剔除：在该产品上具有比较优势的地区数少于所设下限。",
    ),
    "empty": ("No exports.", "没有出口。"),
    "empty after filter": (
        "No exports among the places and products that were kept.",
        "在保留的地区与产品中没有出口。",
    ),
    "no advantage": ("No revealed advantage anywhere.", "没有任何显示性比较优势。"),
    "alone": (
        "Shares no product with an advantage with any other place, so its complexity is not "
        "defined.",
        "没有与其他地区共有的优势产品，复杂度无定义。",
    ),
    "alone product": (
        "No two places and two products hang together around it, so its complexity is not defined.",
        "其关联的地区或产品不足两个，复杂度无定义。",
    ),
    "apart": (
        "Places and products fall into parts that share nothing: numbers compare only within the "
        "part, and this is not the largest.",
        "地区与产品分为互不相连的几部分：数值只能在同一部分内比较，且此处不是最大的部分。",
    ),
    "flat": (
        "Nothing tells the places apart, so complexity is not defined.",
        "各地区之间没有差别，复杂度无定义。",
    ),
    "undetermined": (
        "The second and the third eigenvalue are equal, so the direction of complexity is not "
        "determined: read the number with care.",
        "第二与第三特征值相等，复杂度的方向不能确定：请谨慎解读。",
    ),
    "no given complexity": (
        "No complexity was given for this product.",
        "未给出该产品的复杂度。",
    ),
    "none of its products given": (
        "No complexity was given for any product that it has.",
        "其优势产品均未给出复杂度。",
    ),
}
"""English and Chinese by key."""


def worded(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the reasons in English and in Chinese; empty for an empty key.

    Parameters
    ----------
    keys : iterable of str
        Keys of `COMPLEXITY_REASONS`, or empty text.

    Examples
    --------
    >>> worded(["", "empty"])
    (['', 'No exports.'], ['', '没有出口。'])
    """
    said = [COMPLEXITY_REASONS.get(key, ("", "")) for key in keys]
    return [en for en, _ in said], [zh for _, zh in said]
