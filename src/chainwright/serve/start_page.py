"""The first page: look a firm up by its code or name."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from chainwright.errors import ParameterError
from chainwright.serve.rendering import rendered
from chainwright.serve.wording import PageWords

if TYPE_CHECKING:
    from chainwright.serve.code_pages import CodePages

__all__ = ["start_page"]

SHOWN = 20
LONGEST = 80
"""Characters that are looked up."""


async def start_page(codes: "CodePages", asked: str, language: str) -> bytes:
    """Return the first page, with the firms that fit what is asked.

    Parameters
    ----------
    codes : CodePages
        With the names of the registry.
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
    found, count = (await codes.names()).fitting(asked, SHOWN) if asked else ([], 0)
    other = "en" if language == "zh" else "zh"
    return rendered(
        "start.html.j2",
        words,
        title=words.say("start_title"),
        kicker="chainwright",
        heading=words.say("start_title"),
        other=f"/?q={quote(asked, safe='')}&lang={other}" if asked else f"/?lang={other}",
        q=asked,
        found=[
            {
                "firm": row["firm"],
                "name": words.of(row, "name_") or row["firm"],
                "href": f"/c/{quote(str(row['firm']), safe='')}?lang={language}",
            }
            for row in found
        ],
        count=count,
    ).encode()
