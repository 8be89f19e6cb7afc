"""Files previewed, confirmed into a real store, sent again, corrected: all or nothing each time."""

import gzip

import pandas as pd
import pytest

from chainwright.carbon import coverage, read_meters
from chainwright.errors import ParameterError, TableError
from chainwright.records import Store
from chainwright.system import Readings
from store_worlds import Clock, told

FIRMS = ("F-one", "F-two")
ONE, OTHER = FIRMS
HEAD = "企业,月份,用电量（kWh）,柴油（吨）\n"


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "s.db", clock=Clock()) as held:
        held.put_firms(pd.DataFrame({"firm": FIRMS, "name_zh": ["久立", "仁恒"]}), by="Li")
        yield held


def preview(folder, *lines, name="3月.csv", head=HEAD, **said):
    path = folder / name
    raw = (head + "".join(f"{line}\n" for line in lines)).encode("gbk")
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return read_meters(path, **said)


def held(store):
    return {key[:4]: value[0] for key, value in told(store.readings()).items()}


POWER, FUEL = (ONE, "grid_electricity", "", "2025-03"), (ONE, "oil", "diesel", "2025-03")


def test_what_is_confirmed_is_in_the_store_with_its_units_and_who_said_so(store, tmp_path):
    got = preview(tmp_path, f'{ONE},2025年3月,"1,234.5",2', firms=store.firms())
    readings = got.confirm(store, by="Li")
    assert held(store) == {POWER: 1.2345, FUEL: 2.0}
    said = store.intakes().iloc[0]
    assert (said["who"], said["file"], said["given"], said["added"]) == ("Li", "3月.csv", 2, 2)
    assert said["sha256"] == got.sha256["3月.csv"]
    assert said["note"] == ""
    columns = ["firm", "kind", "item", "period", "value", "unit", "quality", "source"]
    kept = store.readings().to_pandas()[columns].to_numpy().tolist()
    assert kept == readings.table()[columns].to_numpy().tolist()
    assert set(store.readings()["unit"].to_pylist()) == {"MWh", "t"}
    assert store.audit().iloc[0]["who"] == "Li"
    store.check_audit()


def test_the_same_file_sent_twice_is_kept_once(store, tmp_path):
    for by in ("Li", "Wang"):
        preview(tmp_path, f"{ONE},2025-03,1000,2").confirm(store, by=by)
    assert len(store.readings()) == 2
    counts = store.intakes()[["who", "given", "added", "revised"]].to_numpy().tolist()
    assert counts == [["Wang", 2, 0, 0], ["Li", 2, 2, 0]]


def test_a_corrected_file_revises_and_the_history_keeps_both(store, tmp_path):
    preview(tmp_path, f"{ONE},2025-03,1000,2").confirm(store, by="Li")
    preview(tmp_path, f"{ONE},2025-03,1100,2", name="新.csv").confirm(store, by="Wang")
    assert held(store)[POWER] == 1.1
    history = store.revisions(*POWER)
    assert history["value"].tolist() == [1.1, 1.0]
    assert history["who"].tolist() == ["Wang", "Li"]
    assert told(store.readings(as_of=1))[POWER][0] == 1.0
    last = store.intakes().iloc[0]
    assert (last["added"], last["revised"]) == (0, 2)  # the source of the diesel is another file


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{OTHER},2025-03,-5,1", "negative"),
        (f"{OTHER},2025-13,5,1", "no_period"),
        ("F-three,2025-03,5,1", "wrong_firm"),
        (f"{OTHER},2025-03,abc,1", "no_number"),
        (f"{OTHER},2099-01,5,1", "future"),
        (f"{ONE},2025-03,9,1", "duplicate"),
        (f"{OTHER},2025-03,5 L,1", "two_units"),
        (f"{OTHER},2025-03", "ragged"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out(store, tmp_path, line, code):
    got = preview(tmp_path, f"{ONE},2025-03,1000,2", line, firms=store.firms())
    assert code in set(got.rejected["code"])
    before = len(store.audit())
    with pytest.raises(TableError) as wrong:
        got.confirm(store, by="Li")
    assert len(wrong.value.breaches) == len(got.rejected)
    assert all(b.where.startswith("3月.csv, line") for b in wrong.value.breaches)
    assert all(b.remedy for b in wrong.value.breaches)
    assert len(store.readings()) == 0
    assert len(store.intakes()) == 0
    assert len(store.audit()) == before


def test_what_is_left_out_is_counted_in_the_note(store, tmp_path):
    lines = [f"{ONE},2025-03,1000,2", f"{ONE},2025-04,-5,3", f"{ONE},2025-05,x,4"]
    got = preview(tmp_path, *lines)
    got.confirm(store, by="Li", leave_out=True)
    assert store.intakes().iloc[0]["note"] == "left out: 2 rejections"
    assert held(store) == {POWER: 1.0, FUEL: 2.0, (*FUEL[:3], "2025-04"): 3.0,
                           (*FUEL[:3], "2025-05"): 4.0}  # fmt: skip


def test_nothing_is_left_when_all_is_rejected_even_if_it_may_be_left_out(store, tmp_path):
    got = preview(tmp_path, f"{ONE},2025-03,-1,-2")
    with pytest.raises(TableError) as wrong:
        got.confirm(store, by="Li", leave_out=True)
    assert len(wrong.value.breaches) == 2
    assert len(store.intakes()) == 0


def test_an_empty_month_is_no_reading_and_an_empty_file_is_refused(store, tmp_path):
    got = preview(tmp_path, f"{ONE},2025-03,,")
    assert (len(got.accepted), len(got.rejected)) == (0, 0)
    with pytest.raises(TableError, match="no reading"):
        got.confirm(store, by="Li")
    assert len(store.intakes()) == 0


@pytest.mark.parametrize("by", ["", "   "])
def test_nobody_cannot_confirm(store, tmp_path, by):
    got = preview(tmp_path, f"{ONE},2025-03,1000,2")
    with pytest.raises(ParameterError):
        got.confirm(store, by=by)
    assert len(store.intakes()) == 0


def test_a_firm_that_the_store_does_not_have_stops_it_in_the_store_too(store, tmp_path):
    got = preview(tmp_path, f"{ONE},2025-03,1000,2", "Z9,2025-03,5,6")  # read without a registry
    assert not len(got.rejected)
    with pytest.raises(TableError, match="registry"):
        got.confirm(store, by="Li")
    assert len(store.readings()) == 0


def test_a_store_that_is_read_only_takes_nothing(store, tmp_path):
    got = preview(tmp_path, f"{ONE},2025-03,1000,2")
    with Store.open(store.path, read_only=True) as closed, pytest.raises(Exception) as wrong:  # noqa: PT011
        got.confirm(closed, by="Li")
    assert type(wrong.value).__name__ == "StoreError"
    assert len(store.readings()) == 0


def test_a_packed_file_says_what_the_plain_one_says(store, tmp_path):
    line = f"{ONE},2025-03,1000,2"
    preview(tmp_path, line).confirm(store, by="Li")
    packed = preview(tmp_path, line, name="3月.csv.gz")
    plain = preview(tmp_path, line)
    values = ["firm", "kind", "item", "period", "value", "unit", "quality", "coverage", "address"]
    pd.testing.assert_frame_equal(packed.accepted[values], plain.accepted[values])
    assert packed.sha256.keys() == {"3月.csv.gz"}
    packed.confirm(store, by="Li")
    assert store.intakes().iloc[0]["added"] == 0


def test_meters_shared_by_two_firms_give_each_its_part(store, tmp_path):
    shares = pd.DataFrame({"meter": ["7", "7"], "firm": FIRMS, "share": [0.25, 0.75]})
    store.put_meter_shares(shares, by="Li")
    got = preview(
        tmp_path, "7,2025-03,1000", head="户号,月份,用电量（kWh）\n", shares=store.meter_shares()
    )
    got.confirm(store, by="Li")
    assert held(store) == {POWER: 0.25, (OTHER, *POWER[1:]): 0.75}
    assert set(store.readings()["source"].to_pylist()) == {"7"}


def test_readings_of_the_store_are_what_is_usual_for_the_next_file(store, tmp_path):
    lines = [f"{ONE},2024-{m:02},{50_000 + 100 * m},2" for m in range(1, 9)]
    preview(tmp_path, *lines).confirm(store, by="Li")
    known = Readings.of_table(store.readings())
    wild = preview(tmp_path, f"{ONE},2024-09,50000000,2", known=known)
    assert wild.outliers[["kind", "period", "value"]].to_numpy().tolist() == [
        ["grid_electricity", "2024-09", 50_000.0]
    ]
    assert wild.outliers["usual"].iloc[0] == pytest.approx(50.5, rel=0.01)
    calm = preview(tmp_path, f"{ONE},2024-09,51000,2", known=known)
    assert not len(calm.outliers)
    assert not len(wild.rejected)  # shown, not refused


def test_the_line_of_coverage_follows_what_was_taken_in(store, tmp_path):
    head = "企业,月份,用电量（kWh）,柴油（吨）,数据质量\n"
    lines = [f"{ONE},2025-03,1000,,实测", f"{ONE},2025-03,,2,估算", f"{OTHER},2025-03,,,缺失"]
    got = preview(tmp_path, *lines, head=head)
    got.confirm(store, by="Li")
    held_now = Readings.of_table(store.readings())
    found = coverage(held_now, ONE, "2025-03")
    assert (found.measured, found.estimated, found.missing) == (1, 1, 37)
    assert found.kinds.set_index("kind")["quality"][["grid_electricity", "oil"]].tolist() == [
        "measured", "estimated",
    ]  # fmt: skip
    nothing = coverage(held_now, OTHER, "2025-03")
    assert (nothing.measured, nothing.estimated, nothing.missing) == (0, 0, 39)


def test_many_files_are_one_intake(store, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for month in (1, 2, 3):
        path = folder / f"{month}.csv"
        path.write_text(f"{HEAD}{ONE},2025-0{month},{month}000,1\n", encoding="utf-8")
    (folder / "4.tsv.gz").write_bytes(
        gzip.compress(f"{HEAD}{ONE},2025-04,4000,1\n".replace(",", "\t").encode())
    )
    (folder / ".hidden.csv").write_text("nothing", encoding="utf-8")
    (folder / "~$open.xlsx").write_bytes(b"x")
    (folder / "notes.docx").write_bytes(b"x")
    got = read_meters(folder, firms=store.firms())
    assert not len(got.rejected), got.rejected.to_string()
    got.confirm(store, by="Li")
    assert len(store.intakes()) == 1
    assert store.intakes().iloc[0]["file"] == "1.csv; 2.csv; 3.csv; 4.tsv.gz"
    assert [held(store)[*POWER[:3], f"2025-0{m}"] for m in (1, 2, 3, 4)] == [1.0, 2.0, 3.0, 4.0]


def test_the_same_reading_in_two_files_is_taken_once_and_another_value_is_refused(store, tmp_path):
    for name, value in (("a.csv", 1000), ("b.csv", 1000), ("c.csv", 1001)):
        (tmp_path / name).write_text(f"{HEAD}{ONE},2025-03,{value},2\n", encoding="utf-8")
    same = read_meters([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert (len(same.accepted), len(same.rejected)) == (2, 0)
    assert same.warnings.set_index("code").loc["repeated", "cells"] == 2
    other = read_meters([tmp_path / "a.csv", tmp_path / "c.csv"])
    assert other.rejected[["file", "address", "code"]].to_numpy().tolist() == [
        ["a.csv", "line 2, column 3", "duplicate"],
        ["c.csv", "line 2, column 3", "duplicate"],
    ]
    assert "line 2, column 3 gives 1001" in other.rejected["remedy_en"].iloc[0]
    with pytest.raises(TableError):
        other.confirm(store, by="Li")
    assert len(store.readings()) == 0
