"""The page of a city: what its firms' codes of one month sum up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from chainwright.carbon.codes.claims import Claims
from chainwright.carbon.codes.cose import Envelope
from chainwright.carbon.codes.status_lists import code_id
from chainwright.errors import CodeError, UnknownCodeError
from chainwright.serve.lasting import Lasting
from chainwright.serve.rendering import rendered
from chainwright.serve.wording import PageWords

if TYPE_CHECKING:
    from chainwright.carbon.codes.status_lists import StatusList
    from chainwright.serve.code_pages import CodePages

__all__ = ["CityPages"]

LISTED = 10
GRADES = 5

MOST_PAGES = 48
"""Pages that are kept while the store does not change: two years in two languages."""


@dataclass(frozen=True)
class CitySums:
    """What the codes of a month sum up to."""

    month: str
    firms: int
    rated: int
    net_t: float
    grades: tuple[int, ...]
    measured: float
    missing: float
    frame: pd.DataFrame


class CityPages:
    """Pages of a city out of the codes of its firms; withdrawn ones are left out.

    The documents of all firms are read for one page, and again only those that changed.

    Parameters
    ----------
    codes : CodePages
        The codes.
    """

    def __init__(self, codes: "CodePages") -> None:
        self.codes = codes
        self._pages: Lasting[bytes] = Lasting(codes.state, MOST_PAGES)
        self._lines: dict[bytes, dict[str, Any]] = {}

    async def page(self, period: str | None, language: str) -> bytes:
        """Return the page.

        Parameters
        ----------
        period : str, optional
            Month, YYYY-MM; the last with a code if not given.
        language : str
            ``"zh"`` or ``"en"``.

        Raises
        ------
        UnknownCodeError
            If no firm has a code of that month.
        """
        return await self._pages.get((period, language), lambda: self._made(period, language))

    def _made(self, period: str | None, language: str) -> bytes:
        words = PageWords(language)
        sums = self._sums(period)
        other = "en" if language == "zh" else "zh"
        own = f"period={sums.month}&" if sums else ""
        heading = words.say("city_title", month=words.month(sums.month)) if sums else ""
        return rendered(
            "city.html.j2",
            words,
            title=heading or words.say("city_kicker"),
            kicker=words.say("city_kicker"),
            heading=heading or words.say("city_kicker"),
            other=f"/city?{own}lang={other}",
            city=sums,
            **(_drawn(sums, words) if sums else {}),
        ).encode()

    def _sums(self, period: str | None) -> CitySums | None:
        rows = self.codes.store.codes(period)
        holds = rows["withdrawn"] == ""
        status = self.codes.status()
        if status is not None and status.withdrawn:
            holds &= np.array([not _is_on(status, text) for text in rows["text"]], dtype=bool)
        rows = rows[holds]
        if not len(rows):
            if period is not None:
                raise UnknownCodeError(period, "month with codes", [])
            return None
        month = str(rows["period"].max())
        rows = rows[rows["period"] == month]
        texts = zip(rows["document"].tolist(), rows["text"].tolist(), strict=True)
        known, self._lines = self._lines, {}
        for d, t in texts:
            digest = sha256(f"{d}\n{t}".encode()).digest()
            line = known.get(digest) or _line(self.codes.document({"document": d, "text": t}))
            self._lines[digest] = line
        frame = pd.DataFrame(list(self._lines.values()))
        grade = frame["grade"].to_numpy(dtype=np.int64)
        return CitySums(
            month=month,
            firms=len(frame),
            rated=int((grade > 0).sum()),
            net_t=float(frame["net_t"].sum()),
            grades=tuple(np.bincount(grade, minlength=GRADES + 1).tolist()),
            measured=float(frame["measured"].mean()),
            missing=float(frame["missing"].mean()),
            frame=frame,
        )


def _is_on(status: "StatusList", text: str) -> bool:
    """Return whether the issuer of a code has put it on its list of withdrawn ones."""
    try:
        claims = Claims.decoded(Envelope.of(text).payload)
    except CodeError:
        return False
    return claims.issuer == status.issuer and code_id(claims) in status.withdrawn


def _line(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page needs of a document."""
    firm, reason = document["firm"], document["reason"] or {}
    return {
        "firm": firm["id"],
        "name_en": firm["name_en"],
        "name_zh": firm["name_zh"],
        "division": firm["division"],
        "division_en": firm["division_en"],
        "division_zh": firm["division_zh"],
        "net_t": document["totals"]["net_t"],
        "efficiency": document["efficiency"]["value"],
        "grade": document["efficiency"]["grade"],
        "measured": document["coverage"]["measured"],
        "missing": document["coverage"]["missing"],
        "reason_en": reason.get("en", ""),
        "reason_zh": reason.get("zh", ""),
    }


def _drawn(sums: CitySums, words: PageWords) -> dict[str, Any]:
    """Return what the template shows of the sums."""
    most = max(sums.grades) or 1
    bars = [
        (grade, sums.grades[grade], round(190.0 * sums.grades[grade] / most, 1))
        for grade in (1, 2, 3, 4, 5, 0)
    ]
    told = ", ".join(
        f"{words.say('grade', grade=g) if g else words.say('not_rated')}: {n:,}" for g, n, _ in bars
    )
    rated = sums.frame[sums.frame["grade"] > 0].sort_values(["efficiency", "firm"])
    unrated = sums.frame[sums.frame["grade"] == 0]
    reason = unrated[f"reason_{words.language}"].value_counts()
    return {
        "bars": bars,
        "bars_words": f"{words.say('city_grades')}: {told}",
        "reasons": [(name, int(n)) for name, n in reason.items() if name],
        "divisions": _divisions(sums.frame, words),
        "best": _firms(rated.head(LISTED).to_dict("records"), sums.month, words),
        "worst": _firms(rated.tail(LISTED)[::-1].to_dict("records"), sums.month, words),
    }


def _divisions(frame: pd.DataFrame, words: PageWords) -> list[dict[str, Any]]:
    """Return a row a district, the largest emitter first."""
    found = []
    for code, part in frame.groupby("division", sort=True):
        name = words.of(part.iloc[0].to_dict(), "division_")
        grade = np.bincount(part["grade"].to_numpy(dtype=np.int64), minlength=GRADES + 1)
        found.append(
            {
                "name": f"{name} {code}".strip(),
                "firms": len(part),
                "net_t": float(part["net_t"].sum()),
                "grades": grade[1:].tolist(),
            }
        )
    return sorted(found, key=lambda row: -row["net_t"])


def _firms(rows: Sequence[Mapping[Any, Any]], month: str, words: PageWords) -> list[dict[str, Any]]:
    return [
        {
            "name": words.of(dict(row), "name_") or row["firm"],
            "efficiency": row["efficiency"],
            "grade": row["grade"],
            "href": f"/c/{quote(row['firm'], safe='')}?period={month}&lang={words.language}",
        }
        for row in rows
    ]
