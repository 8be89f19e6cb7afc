"""Where the numbers of a shock come from, in the words of a language."""

import re

from chainwright.params import table
from chainwright.report.wording import Words

__all__ = ["source_told"]

PHRASES = ("workability", "given", "pushed_down", "low_end", "high_end")
"""Phrases of ours besides those of the table of templates."""


def source_told(source: str, words: Words) -> str:
    """Return `Shock.source` in a language: what we wrote ourselves is translated, the rest kept.

    Parameters
    ----------
    source : str
        As a shock says it, in English.
    words : Words
        The language.

    Examples
    --------
    >>> source_told("embargo: days 56 (assumption: eight weeks)", Words("zh"))
    '断供：天数 56（假设：八周）'
    >>> source_told("a letter of the ministry", Words("zh"))
    'a letter of the ministry'
    """
    english = Words("en")
    if words.language == "en":
        return source
    rows = table("shock_templates")
    told = source.replace(english.say("stress_source"), words.say("stress_source"))
    for row in rows:
        name, value = row["parameter"], float(row["value"])
        said = f"{name} {value:g} ({row['source']})"
        key = f"src_{row['template']}_{name}"
        told = told.replace(said, f"{words.say(f'src_par_{name}')} {value:g}（{words.say(key)}）")
    for phrase in PHRASES:
        told = told.replace(english.say(f"src_{phrase}"), words.say(f"src_{phrase}"))
    for template in dict.fromkeys(row["template"] for row in rows):
        begins = re.compile(rf"(^|; ){template}: (?=[^a-z])")
        told = begins.sub(rf"\1{words.say(f'src_of_{template}')}：", told)
    return re.sub(r"(?<=[）定端业设出]); ", "；", told)
