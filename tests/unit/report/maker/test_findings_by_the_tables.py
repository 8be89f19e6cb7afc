"""Findings and leads of a maker's report, read back: each number is counted again from the tables.

Every text is taken apart into what stands in its places; each of them is compared with a figure
worked out here, row by row, from the tables that lie beside the page.
"""

import math
from functools import cache

import numpy as np
import pytest

from chainwright.report.blocks import Note, Picture, Text
from chainwright.report.maker.analysis import maker_analysed
from chainwright.report.maker.exposure_section import exposure_section
from chainwright.report.maker.maker_cover import maker_cover
from chainwright.report.maker.maker_findings import kinds, maker_sentences
from chainwright.report.maker.plan_sections import measures_section, missing_section
from chainwright.report.maker.question import PARTS, MakerQuestion
from chainwright.report.maker.source_sections import (
    common_section,
    deeper_section,
    single_section,
)
from chainwright.report.wording import Words
from report_makers import covered, nobody_known, odd_codes, one_product, priced_in
from told_sentences import is_said, numbers, places, same_amount
from toy_makers import one_chip, two_products
from wild_makers import wild

MAKERS = {
    "two products": two_products,
    "one chip": one_chip,
    "covered": covered,
    "nobody known": nobody_known,
    "one product": one_product,
    "odd codes": odd_codes,
    "no currency": lambda: priced_in(None),
    "wild": lambda: wild(4),
}
CURRENCY = {"en": {"CNY": "CNY"}, "zh": {"CNY": "元"}}


@pytest.fixture(scope="module", params=MAKERS)
def analysis(request):
    system = MAKERS[request.param]()
    asked = MakerQuestion(language="en", parts=PARTS, outages=(2.0,))
    return maker_analysed(system, asked, lambda _: None)


@pytest.fixture(scope="module", params=["en", "zh"])
def words(request):
    return Words(request.param)


@pytest.fixture(scope="module")
def on_exposure(analysis, words):
    return exposure_section(analysis, words)


@cache
def sentences(analysis, language):
    return maker_sentences(analysis, Words(language))


def only(analysis, words, *keys):
    """Return the key and the text of the one finding that is said by one of some keys."""
    found = [
        (key, text)
        for text in sentences(analysis, words.language)
        for key in keys
        if is_said(key, text, words.language)
    ]
    assert len(found) == 1, found
    return found[0]


@cache
def rows(analysis, table):
    return analysis.frames[table].to_dict("records")


def exposed(analysis):
    """Return the rows of exposure with a gap, as they are ranked."""
    return [row for row in rows(analysis, "maker_exposure") if row["gap_weeks"] > 0]


def is_amount(analysis, words, text, value):
    """Return whether a text says an amount of the maker's money."""
    money = analysis.maker.money
    if math.isnan(value):
        return text == "–"
    if money.currency is None:
        return text.split(" ")[0] == f"{value:,.0f}" and ("(" in text or "（" in text)
    return same_amount(text, value, CURRENCY[words.language][money.currency])


def is_loss(analysis, words, text, value):
    """Return whether a text says a loss, of profit, revenue or units as the answer weighs it."""
    weight = analysis.answers["exposure"].parameters["weight"]
    told = places(f"mk_loss_{weight}", text, words.language)
    if weight == "output":
        return told["units"] == f"{value:,.0f}"
    return is_amount(analysis, words, told["amount"], value)


def called(code, name, words):
    """Return a code with its name as a finding writes it."""
    if not name or name == code:
        return code
    return f"{name} ({code})" if words.language == "en" else f"{name}（{code}）"


def test_there_is_a_finding_for_each_question_and_none_twice(analysis, words):
    said = sentences(analysis, words.language)
    assert len(said) == len(set(said)) <= 5
    assert said[-1] == only(analysis, words, "mk_s_unknown")[1]
    assert analysis.left_out == {}
    keys = [next(k for k in SENTENCES if is_said(k, t, words.language)) for t in said]
    assert keys == sorted(keys, key=SENTENCES.index)  # in the order of the pages


def test_the_finding_on_exposure_counts_gaps_and_names_the_first(analysis, words):
    key, text = only(analysis, words, "mk_s_exposed", "mk_s_covered")
    every, open_ = rows(analysis, "maker_exposure"), exposed(analysis)
    assert (key == "mk_s_exposed") == bool(open_)
    told = places(key, text, words.language)
    assert told["count"] == str(len(every))
    assert told["kind"] == kinds("site", len(every), words)
    if not open_:
        return
    first = open_[0]
    assert told["exposed"] == str(len(open_))
    assert told["first"] == called(first["scenario"], first["scenario_name"], words)
    assert told["recover"] == f"{first['time_to_recover_weeks']:,.1f}"
    assert told["survive"] == f"{first['time_to_survive_weeks']:,.1f}"
    assert is_loss(analysis, words, told["loss"], first["loss_at_recovery"])
    assert first["loss_at_recovery"] == max(r["loss_at_recovery"] for r in open_)


def test_the_finding_on_single_sources_counts_what_is_bought(analysis, words):
    key, text = only(analysis, words, "mk_s_single", "mk_s_several", "mk_s_nothing_bought")
    bought = [r for r in rows(analysis, "single_sources") if r["kind"] == "bought"]
    assert (key == "mk_s_nothing_bought") == (not bought)
    if not bought:
        return
    lone = [r for r in bought if r["finding"] in {"one site", "one site, alternate"}]
    assert (key == "mk_s_single") == bool(lone)
    told = places(key, text, words.language)
    assert told["parts"] == str(len(bought))
    if not lone:
        return
    first = lone[0]
    names = analysis.answers["single_sources"].names("item", words.language)
    assert told["lone"] == str(len(lone))
    assert told["spared"] == str(sum(r["finding"] == "one site, alternate" for r in lone))
    assert told["first"] == called(first["item"], names.get(first["item"], ""), words)
    revenue = first["revenue_per_week"]
    if math.isnan(revenue):
        assert told["revenue"] == words.say("mk_unpriced")
    else:
        amount = places("mk_a_week", told["revenue"], words.language)["amount"]
        assert is_amount(analysis, words, amount, revenue)


def test_an_item_of_one_site_has_one_source_in_the_makers_own_table(analysis):
    sourcing = analysis.maker.tables["sourcing"]
    for row in rows(analysis, "single_sources"):
        if row["finding"] in {"one site", "one site, alternate"}:
            own = sourcing[sourcing["item"] == row["item"]]
            assert own["site"].nunique() == 1
            assert row["only_site"] in {own["site"].iloc[0], ""} or row["only_site"].endswith("/?")


def test_the_finding_on_common_suppliers_counts_those_that_stop_a_product(analysis, words):
    key, text = only(analysis, words, "mk_s_common", "mk_s_no_common", "mk_s_no_supplier")
    named = [r for r in rows(analysis, "common_suppliers") if r["group"]]
    assert (key == "mk_s_no_supplier") == (not named)
    if not named:
        return
    stops = [r for r in named if r["products_stopped"] > 0]
    assert (key == "mk_s_common") == bool(stops)
    told = places(key, text, words.language)
    if not stops:
        assert told["suppliers"] == str(len(named))
        return
    first = stops[0]
    names = analysis.answers["common_suppliers"].names("group", words.language)
    assert told["suppliers"] == str(len(stops))
    assert told["first"] == called(first["group"], names.get(first["group"], ""), words)
    assert told["items"] == str(first["items_stopped"])
    assert told["products"] == str(first["products_stopped"])
    assert told["all_products"] == str(len(analysis.maker.tables["products"]))
    hidden = {row["hidden_item"] for row in rows(analysis, "hidden_sources")}
    assert told["hidden"] == str(len(hidden))


def test_the_finding_on_measures_adds_up_the_steps_that_are_taken(analysis, words):
    gaps = rows(analysis, "mitigation_scenarios")
    steps = [r for r in rows(analysis, "mitigation") if r["taken"]]
    if not gaps:
        keys = ("mk_s_mitigation", "mk_s_no_measure")
        said = sentences(analysis, words.language)
        assert not any(is_said(key, text, words.language) for key in keys for text in said)
        return
    key, text = only(analysis, words, "mk_s_mitigation", "mk_s_no_measure")
    told = places(key, text, words.language)
    assert told["gaps"] == str(len(gaps))
    assert (key == "mk_s_mitigation") == bool(steps)
    if steps:
        assert told["steps"] == str(len(steps))
        assert is_amount(analysis, words, told["cost"], math.fsum(r["cost"] for r in steps))
        assert told["covered"] == str(sum(r["covered"] for r in gaps))
        assert told["robust"] == str(sum(r["verdict"] == "robust" for r in steps))
        assert told["assumed"] == str(sum(r["cost_assumed"] for r in steps))
    else:
        assert not any(r["covered"] for r in gaps)


def test_what_is_not_known_is_counted_in_the_makers_own_tables(analysis, words):
    _, text = only(analysis, words, "mk_s_unknown")
    told = places("mk_s_unknown", text, words.language)
    tables = analysis.maker.tables
    sourcing = tables["sourcing"].to_dict("records")
    items = {*tables["products"]["item"], *tables["parts"]["item"]}
    items |= {*tables["bill"]["parent"], *tables["bill"]["component"]}
    items |= {row["item"] for row in sourcing}
    assert told["gaps"] == str(len(items - {row["item"] for row in sourcing}))
    assert told["sources"] == str(len(sourcing))
    assert told["no_site"] == str(sum(bool(r["supplier"]) and not r["site"] for r in sourcing))
    weeks = dict(zip(tables["sites"]["site"], tables["sites"]["recovery_weeks"], strict=True))
    silent = [
        row
        for row in sourcing
        if math.isnan(row["recovery_weeks"]) and math.isnan(weeks.get(row["site"], math.nan))
    ]
    assert told["no_recovery"] == str(len(silent))
    need = required(tables)
    stocked = set(tables["stocks"]["item"])
    assert told["items"] == str(len(need))
    assert told["no_stock"] == str(len(need - stocked))


def required(tables):
    """Return the items of which any is needed, by walking down the bill from what is sold."""
    below = {}
    for row in tables["bill"].to_dict("records"):
        if row["quantity"] > 0:
            below.setdefault(row["parent"], []).append(row["component"])
    sold = tables["products"]
    found = set(sold.loc[sold["demand_per_week"] > 0, "item"])
    waiting = list(found)
    while waiting:
        for component in below.get(waiting.pop(), []):
            if component not in found:
                found.add(component)
                waiting.append(component)
    return found


def texts(section, kind=Text):
    return [block.text for block in section.blocks if isinstance(block, kind)]


def test_the_lead_on_exposure_and_its_assumptions(analysis, words, on_exposure):
    section = on_exposure
    every, open_ = rows(analysis, "maker_exposure"), exposed(analysis)
    told = places("mk_exposure_lead", texts(section)[0], words.language)
    assert (told["count"], told["exposed"]) == (str(len(every)), str(len(open_)))
    worst = max(row["loss_at_recovery"] for row in every)
    assert is_loss(analysis, words, told["loss"], worst)
    *before, last = texts(section, Note)
    network = analysis.system.maker.network
    silent = int(np.isnan(network.margin[network.demand > 0]).sum())
    assert len(before) == (silent > 0)  # where a margin is missing, losses are counted in units
    assert all(str(silent) in said for said in before)
    note = places("mk_exposure_note", last, words.language)
    assert note["assumed"] == str(sum(row["recovery_assumed"] for row in every))
    assert (note["weeks"], note["spare"], note["count"]) == ("12", "10", str(len(every)))
    pictures = [block for block in section.blocks if isinstance(block, Picture)]
    assert len(pictures) == (1 if open_ else 0)
    for picture in pictures:
        shown = places("mk_gap_caption", picture.caption, words.language)["shown"]
        assert shown == str(min(15, len(open_)))


def test_the_lead_on_single_sources_leaves_no_bought_item_out(analysis, words):
    (lead,) = texts(single_section(analysis, words))
    every = rows(analysis, "single_sources")
    bought = [row["finding"] for row in every if row["kind"] == "bought"]
    names = ("parts", "site", "supplier", "region", "place", "unsure", "unknown")
    parts, site, supplier, region, place, unsure, unknown = numbers(
        "mk_single_lead", lead, words.language, *names
    )
    assert parts == len(bought)
    assert site == sum(f.startswith("one site") for f in bought)
    assert supplier == bought.count("one supplier")
    assert region == bought.count("one region")
    assert place == bought.count("one country")
    assert unsure == bought.count("cannot be told")
    assert unknown == sum(row["finding"] == "no source known" for row in every)
    several = bought.count("several") + bought.count("no source known")
    assert parts == site + supplier + region + place + unsure + several


def test_the_lead_on_common_suppliers(analysis, words):
    lead = texts(common_section(analysis, words))[0]
    named = [r for r in rows(analysis, "common_suppliers") if r["group"]]
    told = places("mk_common_lead", lead, words.language)
    assert told["count"] == str(len(named))
    assert told["suppliers"] == str(sum(r["products_stopped"] > 0 for r in named))
    items = {row["hidden_item"] for row in rows(analysis, "hidden_sources")}
    assert told["hidden"] == str(len(items))


def test_the_lead_on_deeper_tiers_adds_up_to_the_whole_table(analysis, words):
    section = deeper_section(analysis, words)
    told = numbers(
        "mk_deeper_lead", texts(section)[0], words.language, "given", "inferred", "unknown"
    )
    table = rows(analysis, "supplier_tiers")
    assert sum(told) == len(table)
    for number, kind in zip(told, ("given", "inferred", "unknown"), strict=True):
        assert number == sum(row["kind"] == kind for row in table)
    assert texts(section, Note) == [words.say("mk_deeper_none")]


def test_the_lead_on_measures_has_cost_its_ends_and_the_loss_that_stays(analysis, words):
    section = measures_section(analysis, words)
    lead = texts(section)[0]
    gaps = rows(analysis, "mitigation_scenarios")
    steps = [r for r in rows(analysis, "mitigation") if r["taken"]]
    if not steps:
        told = places("mk_measures_none", lead, words.language)
        assert told["gaps"] == str(len(gaps))
        return
    told = places("mk_measures_lead", lead, words.language)
    for place, column in (("cost", "cost"), ("low", "cost_low"), ("high", "cost_high")):
        whole = math.fsum(row[column] for row in steps)
        assert is_amount(analysis, words, told[place], whole), place
    assert told["covered"] == str(sum(row["covered"] for row in gaps))
    assert is_loss(analysis, words, told["worst"], max(row["loss_verified"] for row in gaps))
    assert float(told["proven"]) <= 1.0  # per cent: what was asked for
    note = [t for t in texts(section, Note) if is_said("mk_measures_note", t, words.language)]
    assumed = numbers("mk_measures_note", note[0], words.language, "assumed", "steps")
    assert assumed == [sum(row["cost_assumed"] for row in steps), len(steps)]


def test_the_lead_on_missing_data_counts_its_table(analysis, words):
    (lead,) = texts(missing_section(analysis, words))
    count = len(rows(analysis, "missing_data"))
    if count:
        assert numbers("mk_missing_lead", lead, words.language, "count") == [count]
    else:
        assert lead == words.say("mk_missing_none")


def test_the_figures_of_the_cover_are_lengths_of_the_makers_tables(analysis, words):
    cover = maker_cover(analysis, words)
    tables = analysis.maker.tables
    told = [value for value, _ in cover.figures]
    items = len(analysis.maker.network.items)
    products = len(tables["products"])
    assert told[:4] == [
        str(products),
        str(items - products),
        str(len(tables["suppliers"])),
        str(len(tables["sites"])),
    ]
    named = dict(zip([label for _, label in cover.figures], told, strict=True))
    assert len(named) == len(told) == 9
    assert cover.sentences == sentences(analysis, words.language)
    assert analysis.maker.name in cover.title


def test_grids_have_a_cell_for_each_column_and_never_show_nan(analysis, words, on_exposure):
    for section in (
        on_exposure,
        single_section(analysis, words),
        common_section(analysis, words),
        measures_section(analysis, words),
        missing_section(analysis, words),
    ):
        for grid in (block for block in section.blocks if hasattr(block, "rows")):
            assert len(grid.rows) <= 18
            assert all(len(row) == len(grid.columns) for row in grid.rows)
            assert all(isinstance(cell, str) and cell for row in grid.rows for cell in row)
            assert "nan" not in {cell for row in grid.rows for cell in row}
            assert not grid.remarks or len(grid.remarks) == len(grid.rows)


def test_the_two_languages_tell_the_same_numbers(analysis):
    told = {}
    for language in ("en", "zh"):
        said = sentences(analysis, language)
        keys = [k for t in said for k in SENTENCES if is_said(k, t, language)]
        found = [places(k, t, language) for k, t in zip(keys, said, strict=True)]
        told[language] = [
            {place: text for place, text in one.items() if text.replace(",", "").isdigit()}
            for one in found
        ]
    assert told["en"] == told["zh"]


SENTENCES = (
    "mk_s_exposed",
    "mk_s_covered",
    "mk_s_single",
    "mk_s_several",
    "mk_s_nothing_bought",
    "mk_s_no_supplier",
    "mk_s_common",
    "mk_s_no_common",
    "mk_s_mitigation",
    "mk_s_no_measure",
    "mk_s_unknown",
)
