"""Remarks of events in English and Chinese."""

from chainwright.params.agreement import agreed

__all__ = ["REMARKS", "remark"]

REMARKS = {
    "no loss": (
        "Customers get all they want: stock and what still works last until all works again.",
        "客户需求可全部满足：库存与在产能力可支撑到全部恢复。",
    ),
    "nothing out": ("No site is out.", "没有停产场所。"),
    "potential counted": (
        "{n} potential {n:site is|sites are} counted as out for {n:its|their} time to recover, "
        "from now on.",
        "{n}处潜在场所按其恢复时间自此刻起计为停产。",
    ),
    "recovery assumed": (
        "Of {n} of these the time to recover is an assumption ({weeks} {weeks:week|weeks}).",
        "其中{n}处的恢复时间为假设值（{weeks}周）。",
    ),
    "capacity assumed": (
        "Of {n} {n:node|nodes} of short items that still {n:works|work} the capacity is an "
        "assumption (plan plus {share:.0%}).",
        "{n}个仍在产的短缺物料节点产能为假设值（计划量加{share:.0%}）。",
    ),
    "old stock": (
        "The oldest count of stock is of {date}; what was used since is not taken off.",
        "最早的库存盘点日期为{date}；其后消耗未扣除。",
    ),
    "torn": (
        "The last line of the log was cut off while it was written and is not counted.",
        "日志最后一行写入时中断，未计入。",
    ),
    "other tables": (
        "The maker's tables are not those in which the event was opened.",
        "企业数据表已不同于建立事件时。",
    ),
    "confirmed": ("As confirmed, less the weeks that have passed.", "按确认周数，扣除已过时间。"),
    "over": ("The weeks that were confirmed have passed.", "确认的周数已过。"),
    "potential": ("Its time to recover.", "其恢复时间。"),
    "potential assumed": ("Its time to recover, an assumption.", "其恢复时间，为假设值。"),
    "potential not counted": (
        "Potential: counted in the high case alone.",
        "潜在影响：仅计入高情形。",
    ),
    "makes nothing": ("Potential, and nothing is made there.", "潜在影响，但该处不生产物料。"),
    "works": ("It works.", "正常运转。"),
}
"""What an answer about an event remarks, by what it is about."""


def remark(key: str, **values: object) -> tuple[str, str]:
    """Return one of `REMARKS` in English and Chinese.

    Parameters
    ----------
    key : str
        Which.
    **values
        What is filled in.

    Examples
    --------
    >>> remark("works")
    ('It works.', '正常运转。')
    """
    english, chinese = REMARKS[key]
    return agreed(english, **values), agreed(chinese, **values)
