"""The first page: look a firm up by its code or name."""

from typing import Any
from urllib.parse import quote

from chainwright.errors import ParameterError
from chainwright.serve.code_pages import CodeStore
from chainwright.serve.rendering import rendered
from chainwright.serve.wording import PageWords

__all__ = ["start_page"]

SHOWN = 20
LONGEST = 80
"""Characters that are looked up."""


def start_page(store: CodeStore, asked: str, language: str) -> bytes:
    """Return the first page, with the firms that fit what is asked.

    Parameters
    ----------
    store : CodeStore
        Where the registry is.
    asked : str
        Part of a code or name; nothing for the empty form.
    language : str
        ``"zh"`` or ``"en"``.

    Raises
    ------
    ParameterError
        If it is longer than any name.
    """
    if len(asked) > LONGEST:
        raise ParameterError("q", "this page", f"{LONGEST} characters at most", asked[:LONGEST])
    words = PageWords(language)
    asked = asked.strip()
    found, count = _fitting(store, asked, words) if asked else ([], 0)
    other = "en" if language == "zh" else "zh"
    return rendered(
        "start.html.j2",
        words,
        title=words.say("start_title"),
        kicker="chainwright",
        heading=words.say("start_title"),
        other=f"/?q={quote(asked, safe='')}&lang={other}" if asked else f"/?lang={other}",
        q=asked,
        found=found,
        count=count,
    ).encode()


def _fitting(store: CodeStore, asked: str, words: PageWords) -> tuple[list[dict[str, Any]], int]:
    """Return the first firms that fit, those whose code begins so first, and how many there are."""
    frame = store.firms()
    columns = [frame[name].fillna("") for name in ("firm", "name_zh", "name_en")]
    wanted = asked.casefold()
    fits = [column.str.casefold().str.contains(wanted, regex=False) for column in columns]
    hits = frame[fits[0] | fits[1] | fits[2]]
    begins = hits["firm"].str.casefold().str.startswith(wanted)
    hits = hits.assign(later=~begins).sort_values(["later", "firm"], kind="stable")
    rows = hits.head(SHOWN).to_dict("records")
    return [
        {
            "firm": row["firm"],
            "name": words.of(row, "name_") or row["firm"],
            "href": f"/c/{quote(str(row['firm']), safe='')}?lang={words.language}",
        }
        for row in rows
    ], len(hits)
