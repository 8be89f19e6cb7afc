"""Default values and benchmarks of the EU's CBAM, and how one is found for a code."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from json import loads

import numpy as np
import pandas as pd

from chainwright.errors import MissingPartError, UnknownCodeError
from chainwright.params import table
from chainwright.sources.reading import Origin
from chainwright.sources.typed_rows import typed_rows

__all__ = ["OTHER", "Benchmark", "CbamTables", "DefaultValue", "country_code", "tables_of"]

OTHER = "OTHER"
"""Stands for the countries that the regulation does not list."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DefaultValue:
    """The default value that holds for a good, and the row that it stands in.

    Parameters
    ----------
    country, cn_code, route : str
        Of the row: the country may be `OTHER`, the code a heading of the good's own.
    total : float
        Before the mark-up [tCO2e/t].
    marked : mapping of int to float
        As published with the mark-up, by year: 2026, 2027 and 2028 for all that follow [tCO2e/t].
    """

    country: str
    cn_code: str
    route: str
    total: float
    marked: Mapping[int, float]

    def of(self, year: int) -> float:
        """Return the published value with the mark-up of a year [tCO2e/t].

        Parameters
        ----------
        year : int
            From 2026 on.
        """
        return self.marked[min(year, 2028)]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark of free allocation, and the route it is of.

    Parameters
    ----------
    value : float
        [tCO2e/t]
    route : str
        Letter of the route; empty where a code has one benchmark.
    highest : bool
        Whether it was taken because no route was said and it is the highest.
    """

    value: float
    route: str
    highest: bool


@dataclass(frozen=True, eq=False)
class CbamTables:
    """Default values and benchmarks, of one edition of the regulations.

    Parameters
    ----------
    defaults : DataFrame
        With the columns of ``chainwright schema cbam_values``.
    benchmarks : DataFrame
        With the columns of ``chainwright schema cbam_benchmarks``.
    origin : Origin
        Where they come from.
    """

    defaults: pd.DataFrame
    benchmarks: pd.DataFrame
    origin: Origin

    @classmethod
    def own(cls) -> "CbamTables":
        """Return the few rows on iron and steel that come with chainwright.

        Examples
        --------
        >>> CbamTables.own().default("TUR", "72071111").of(2026)
        2.541
        """
        values = _typed(pd.DataFrame([dict(row) for row in table("cbam_values")]), "cbam_values")
        rows = pd.DataFrame([dict(row) for row in table("cbam_benchmarks")])
        origin = Origin(
            format="own table",
            version="IR (EU) 2025/2620 and 2025/2621",
            notes=("pig iron, sponge iron and three steel goods of nine countries alone",),
        )
        return cls(values, _typed(rows, "cbam_benchmarks"), origin)

    @classmethod
    def of_opencbam(cls) -> "CbamTables":
        """Return all default values and benchmarks, as the package opencbam holds them.

        Raises
        ------
        MissingPartError
            If opencbam is not installed.
        """
        if find_spec("opencbam") is None:
            raise MissingPartError(
                "opencbam", "Install the extra: pip install 'chainwright[cbam]'; or give tables."
            )
        held = files("opencbam").joinpath("engine/data")
        values = pd.DataFrame(
            [
                {
                    "country": country_code(row["country"]),
                    "cn_code": row["cn_code"].replace(" ", ""),
                    "route": row["route"] or "",
                    "total": _number(row["total"]),
                    **{f"marked_{y}": _number(row[f"markup_{y}"]) for y in (2026, 2027, 2028)},
                    "source": "IR (EU) 2025/2621, annex I",
                }
                for row in loads(held.joinpath("default_values_2621.json").read_text("utf-8"))
            ]
        ).drop_duplicates(ignore_index=True)
        benchmarks = pd.DataFrame(
            [
                {
                    "cn_code": row["cn_code"].replace(" ", ""),
                    "column": column,
                    "route": one["route"] or "",
                    "years": one["year"] or "",
                    "benchmark": float(one["value"]),
                    "source": "IR (EU) 2025/2620, annex",
                }
                for row in loads(held.joinpath("benchmarks_2620.json").read_text("utf-8"))
                for column in ("A", "B")
                for one in row[f"column_{column.lower()}"]
            ]
        )
        origin = Origin(
            file="opencbam",
            format="package opencbam",
            version=version("opencbam"),
            licence="Apache-2.0",
        )
        return cls(values, benchmarks, origin)

    @classmethod
    def read(cls, values: object, benchmarks: object) -> "CbamTables":
        """Return tables that a user gives.

        Parameters
        ----------
        values, benchmarks : path or Arrow stream
            With the columns of ``chainwright schema cbam_values`` and ``cbam_benchmarks``.

        Raises
        ------
        TableError
            If one breaks its schema.
        """
        found, origin = typed_rows(
            values,
            "cbam_values",
            required=("country", "cn_code"),
            keys=("country", "cn_code", "route"),
        )
        more, second = typed_rows(
            benchmarks,
            "cbam_benchmarks",
            required=("cn_code", "column", "benchmark"),
            keys=("cn_code", "column", "route", "years"),
        )
        return cls(found, more, origin.noted(f"benchmarks from {second.file} {second.sha256}"))

    @cached_property
    def _by_code(self) -> dict[Key, list[int]]:
        return _places(zip(self.defaults["country"], self.defaults["cn_code"], strict=True))

    @cached_property
    def _marks(self) -> dict[Key, list[int]]:
        held = self.benchmarks
        return _places(zip(held["cn_code"], held["column"], strict=True))

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries that have a row of their own."""
        return tuple(dict.fromkeys(self.defaults["country"]))

    def default(self, country: str, cn_code: str, route: str = "") -> DefaultValue | None:
        """Return the default value of a good: the longest code that has one, at home or elsewhere.

        A dash in the regulation is no zero: where the country has no value at any heading of the
        code, that of the countries not listed holds (annex I of IR (EU) 2025/2621).

        Parameters
        ----------
        country : str
            As ISO 3166-1 alpha-3.
        cn_code : str
            Four to eight digits.
        route : str
            Letter of the route, where a code has a value for each (clinker).

        Raises
        ------
        UnknownCodeError
            If the code has values for several routes and none of them was said.
        """
        for place in (country, OTHER):
            for code in _headings(cn_code):
                rows = self.defaults.iloc[self._by_code.get((place, code), [])]
                if len(rows) > 1:  # white and grey clinker: a dash of one is no value of the other
                    routes = sorted({str(r) for r in rows["route"]} - {""})
                    if routes and not route:
                        raise UnknownCodeError(route, f"route of {cn_code}", routes)
                    rows = rows[rows["route"] == route]
                rows = rows[rows["total"].notna()]
                if len(rows):
                    return _default(rows.iloc[0])
        return None

    def benchmark(
        self, cn_code: str, column: str, *, route: str, year: int, strict: bool = False
    ) -> Benchmark | None:
        """Return the benchmark of a good; none where its code has no row.

        Parameters
        ----------
        cn_code : str
            Four to eight digits; a heading stands for all codes below it.
        column : str
            ``"A"`` with actual emissions, ``"B"`` with default values.
        route : str
            Letter of the route; with none, the highest benchmark, which is then said.
        year : int
            Some benchmarks hold for 2026 and 2027, others from 2028 on.
        strict : bool
            Whether a code with several routes needs one to be said.

        Raises
        ------
        UnknownCodeError
            If the code has routes and not this one, or `strict` asks for one.
        """
        digits = cn_code
        places = self._marks.get((digits, column), [])
        if not places:
            below = [k for k in self._marks if k[1] == column and k[0].startswith(digits)]
            places = [place for key in below for place in self._marks[key]]
        rows = self.benchmarks.iloc[places]
        window = "1" if year <= 2027 else "2"
        rows = rows[rows["years"].isin(["", window])]
        if not len(rows):
            return None
        routes = sorted(set(rows["route"]) - {""})
        if route and routes:
            rows = rows[rows["route"] == route]
        if routes and (not len(rows) or (strict and not route)):
            raise UnknownCodeError(route, f"production route of {cn_code}", routes)
        best = rows.iloc[int(rows["benchmark"].to_numpy().argmax())]
        highest = len(set(rows["benchmark"])) > 1
        return Benchmark(float(best["benchmark"]), str(best["route"]), highest)


def country_code(text: str) -> str:
    """Return the ISO 3166-1 code of a country as the regulation or a person names it.

    Parameters
    ----------
    text : str
        A code, a name, or ``Other countries and territories``.

    Examples
    --------
    >>> country_code("Türkiye"), country_code("Other Countries and Territories")
    ('TUR', 'OTHER')
    """
    folded = _folded(text)
    known = _countries()
    if folded not in known:
        raise UnknownCodeError(text, "country (ISO 3166-1 code or English name)", known)
    return known[folded]


def _folded(text: str) -> str:
    """Return a name as it is compared: without case and accents, dotted I or not."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@cache
def _countries() -> dict[str, str]:
    listed = [row for row in table("places") if row["kind"] == "country"]
    codes = {row[name].casefold(): row["code"] for row in listed for name in ("iso2", "code")}
    names = {_folded(row["name_en"]): row["code"] for row in listed}
    return {**codes, **names, **OTHER_NAMES}


OTHER_NAMES = {
    "brunei": "BRN",
    "democratic republic of the congo": "COD",
    "hong kong": "HKG",
    "laos": "LAO",
    "myanmar/burma": "MMR",
    "other": OTHER,
    "other countries and territories": OTHER,
    "russia": "RUS",
    "south korea": "KOR",
    "taiwan": "TWN",
    "vietnam": "VNM",
}
"""Names in the annex of IR (EU) 2025/2621 that the list of countries spells otherwise."""


def _headings(cn_code: str) -> tuple[str, ...]:
    """Return the codes that a good may stand at, the longest first."""
    return tuple(cn_code[:n] for n in (8, 6, 4) if len(cn_code) >= n)


def _default(row: "pd.Series[float]") -> DefaultValue:
    years = (2026, 2027, 2028)
    return DefaultValue(
        str(row["country"]),
        str(row["cn_code"]),
        str(row["route"]),
        float(row["total"]),
        {year: float(row[f"marked_{year}"]) for year in years},
    )


def _number(token: str | None) -> float:
    """Return a published number; a dash and what does not apply are no number."""
    return np.nan if token in {None, "DASH", "NA"} else float(str(token))


def _places(keys: Iterable[Key]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = {}
    for place, key in enumerate(keys):
        found.setdefault(key, []).append(place)
    return found


def _typed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return typed_rows(frame, name, required=("cn_code",))[0]


def tables_of(given: CbamTables | None) -> CbamTables:
    """Return the tables to use: those given, else all of opencbam, else our own few rows.

    Parameters
    ----------
    given : CbamTables, optional
        What a user gave.
    """
    if given is not None:
        return given
    return CbamTables.of_opencbam() if find_spec("opencbam") else CbamTables.own()
