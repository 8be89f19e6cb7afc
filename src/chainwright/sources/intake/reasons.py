"""Reasons in English and Chinese, from a code and the words that fill it."""

from functools import cache

from chainwright.params import table

__all__ = ["in_words"]


@cache
def _texts() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["english"], row["chinese"]) for row in table("intake_reasons")}


def in_words(code: str, **words: object) -> tuple[str, str]:
    """Return a reason in English and in Chinese; nothing for an empty code.

    Parameters
    ----------
    code : str
        One of the fact table ``intake_reasons``.
    **words
        What the reason leaves open.

    Examples
    --------
    >>> in_words("same_line", row=7)
    ('The same line as in row 7.', '与第 7 行相同。')
    """
    if not code:
        return "", ""
    english, chinese = _texts()[code]
    return english.format(**words), chinese.format(**words)
