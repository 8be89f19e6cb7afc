"""The page that verifies the text of a code."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from chainwright.carbon.codes.verifying import VerifiedCode
from chainwright.carbon.documents.known_names import class_names, division_names
from chainwright.errors import CodeError, ParameterError
from chainwright.serve.rendering import rendered
from chainwright.serve.standings import checked
from chainwright.serve.wording import PageWords

if TYPE_CHECKING:
    from chainwright.serve.code_pages import CodePages

__all__ = ["posted_text", "verify_page"]

FIELD = "text"


@dataclass(frozen=True)
class Answer:
    """What is said of a text."""

    title: str
    why: str
    holds: bool = False
    official: bool = False
    rows: tuple[tuple[str, str], ...] = ()


def posted_text(body: bytes) -> str:
    """Return the text of a code that a form sends.

    Line ends and tabs, which a paste may bring, are taken out; a blank is a character of codes and
    stays.

    Parameters
    ----------
    body : bytes
        The `body` of the request, as forms are written (URL-encoded, UTF-8).

    Raises
    ------
    ParameterError
        If it is no such form, or has other fields than ``text``, once.
    """
    try:
        given = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=4, errors="strict"
        )
    except ValueError:
        raise ParameterError("body", "the form", "fields of a form in UTF-8", "other") from None
    names = [name for name, _ in given]
    if names != [FIELD]:
        raise ParameterError("body", "the form", f"one field, {FIELD!r}", ", ".join(names)[:80])
    return "".join(c for c in given[0][1] if c not in "\r\n\t")


def verify_page(codes: "CodePages", text: str | None, language: str) -> bytes:
    """Return the page with the form, and what is to be said of a text.

    Parameters
    ----------
    codes : CodePages
        With the trust list and the status list that are used here.
    text : str, optional
        The text of a code; without it the form alone.
    language : str
        ``"zh"`` or ``"en"``.
    """
    words = PageWords(language)
    title = words.say("verify_title")
    return rendered(
        "verify.html.j2",
        words,
        title=title,
        kicker="chainwright",
        heading=title,
        other=f"/verify?lang={'en' if language == 'zh' else 'zh'}",
        text=text or "",
        answer=None if text is None else _answer(codes, text, words),
    ).encode()


def _answer(codes: "CodePages", text: str, words: PageWords) -> Answer:
    if codes.trust is None:
        return Answer(words.say("verified_none"), words.say("no_trust"))
    at, last = codes.clock().astimezone(UTC), codes.trust.expires
    if at.date() > last:
        why = words.say("overdue", day=words.day(last.isoformat()))
        return Answer(words.say("verified_none"), why)
    try:
        found = checked(text, codes.trust, codes.status(), at)
    except CodeError as error:
        why = words.say(f"refused_{error.reason}")
        return Answer(words.say("verified_no"), why)
    reason = codes.withdrawn_here(found)
    if reason:
        why = f"{words.say('refused_withdrawn')} {reason}"
        return Answer(words.say("verified_no"), why)
    why = words.say("verified_yes_why", issuer=found.key.name(words.language))
    return Answer(
        words.say("verified_yes"),
        why,
        holds=True,
        official=found.official,
        rows=_rows(found, words),
    )


def _rows(found: VerifiedCode, words: PageWords) -> tuple[tuple[str, str], ...]:
    """Return what a code says, as people read it."""
    c, say = found.claims, words.say
    class_, division = class_names(c.gbt4754), division_names(c.division)
    first, last = (f"{d // 10000:04d}-{d // 100 % 100:02d}-{d % 100:02d}" for d in c.period)
    kinds, measured, estimated, missing = c.inputs
    standing = say("withdrawn_unknown")
    if found.status is not None:
        day = datetime.fromtimestamp(found.status, UTC).date().isoformat()
        key = "withdrawn_late" if found.outdated else "withdrawn_not"
        standing = words.say(key, day=words.day(day))
    unit = say("unit_intensity")
    return (
        (say("credit_code"), c.firm),
        (say("class"), f"{c.gbt4754} {words.of(class_, 'class_')}".strip()),
        (say("division"), f"{c.division} {words.of(division, 'division_')}".strip()),
        (say("period"), f"{words.day(first)} – {words.day(last)}"),
        (say("total"), f"{words.number(c.net)} {say('unit_t')}"),
        (say("efficiency"), words.number(c.ratio)),
        (say("intensity"), f"{words.number(c.intensity)} {unit}"),
        (say("grade_short"), str(c.grade) if c.grade else f"{say('not_rated')}: {c.reason}"),
        (say("neutralised"), words.share(c.neutrality)),
        (
            say("inputs"),
            say("coverage", measured=measured, estimated=estimated, missing=missing)
            + f" / {kinds}",
        ),
        (say("method_name"), c.method),
        (say("code_issuer"), f"{found.key.name(words.language)} ({found.key.public.kid.hex()})"),
        (say("withdrawn_checked"), standing),
    )
