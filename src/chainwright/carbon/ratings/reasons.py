"""Why a firm is not rated, in both languages."""

from typing import NamedTuple

__all__ = ["REASONS", "Reason", "reason_place"]


class Reason(NamedTuple):
    """Why a firm is not rated in a period.

    Parameters
    ----------
    code : str
        One word; empty for a firm that is rated.
    words_en, words_zh : str
        The same for people.
    """

    code: str
    words_en: str
    words_zh: str


REASONS = (
    Reason("", "", ""),
    Reason("too_early", "the window of months is not complete yet", "滚动窗口月份尚未满"),
    Reason(
        "value_added_missing",
        "value added is missing in a month of the window",
        "窗口内有月份缺少工业增加值",
    ),
    Reason(
        "energy_missing",
        "energy or emissions are missing in a month of the window",
        "窗口内有月份缺少能耗或排放数据",
    ),
    Reason(
        "value_added_not_positive",
        "value added over the window is zero or less, so emission per value added means nothing",
        "窗口内工业增加值为零或负值，单位增加值排放无意义",
    ),
    Reason("no_class", "its class of GB/T 4754 is not known", "行业小类（GB/T 4754）未知"),
    Reason(
        "no_peers",
        "no other firm is rated in its class or in any wider group",
        "所属小类及各级上位行业均无其他可评企业",
    ),
    Reason(
        "mean_not_positive",
        "the mean of its peers is zero or less, so a ratio to it means nothing",
        "同行均值为零或负值，相对比值无意义",
    ),
    Reason(
        "method_not_valid",
        "the method is not valid in that month",
        "该月份不在评价方法有效期内",
    ),
)
"""Every reason; a rating refers to them by place, and 0 is a firm that is rated."""


def reason_place(code: str) -> int:
    """Return the place of a reason in `REASONS`.

    Parameters
    ----------
    code : str
        Its code.

    Examples
    --------
    >>> reason_place("no_class")
    5
    """
    return [reason.code for reason in REASONS].index(code)
