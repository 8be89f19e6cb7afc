"""Rules by which a line gets its factor: their codes, and what they say to people."""

from functools import cache
from typing import TYPE_CHECKING

from chainwright.carbon.factors.factor_records import factor_table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["factor_rules"]


@cache
def factor_rules() -> "Mapping[str, tuple[str, str, str]]":
    """Return every rule by its code: code, words in English, words in Chinese.

    Examples
    --------
    >>> factor_rules()["heat_default"][1]
    'default of heat bought'
    """
    return {
        row["code"]: (row["code"], row["words_en"], row["words_zh"])
        for row in factor_table("factor_rules")
    }
