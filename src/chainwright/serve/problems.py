"""Pages for what went wrong: the right status, words in two languages, a number, no innards."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from chainwright.serve.rendering import rendered
from chainwright.serve.wording import LANGUAGES, PageWords, wanted_language

__all__ = ["Problems", "language_of"]

LOG = logging.getLogger("chainwright.serve")
SHOWN = 1000
"""Characters of a message that a page shows."""


def language_of(scope: Mapping[str, Any], default: str) -> str:
    """Return the language of an answer: asked for in the address, by the browser, or the default.

    Parameters
    ----------
    scope : mapping
        The request (ASGI).
    default : str
        The language where nobody asks for one.
    """
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [])
    if asked and asked[0] in LANGUAGES:
        return str(asked[0])
    accepted = [v for n, v in scope["headers"] if n.lower() == b"accept-language"]
    return wanted_language(b",".join(accepted).decode("latin-1"), default)


class Problems:
    """What makes problem pages and writes each into the log under the number that it shows.

    Parameters
    ----------
    language : str
        The language where nobody asks for one.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(
        self,
        scope: Mapping[str, Any],
        status: int,
        detail: str,
        *,
        reason: str = "",
        cause: BaseException | None = None,
    ) -> tuple[str, bytes]:
        """Return the type and the bytes of the page of a problem.

        Parameters
        ----------
        scope : mapping
            The request (ASGI).
        status : int
            HTTP status.
        detail : str
            What our error says, in English.
        reason : str
            A reason that is shown as it is, in the words of whoever gave it.
        cause : exception, optional
            What went wrong unexpectedly: for the log alone.
        """
        number = uuid4().hex[:12]
        words = PageWords(language_of(scope, self.language))
        key = f"problem_{status}" if words.knows(f"problem_{status}") else "problem_400"
        title, why = words.say(key), words.say(f"{key}_why")
        note = {
            "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": number,
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "problem": detail,
        }
        level = logging.ERROR if status >= 500 else logging.WARNING
        LOG.log(level, json.dumps(note, ensure_ascii=True), exc_info=cause)
        if scope["path"].endswith(".json"):
            given = {"type": "about:blank", "title": title, "status": status, "id": number}
            told = given | {"detail": " ".join(filter(None, (why, reason, detail)))[:SHOWN]}
            return "application/problem+json; charset=utf-8", _json(told)
        page = rendered(
            "problem.html.j2",
            words,
            title=title,
            kicker=words.say("kicker"),
            heading=title,
            other="",
            why=why,
            reason=reason[:SHOWN],
            detail=detail[:SHOWN],
            number=number,
        )
        return "text/html; charset=utf-8", page.encode()


def _json(given: Mapping[str, object]) -> bytes:
    return json.dumps(given, ensure_ascii=False, indent=1).encode()
