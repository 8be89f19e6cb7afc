"""The fact tables of layouts: every layout can be read, and each column plays one role."""

import pytest

from chainwright.params import table
from chainwright.sources.rowchecks import split_unit
from chainwright.sources.trade_files import Part
from chainwright.sources.trade_layouts import layout_of, layouts, near_layout
from chainwright.tables import schema
from layouts import trade as made

ROLES = {
    "year", "exporter", "importer", "place", "reporter", "partner", "flow", "product", "value",
    "quantity", "quantity unit", "currency", "revision", "product name", "frequency",
    "second partner", "customs procedure", "mode of transport", "mode of supply",
}  # fmt: skip


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.format)
def test_each_layout_is_told_by_its_own_columns(layout):
    rows = [row for row in table("trade_columns") if row["format"] == layout.format]
    found = layout_of([row["column"] for row in rows])
    assert found.format == layout.format
    assert found.left_out == tuple(
        r["column"] for r in rows if r["column"] not in {role.column for role in found.roles}
    )


@pytest.mark.parametrize(
    "row", table("trade_columns"), ids=lambda r: f"{r['format']}, {r['column']}"
)
def test_each_column_plays_a_known_role(row):
    assert row["role"] in ROLES
    assert row["format"] in {layout.format for layout in layouts()}
    assert bool(row["factor"]) == (row["role"] in {"value", "quantity"})
    if row["factor"]:
        assert float(row["factor"]) > 0.0
    if row["role"] == "value" and row["unit"]:
        assert split_unit(row["unit"])[1] == "USD"


@pytest.mark.parametrize(("name", "format"), [("trade", "long"), ("exports", "exports")])
def test_the_plain_tables_are_those_of_their_schemas(name, format):
    columns = [column.column for column in schema(name)]
    layout = layout_of(columns)
    assert layout.format == format
    assert layout.left_out == ()


@pytest.mark.parametrize(
    ("header", "format"),
    [
        (["t", "i", "j", "k", "v", "q"], "baci"),
        (made.COMTRADE, "comtrade"),
        (list(made.legacy().columns), "comtrade_legacy"),
        (list(made.atlas().columns), "atlas"),
        (["country_iso3_code", "product_sitc_code", "year", "export_value"], "atlas_exports"),
        (list(made.oec().columns), "oec"),
        (["Exporter Country ID", "HS4 ID", "Year", "Trade Value"], "oec_exports"),
        (["year", "from_iso2", "to_iso2", "material", "value_usd"], "long"),
        (["block", "from_region", "from_sector", "to_region", "to_sector", "value"], None),
        (["a", "b"], None),
    ],
    ids=str,
)
def test_a_header_tells_its_layout(header, format):
    found = layout_of(header)
    assert (found.format if found else None) == format


def test_the_first_of_several_columns_of_a_role_is_taken():
    layout = layout_of(["exporter", "importer", "material", "hs6", "value_usd", "value_kusd"])
    assert layout.role("product").column == "hs6"
    assert layout.role("value").unit == "USD"
    assert layout.left_out == ("material", "value_kusd")
    assert layout.role("quantity") is None


def test_a_header_that_lacks_a_column_is_near_a_layout():
    layout, lacks = near_layout(["year", "exporter", "importer", "product"])
    assert (layout.format, lacks) == ("long", ("value",))
    assert near_layout(["block", "from_region", "value"]) is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("BACI_HS17_Y2022_V202601.csv", "HS2017"),
        ("BACI_HS92_Y2022_V202601.csv", "HS1992"),
        ("trade_hs2012_2015.csv", "HS2012"),
        ("flows.csv", ""),
    ],
)
def test_the_name_of_a_file_tells_the_revision(name, told, tmp_path):
    from chainwright.sources.files import peek  # noqa: PLC0415
    from chainwright.sources.trade_batches import of_file  # noqa: PLC0415

    path = tmp_path / name
    path.write_text(made.baci_text(2022))
    look = peek(path)
    part = Part(look, of_file(look), layout_of(of_file(look).header))
    if told and not name.startswith("BACI"):
        path.write_text(made.frame().to_csv(index=False))
        look = peek(path)
        part = Part(look, of_file(look), layout_of(of_file(look).header))
    assert part.classification == told
