"""A policy analyst's brief with trade and chain maps: page one, new sections, what they say."""

import re
from html import unescape

import pandas as pd
import pytest

from chainwright.report import brief, replay
from chainwright.tables import example
from trades import made

NAMES = {"P00": "CHN", "P01": "AUS", "P02": "JPN", "P03": "DEU"}
CHAINS = ["photovoltaics", "advanced-chips"]
WEAK = ["stuck", "broken", "blocked"]
YEARS = (2021, 2022, 2023)


def table_file(folder):
    text = example("flows").replace(",A,", ",CHN,").replace(",B,", ",AUS,").replace(",C,", ",JPN,")
    path = folder / "flows.csv"
    path.write_text(text)
    return path


def trade_file(folder):
    """Trade in which CHN buys each ore of AUS; hardly anyone else sells."""
    rows = []
    for year in YEARS:
        flows = made(year, places=4, products=3).replace(NAMES)
        flows["product"] = "p" + flows["product"]
        more = [
            {"exporter": who, "importer": to, "product": ore, "value": value, "quantity": 1.0}
            for i, ore in enumerate(("oreA", "oreB", "oreC", "oreD"))
            for who, to, value in (
                ("AUS", "CHN", 900.0 / (i + 1)),
                ("AUS", "JPN", 100.0),
                ("DEU", "CHN", 30.0 / (i + 1)),
                ("DEU", "JPN", 10.0),
            )
        ]
        rows.append(pd.concat([flows, pd.DataFrame(more)]).assign(year=year))
    path = folder / "trade.csv"
    pd.concat(rows).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module", params=["en", "zh"])
def read(request, tmp_path_factory):
    """The brief, its page, and its language."""
    folder = tmp_path_factory.mktemp("brief")
    found = brief(
        table_file(folder),
        home="CHN",
        folder=folder / "made",
        lang=request.param,
        trade=trade_file(folder),
        chains=CHAINS,
    )
    return found, found.page.read_text(encoding="utf-8"), request.param


def section(page, key):
    """The text of a section, pictures left out."""
    body = re.search(rf'<section id="{key}".*?</section>', page, re.DOTALL)
    assert body, key
    plain = re.sub(r"<svg.*?</svg>", "", body[0], flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", plain)))


def cover(page):
    return page[: page.index("<section")]


def lasting(found):
    frame = found.analysis.frames["dependence"]
    return frame[frame["lasting"].fillna(value=False).astype(bool)]


def test_page_one_says_what_trade_and_each_chain_add(read):
    found, page, lang = read
    assert len(found.more) == 1 + len(CHAINS) + len(found.analysis.scenarios)
    assert len(found.sentences) == 5
    for text in found.more:
        assert text in unescape(cover(page))
        assert f"+ {text}" in str(found)
    listed = lasting(found)
    assert len(listed) > 4
    ways = {"en": r"(\d+) are lasting dependences: (.*)\.", "zh": r"(\d+) 种属持续依赖：(.*)。"}
    count, names = re.search(ways[lang], found.more[0]).groups()
    assert int(count) == len(listed)
    for row in listed.head(3).to_dict("records"):  # named with their share, the rest counted
        bracket = " (" if lang == "en" else "（"
        assert f"{row['product']}{bracket}{row['top_share']:.0%}" in names.replace(" %", "%")
    assert ("Australia" if lang == "en" else "澳大利亚") in names
    rest = len(listed) - 3
    assert names.endswith(f"; and {rest} more" if lang == "en" else f"）等（另 {rest} 个）")


@pytest.mark.parametrize("k", [0, 1])
def test_the_numbers_of_a_chain_on_page_one_are_those_of_its_table(read, k):
    found, _, lang = read
    frame = pd.read_csv(found.folder / "tables" / f"chain_diagnosis.{CHAINS[k]}.csv")
    weak = frame["status"].isin(WEAK)
    told = re.sub(r"[（(](?!其中).*?[)）]", "", found.more[1 + k])  # without the names
    numbers = [int(n) for n in re.findall(r"\d+", told)]
    long, unknown = (int((frame["status"] == word).sum()) for word in ("long plate", "unknown"))
    pair = [int(weak.sum()), len(frame)] if lang == "en" else [len(frame), int(weak.sum())]
    assert numbers == [*pair, long, unknown, int(frame["watch"].sum())]
    for name in frame.loc[weak, f"name_{lang}"].head(4):
        assert name in found.more[1 + k]


def test_amounts_and_places_of_products_are_in_words(read):
    found, page, lang = read
    text = section(page, "products")
    assert ("Australia" if lang == "en" else "澳大利亚") in text
    assert "AUS" not in text
    assert ("Germany (3.2%)" if lang == "en" else "德国（3.2%）") in text
    assert "C1 to C3" not in text
    assert "三项标准均成立" not in text
    reasons = found.analysis.frames["dependence"][f"reason_{lang}"]
    assert not any(reason in text for reason in reasons)
    assert f"reason_{lang}" in text  # where the whole reason stands


def test_the_ratio_of_imports_is_said_so_that_it_cannot_be_misread(read):
    _, page, lang = read
    text = section(page, "products")
    if lang == "en":
        assert "more than 1 × exports" in text
    else:
        assert "大于出口额的 1 倍" in text
        assert "超过出口 1 倍" not in page  # which would be twice as much
        assert "中国 进口" not in page
        assert all("就 中国 而言" not in section(page, f"chain-{name}") for name in CHAINS)


def test_a_chain_says_what_to_find_out_first_beside_what_is_weak(read):
    found, page, lang = read
    text = section(page, "chain-advanced-chips")
    frame = found.analysis.frames["chain_diagnosis.advanced-chips"]
    weak = frame.loc[frame["status"].isin(WEAK), f"name_{lang}"]
    watch = frame.loc[frame["watch"].astype(bool), f"name_{lang}"]
    assert len(weak) > 0
    assert len(watch) > 8
    places = [text.index(name) for name in [*weak, *watch.head(8)]]
    assert places == sorted(places)
    assert ("to be looked into first" if lang == "en" else "应优先查明的环节") in text
    assert "euv-scanner" not in text  # names, not the identities of rows


def test_a_chain_without_weak_links_shows_its_strengths_and_what_is_open(read):
    found, page, lang = read
    text = section(page, "chain-photovoltaics")
    frame = found.analysis.frames["chain_diagnosis.photovoltaics"]
    assert not frame["status"].isin(WEAK).any()
    assert ("No node is proven" if lang == "en" else "没有环节被证实") in text
    long = frame[frame["status"] == "long plate"].sort_values(
        "home_share", ascending=False, kind="stable"
    )
    first, bracket = long.iloc[0], " (" if lang == "en" else "（"
    share = f"{first[f'name_{lang}']}{bracket}{first['home_share']:.0%}"
    assert share in text.replace(" %", "%")
    assert frame.loc[frame["status"] == "unknown", f"name_{lang}"].iloc[0] in text
    assert ("what would decide" if lang == "en" else "待查") in text


def test_the_page_draws_what_can_be_read_on_it_and_the_file_beside_it_all(read):
    found, page, lang = read
    whole = {
        name: (found.folder / f"chain-{name}.svg").read_text(encoding="utf-8") for name in CHAINS
    }
    assert whole["photovoltaics"] in page
    assert whole["advanced-chips"] not in page
    assert 'width="420mm"' in whole["advanced-chips"]
    frame = found.analysis.frames["chain_diagnosis.advanced-chips"]
    shown = int((frame["status"].isin(WEAK) | frame["watch"] | frame["final"].astype(bool)).sum())
    said = {
        "en": f"{shown} of {len(frame)} nodes",
        "zh": f"{len(frame)} 个环节中的 {shown} 个",
    }
    assert said[lang] in section(page, "chain-advanced-chips")
    assert "chain-advanced-chips.svg" in section(page, "chain-advanced-chips")


def test_it_can_be_replayed_whole(read):
    again = replay(read[0].folder)
    assert again.same, str(again)


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "none is a lasting dependence"), ("zh", "无一属持续依赖")]
)
def test_without_a_lasting_dependence_page_one_says_so(tmp_path, lang, said):
    places = list(NAMES.values())
    even = [(y, a, b, "pen", 5.0) for y in YEARS for a in places for b in places if a != b]
    columns = ["year", "exporter", "importer", "product", "value"]
    trade = tmp_path / "trade.csv"
    pd.DataFrame(even, columns=columns).to_csv(trade, index=False)
    found = brief(
        table_file(tmp_path), home="CHN", folder=tmp_path / "made", lang=lang, trade=trade
    )
    assert not len(lasting(found))
    assert len(found.more) == 1 + len(found.analysis.scenarios)
    assert said in found.more[0]


def test_without_trade_and_chains_page_one_adds_only_shocks(tmp_path):
    found = brief(table_file(tmp_path), home="CHN", folder=tmp_path / "made")
    page = found.page.read_text(encoding="utf-8")
    assert len(found.more) == str(found).count("\n+ ") == 2
    assert all(text.startswith("Shock, ") for text in found.more)
    assert ">Under shock<" in cover(page)
    assert "products" not in cover(page)
