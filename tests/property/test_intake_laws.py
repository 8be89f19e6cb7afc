"""Laws of the intake: every row accounted for, and what is left is always a maker."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cell_tables import said
from chainwright.errors import TableError
from chainwright.sources.maker_tables import NEEDED, checked_maker
from chainwright.system.maker_intake.assembly import assembled, undecided
from chainwright.system.maker_intake.matching import match
from chainwright.system.maker_intake.picks import Picks, read_picks
from chainwright.system.maker_intake.showing import counts_table, findings_table, picks_table

ITEMS = st.sampled_from(["A-1", "a 1", "A1", "B-2", "B-O2", "B-02", "C", "Ｃ", "D-4", "", "Zed"])
WHO = st.sampled_from(
    ["V-1", "v1", "North Co., Ltd.", "north", "Nort", "River", "自制", "", "华新"]
)
WHERE = st.sampled_from(["S-1", "s1", "Plant 1", "Plant 2", "plant 1", "", "华新"])
NUMBERS = st.sampled_from([None, -1.0, 0.0, 0.5, 0.6, 1.0, 2.0, 7.0])
PLACES = st.sampled_from(["", "China", "江苏", "Chnia", "Utopia", "DE"])
TABLES = {
    "products": ("item demand_per_week price", (ITEMS, NUMBERS, NUMBERS)),
    "parts": ("item unit_cost gbt4754", (ITEMS, NUMBERS, st.sampled_from(["", "3990", "9"]))),
    "bill": ("parent component quantity", (ITEMS, ITEMS, NUMBERS)),
    "suppliers": ("supplier name place", (WHO, WHO, PLACES)),
    "sites": ("site supplier place", (WHERE, WHO, PLACES)),
    "sourcing": ("item supplier site share", (ITEMS, WHO, WHERE, NUMBERS)),
    "stocks": (
        "item site quantity date",
        (ITEMS, WHERE, NUMBERS, st.sampled_from(["", "2026-01-01", "2026-13"])),
    ),
    "alternates": (
        "item supplier fixed_cost_low fixed_cost_high",
        (ITEMS, WHO, NUMBERS, NUMBERS),
    ),
}


@st.composite
def makers(draw):
    """Return what files say: tables of a few rows that agree or clash."""
    tables = {}
    for name, (header, cells) in TABLES.items():
        rows = draw(st.lists(st.tuples(*cells), max_size=5))
        if rows:
            tables[name] = [header, *rows]
    return said(**tables)


@given(makers())
@settings(max_examples=25)
def test_every_row_is_matched_possible_rejected_or_left_out(found):
    done = match(found, Picks())
    counts = counts_table(done.work, found)
    total = counts.iloc[0]
    assert total["read"] == sum(len(cells.frame) for cells in found.tables.values())
    parts = counts[["matched", "possible", "rejected", "left_out"]]
    assert (parts >= 0).all(axis=None)
    assert (parts.sum(axis=1) == counts["read"]).all()
    findings = findings_table(done.work, found)
    assert total["possible"] <= (findings["status"] == "possible").sum()
    assert (findings["address"] != "").all()
    assert (findings[["reason_en", "reason_zh"]] != "").all(axis=None)


@given(makers())
@settings(max_examples=25)
def test_what_is_left_passes_every_check_of_a_maker(found):
    done = match(found, Picks())
    frames = assembled(done)
    if any(frames[table].empty for table in NEEDED):
        with pytest.raises(TableError) as caught:
            checked_maker(frames, name="law")
        assert {b.found for b in caught.value.breaches} == {"a header and no row"}
    else:
        assert len(checked_maker(frames, name="law").tables["bill"])


@given(makers())
@settings(max_examples=15)
def test_with_nothing_to_pick_or_mend_no_row_is_lost(found):
    done = match(found, Picks())
    if list(undecided(done.work, pd.DataFrame())):
        return
    assembled(done)
    assert sum(done.lost.values()) == 0


@given(makers(), st.data())
@settings(max_examples=15)
def test_picks_only_ever_leave_less_to_pick(found, data):
    before = match(found, Picks())
    template = picks_table(before.work, found)
    if template.empty:
        return
    choices = st.sampled_from(["", "leave out", "candidate_1"])
    picks = [row.get(how := data.draw(choices), how) for row in template.to_dict("records")]
    template["pick"] = pd.Series(picks, dtype="str")
    words = template[~template["kind"].isin(["pair", "stock", "shares"])]
    after = match(found, read_picks(words))
    assert not after.work.wrong_picks
    again = picks_table(after.work, found)
    picked = words[words["pick"] != ""]
    decided = set(zip(picked["kind"], picked["found"], strict=True))
    assert not decided & set(zip(again["kind"], again["found"], strict=True))
