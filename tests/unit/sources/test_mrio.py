"""Systems held by pymrio: by their shape, so that no test here needs pymrio itself."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from chainwright.errors import CapacityError, LabelError, MissingPartError, MoneyError
from chainwright.params import table
from chainwright.sources import from_pymrio

RESTS = ["WA", "WL", "WE", "WF", "WM"]


def fake(regions=("A", "B"), sectors=("m", "k", "s"), categories=("household", "exports"), seed=0):
    """Return an object with the tables of a pymrio system, numbers made up."""
    rng = np.random.default_rng(seed)
    nodes = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    users = pd.MultiIndex.from_product([regions, categories], names=["region", "category"])
    n, m = len(nodes), len(users)
    unit = pd.DataFrame({"unit": "M.EUR"}, index=nodes)
    rows = pd.MultiIndex.from_tuples([("CO2", "air"), ("CH4", "air")], names=["stressor", "to"])
    satellite = SimpleNamespace(
        F=pd.DataFrame(rng.random((2, n)), index=rows, columns=nodes),
        F_Y=pd.DataFrame(rng.random((2, m)), index=rows, columns=users),
        unit=pd.DataFrame({"unit": ["kg", "g"]}, index=rows),
    )
    jobs = SimpleNamespace(
        F=pd.DataFrame(rng.random((1, n)), index=["jobs"], columns=nodes),
        F_Y=None,
        unit=pd.DataFrame({"unit": ["1000 p"]}, index=["jobs"]),
    )
    return SimpleNamespace(
        Z=pd.DataFrame(rng.random((n, n)), index=nodes, columns=nodes),
        Y=pd.DataFrame(n * rng.random((n, m)), index=nodes, columns=users),
        unit=unit,
        satellite=satellite,
        jobs=jobs,
        meta=SimpleNamespace(name="fake", version="3"),
        get_extensions=lambda: iter(["satellite", "jobs"]),
    )


def test_arrays_labels_and_units_come_over():
    io = fake()
    reading = from_pymrio(io, year=2020)
    assert reading.nodes[:4] == [("A", "m"), ("A", "k"), ("A", "s"), ("B", "m")]
    assert reading.users[1] == ("A", "exports")
    assert np.array_equal(reading.matrix, io.Z)
    assert np.array_equal(reading.final, io.Y)
    assert reading.stressors == [("CO2, air", "kg"), ("CH4, air", "g"), ("jobs", "1000 p")]
    assert np.array_equal(reading.stressors_matrix[:2], io.satellite.F)
    assert np.array_equal(reading.stressors_final[:2], io.satellite.F_Y)
    assert not reading.stressors_final[2].any()
    assert (reading.currency, reading.unit, reading.year) == ("EUR", "M", 2020)
    assert reading.origin.format == "pymrio system 'fake'"


def test_the_tables_of_pymrio_are_copied_not_shared():
    io = fake()
    reading = from_pymrio(io)
    before = reading.matrix.copy()
    io.Z.iloc[:, :] = 0.0
    io.satellite.F.iloc[:, :] = 0.0
    assert np.array_equal(reading.matrix, before)
    assert reading.stressors_matrix.all()


def test_tables_in_another_order_are_aligned():
    io, plain = fake(), from_pymrio(fake())
    io.Y = io.Y.iloc[::-1]
    io.Z = io.Z.iloc[:, ::-1]
    io.satellite.F = io.satellite.F.iloc[:, ::-1]
    io.satellite.F_Y = io.satellite.F_Y.iloc[::-1, ::-1]
    reading = from_pymrio(io)
    for field in ("matrix", "final", "stressors_matrix", "stressors_final"):
        assert np.array_equal(getattr(reading, field), getattr(plain, field))


@pytest.mark.parametrize(
    ("place", "change", "what"),
    [
        ("Z", lambda z: z.rename(columns={"m": "M"}, level=1), "columns of Z"),
        ("Y", lambda y: y.rename(index={"m": "M"}, level=1), "rows of Y"),
        ("Y", lambda y: y.iloc[:-1], "rows of Y"),
    ],
)
def test_labels_that_differ_are_refused_with_the_missing_and_the_unexpected(place, change, what):
    io = fake()
    setattr(io, place, change(getattr(io, place)))
    with pytest.raises(LabelError, match=rf"{what}.*Missing: [AB]:[ms].*Unexpected: (A:M|none)"):
        from_pymrio(io)


def test_labels_of_extensions_are_held_to_the_systems():
    io = fake()
    io.satellite.F = io.satellite.F.iloc[:, 1:]
    with pytest.raises(LabelError, match=r"columns of satellite\.F .*Missing: A:m\. Unexpected"):
        from_pymrio(io)
    io = fake()
    io.satellite.F_Y = io.satellite.F_Y.rename(columns={"A": "Q"}, level=0)
    with pytest.raises(LabelError, match=r"satellite\.F_Y .*Unexpected: Q:household"):
        from_pymrio(io)
    io = fake()
    io.satellite.unit = io.satellite.unit.iloc[:1]
    with pytest.raises(LabelError, match="units of extension 'satellite' lack CH4:air"):
        from_pymrio(io)


def test_labels_listed_twice_are_refused():
    io = fake()
    io.Z = pd.concat([io.Z, io.Z.iloc[:1]])
    with pytest.raises(LabelError, match="A:m twice"):
        from_pymrio(io)


def test_only_names_that_clash_get_the_name_of_their_extension():
    io = fake()
    io.jobs.F.index = io.jobs.unit.index = ["CO2, air"]
    names = [name for name, _ in from_pymrio(io).stressors]
    assert names == ["satellite: CO2, air", "CH4, air", "jobs: CO2, air"]


def test_an_extension_without_flows_is_left_out_and_said_so():
    io = fake()
    io.jobs.F = None
    reading = from_pymrio(io)
    assert [name for name, _ in reading.stressors] == ["CO2, air", "CH4, air"]
    assert reading.origin.notes == ("extension 'jobs' left out: it holds no flows F",)


def test_what_is_missing_is_named():
    io = fake()
    io.Z = None
    with pytest.raises(MissingPartError, match="table Z"):
        from_pymrio(io)
    with pytest.raises(MissingPartError, match="table Z"):
        from_pymrio(object())


def test_several_units_of_money_and_a_contradicted_currency_are_refused():
    io = fake()
    io.unit.iloc[0] = "t"
    with pytest.raises(MoneyError, match=r"2 units: t, M\.EUR"):
        from_pymrio(io)
    with pytest.raises(MoneyError, match=r"'M\.EUR', and currency='USD'"):
        from_pymrio(fake(), currency="USD")


def test_single_precision_stays_single():
    io = fake()
    io.Z = io.Z.astype(np.float32)
    reading = from_pymrio(io)
    assert (
        reading.matrix.dtype == reading.final.dtype == reading.stressors_matrix.dtype == np.float32
    )


def test_a_system_too_large_for_the_memory_is_refused(monkeypatch):
    class Memory:
        available = 100

    monkeypatch.setattr("chainwright.sources.files.psutil.virtual_memory", Memory)
    with pytest.raises(CapacityError):
        from_pymrio(fake())


def test_a_system_of_exiobases_shape_has_its_five_rests_of_continents():
    codes = [r["code"] for r in table("regions") if r["lists"] == "exiobase"]
    categories = [r["code"] for r in table("final_categories") if r["list"] == "exiobase"]
    io = fake(codes, [f"Product {i}" for i in range(20)], categories)
    flows = cw.System.from_pymrio(io, year=2022).flows
    assert len(codes) == 49
    assert len(flows.nodes) == 980
    assert len(flows.users) == 343
    assert flows.composite == frozenset(RESTS)
    assert flows.roles == (
        "household", "npish", "government", "investment", "inventories", "inventories", "exports",
    )  # fmt: skip
    assert flows.stressors.units == ("kg", "g", "1000 p")


def test_two_letters_are_a_country_where_the_table_is_not_exiobases():
    assert from_pymrio(fake(("FR", "WF"))).composite == []
    assert from_pymrio(fake(("AUS", "WA", "WE"))).composite == []
