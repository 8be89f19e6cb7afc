"""What the audits say, in Chinese: their sentences by pattern."""

import re
from functools import cache

from chainwright.params import table

__all__ = ["in_chinese"]

GAP = re.compile(r"\\\{(\d)\\\}")
"""The place of a number or a code in an escaped pattern."""


def in_chinese(said: str) -> str:
    """Return what an audit said in Chinese; as it was said where it is made of codes alone.

    Parameters
    ----------
    said : str
        A test, a status, a place or a finding.

    Examples
    --------
    >>> in_chinese("WARNING"), in_chinese("3 years, 2018 to 2020"), in_chinese("HS2017")
    ('警告', '3 个年份，2018 至 2020', 'HS2017')
    """
    for pattern, chinese in _patterns():
        if held := pattern.fullmatch(said):
            return chinese.format(*held.groups())
    return said


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns of sentences in their order: a longer one stands before its part."""
    return tuple(
        (re.compile(GAP.sub("(.+?)", re.escape(row["english"])), re.DOTALL), row["chinese"])
        for row in table("audit_words")
    )
