"""Quantities beside units: converted within a dimension, refused across, never taken silently."""

import pytest

from chainwright.system import intake

BASE = {
    "products.csv": "产品,周需求,毛利(元)\nP-1,10,5\n",
    "parts.csv": "料号,名称,单位\nST-1,钢板,t\nB-2,螺栓,pcs\nC-3,线,m\nD-4,胶,\n",
    "bom.csv": "父件,子件,用量\nP-1,ST-1,2 kg\nP-1,B-2,4个\nP-1,C-3,500 mm\nP-1,D-4,30 g\n",
    "sources.csv": "料号,供应商\nST-1,V-1\nB-2,V-1\nC-3,V-1\nD-4,V-1\n",
    "stock.csv": "料号,库存\nST-1,500 kg\nB-2,7 EA\nC-3,2 km\nD-4,900 g\n",
}


def of(tmp_path, **changed):
    paths = []
    for name, text in (BASE | {f"{k}.csv": v for k, v in changed.items()}).items():
        (tmp_path / name).write_text(text, "utf-8")
        paths.append(tmp_path / name)
    return intake(paths, currency="CNY")


def amounts(found, table, item):
    frame = found.system(leave_out=True).maker.tables[table]
    return dict(frame[[item, "quantity"]].to_numpy().tolist())


def told(found, status):
    rows = found.rows[found.rows["status"] == status]
    return dict(zip(rows["file"] + " " + rows["address"], rows["reason_en"], strict=True))


def test_amounts_of_one_dimension_are_converted_exactly_and_told(tmp_path):
    found = of(tmp_path)
    assert found.open == ()
    assert amounts(found, "stocks", "item") == {"ST-1": 0.5, "B-2": 7, "C-3": 2000, "D-4": 900}
    assert amounts(found, "bill", "component") == {"ST-1": 0.002, "B-2": 4, "C-3": 0.5, "D-4": 30}
    said = told(found, "taken")
    assert "from kg to t" in said["stock.csv line 2, column 2"]
    assert "from km to m" in said["stock.csv line 4, column 2"]
    assert "all quantities of the item are in g" in said["stock.csv line 5, column 2"]
    parts = found.system().maker.tables["parts"]
    assert dict(parts[["item", "unit"]].to_numpy().tolist())["D-4"] == "g"


@pytest.mark.parametrize(
    ("stock", "column"),
    [("料号,库存\nB-2,500 kg\n", 2), ("料号,库存(kg)\nB-2,500\n", 2), ("料号,库存\nB-2,5 m3\n", 2)],
)
def test_amounts_of_another_dimension_are_rejected_with_their_address(stock, column, tmp_path):
    found = of(tmp_path, stock=stock)
    said = told(found, "rejected")
    assert list(said) == [f"stock.csv line 2, column {column}"]
    assert "counted in pcs" in next(iter(said.values()))
    assert amounts(found, "stocks", "item") == {}
    zh = found.rows.loc[found.rows["status"] == "rejected", "reason_zh"].iloc[0]
    assert "该物料以 pcs 计" in zh


def test_a_mass_beside_bare_numbers_of_an_item_without_unit_is_rejected(tmp_path):
    bom = BASE["bom.csv"].replace("30 g", "30")
    said = told(of(tmp_path, bom=bom), "rejected")
    assert "no unit of the item is given" in said["stock.csv line 5, column 2"]


def test_a_heading_gives_the_unit_and_a_cell_overrules_it(tmp_path):
    found = of(tmp_path, stock="料号,库存(kg)\nST-1,500\nST-1,2 t\n")
    assert amounts(found, "stocks", "item") == {"ST-1": 2.5}


@pytest.mark.parametrize("word", ["件", "个", "套", "pcs", "EA", "units"])
def test_pieces_are_one_dimension_however_they_are_called(word, tmp_path):
    found = of(tmp_path, stock=f"料号,库存({word})\nB-2,500\n")
    assert amounts(found, "stocks", "item") == {"B-2": 500}
    assert found.open == ()


def test_thousands_of_an_item_counted_in_thousands_are_not_multiplied(tmp_path):
    parts = BASE["parts.csv"].replace("pcs", "千件")
    bom = BASE["bom.csv"].replace("4个", "0.004")
    found = of(tmp_path, parts=parts, bom=bom, stock="料号,库存\nB-2,5 千件\nB-2,500件\n")
    assert amounts(found, "stocks", "item") == {"B-2": 5.5}


def test_capacity_and_demand_are_held_to_the_unit_of_their_item(tmp_path):
    products = "产品,周需求,毛利(元)\nP-1,10 件,5\n"
    sources = "料号,供应商,周产能\nST-1,V-1,3000 kg\nB-2,V-1,5 kg\n"
    found = of(tmp_path, products=products, sources=sources)
    assert list(told(found, "rejected")) == ["sources.csv line 3, column 3"]
    frame = found.system(leave_out=True).maker.tables["sourcing"].set_index("item")
    assert frame.loc["ST-1", "capacity_per_week"] == 3
    assert frame["capacity_per_week"].isna()["B-2"]


def test_lines_of_one_pair_in_two_units_are_not_summed_in_one_sheet(tmp_path):
    bom = "父件,子件,用量,位号\nP-1,ST-1,2 kg,R1\nP-1,ST-1,500 g,R2\nP-1,B-2,4,R3\n"
    found = of(tmp_path, bom=bom)
    assert found.counts["rejected"] >= 2
    assert "ST-1" not in amounts(found, "bill", "component")
