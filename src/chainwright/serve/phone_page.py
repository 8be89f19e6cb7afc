"""The page that a phone shows for one carbon efficiency code."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from chainwright.serve.pictures import Trend, grade_scale, peer_picture, trend
from chainwright.serve.rendering import rendered
from chainwright.serve.standings import Standing
from chainwright.serve.wording import PageWords

__all__ = ["phone_page"]

SPREAD = ("low", "quarter", "median", "three_quarters", "high")
Drawn = tuple[str, Trend, str, str, str]


def phone_page(
    document: Mapping[str, Any],
    words: PageWords,
    *,
    qr: str = "",
    standing: Standing | None = None,
) -> str:
    """Return a carbon efficiency code as one HTML page without script or outside asset.

    Parameters
    ----------
    document : dict
        The code, in the form of `chainwright.carbon.documents`.
    words : PageWords
        The language.
    qr : str
        Its QR code as an SVG of ours.
    standing : Standing, optional
        How far it may be relied on; not checked at all if not given.
    """
    firm, efficiency = document["firm"], document["efficiency"]
    name = words.of(firm, "name_") or firm["id"]
    grade = efficiency["grade"]
    link = _links(document, words)
    return rendered(
        "code.html.j2",
        words,
        title=words.say(
            "page_title", firm=name, month=words.month(document["period"]["month"])
        ),
        kicker=words.say("kicker"),
        heading=name,
        other=link("", "en" if words.language == "zh" else "zh"),
        document=document,
        link=link,
        standing=standing or Standing("unchecked" if document["signature"] else "unsigned"),
        grade_words=words.say("grade", grade=grade) if grade else words.say("not_rated"),
        rival=_rival(efficiency["probability"], grade),
        scale=grade_scale(efficiency["bounds"], efficiency["value"] if grade else None),
        scale_words=_scale_words(efficiency, words),
        compared=_compared(document, words),
        whole_digits=len(firm["class"].rpartition(";")[2]),
        **_spread(document, words),
        trends=_trends(document, words),
        yuan=lambda amount: yuan(amount, words),
        qr=_labelled(qr, words.say("qr_label", firm=name)),
    )  # fmt: skip


def yuan(amount: float, words: PageWords) -> str:
    """Return an `amount` of yuan in `words`: in 万 or million where it is that much."""
    size = 1e4 if words.language == "zh" else 1e6
    if abs(amount) < size:
        return words.say("yuan", n=words.number(amount))
    return words.say("many_yuan", n=words.number(amount / size))


def _links(document: Mapping[str, Any], words: PageWords) -> Callable[..., str]:
    """Return what gives the address of a page beside this one, for the same month."""
    firm = quote(document["firm"]["id"], safe="")
    month = document["period"]["month"]

    def link(page: str, language: str = words.language) -> str:
        tail = {"": "", "json": ".json"}.get(page, f"/{page}")
        return f"/c/{firm}{tail}?period={month}&lang={language}"

    return link


def _rival(probability: Sequence[float] | None, grade: int) -> int:
    """Return the grade that is the likeliest beside the one given, where it may well be; or 0."""
    if not probability or not grade:
        return 0
    others = [(p, i + 1) for i, p in enumerate(probability) if i + 1 != grade]
    share, place = max(others)
    return place if share >= 0.005 else 0


def _scale_words(efficiency: Mapping[str, Any], words: PageWords) -> str:
    bounds = efficiency["bounds"]
    told = words.say("scale_label", bounds=", ".join(f"{b:g}" for b in bounds))
    if not efficiency["grade"]:
        return told
    at = words.say(
        "scale_at", value=words.beside(efficiency["value"], bounds), grade=efficiency["grade"]
    )
    return f"{told} {at}"


def _compared(document: Mapping[str, Any], words: PageWords) -> str:
    """Return how far the firm lies from the mean of its peers, as a share."""
    value = document["efficiency"]["value"]
    if value is None:
        return words.of(document["reason"])
    if abs(value - 1.0) < 0.0005:
        return words.say("efficiency_same")
    key = "efficiency_low" if value < 1.0 else "efficiency_high"
    return words.say(key, share=words.share(abs(1.0 - value)))


def _spread(document: Mapping[str, Any], words: PageWords) -> dict[str, Any]:
    """Return the picture of the peers and what it says, where there is one."""
    peers, intensity = document["peers"], document["intensity"]
    if not peers or intensity["value"] is None or peers["median"] is None:
        return {"spread": None, "spread_words": ""}
    shares = [peers[name] for name in SPREAD]
    told = {name: words.beside(peers[name], intensity["bounds"]) for name in SPREAD}
    own = words.beside(intensity["value"], intensity["bounds"])
    return {
        "spread": peer_picture(shares, intensity["value"], intensity["mean"]),
        "spread_words": words.say("peer_label", **told, own=own),
    }


def _trends(document: Mapping[str, Any], words: PageWords) -> list[Drawn]:
    """Return the two lines over the months: carbon efficiency and net emissions."""
    rows = document["trend"]
    if len(rows) < 2:
        return []
    bounds = document["efficiency"]["bounds"]
    asked: tuple[tuple[str, str, Sequence[float], Callable[[float | None], str]], ...] = (
        ("trend_efficiency", "efficiency", bounds, lambda v: words.beside(v, bounds)),
        ("trend_total", "net_t", (), words.number),
    )
    months = [row["month"] for row in rows]
    found = []
    for key, column, edges, written in asked:
        values = [row[column] for row in rows]
        picture = trend(months, values, edges)
        if picture is None:
            continue
        there = [(m, v) for m, v in zip(months, values, strict=True) if v is not None]
        title = words.say(key)
        told = words.say(
            "trend_label",
            what=title,
            first=written(there[0][1]),
            from_month=words.month(there[0][0]),
            last=written(there[-1][1]),
            to_month=words.month(there[-1][0]),
        )
        found.append((title, picture, told, written(there[0][1]), written(there[-1][1])))
    return found


def _labelled(qr: str, label: str) -> Markup:
    """Return the QR code with a name for those who do not see it."""
    if not qr:
        return Markup()
    head = Markup('<svg role="img" aria-label="{}"').format(label)
    return head + Markup(qr.removeprefix("<svg"))  # noqa: S704 - drawn by us from the code's text
