"""The currency of prices: taken from the files, told, never mixed, never converted."""

import pytest

import chainwright as cw

BILL = "Parent,Component,Quantity\nF,a,2\n"


def preview(folder, unit, **given):
    texts = {
        "bill.csv": BILL,
        "products.csv": f"Product,Demand per week,Price{unit}\nF,10,500\n",
        "sourcing.csv": "Item,Supplier,Site,Share\nF,,Home,1\na,S1,X1,1\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return cw.system.intake(folder, **given)


@pytest.mark.parametrize(("unit", "currency"), [(" ($)", "USD"), (" (元)", "CNY"), ("", None)])
def test_a_currency_that_nobody_gave_is_that_of_the_files(tmp_path, unit, currency):
    assert preview(tmp_path, unit).system().maker.money.currency == currency


def test_a_column_in_another_currency_is_rejected_and_not_converted(tmp_path):
    found = preview(tmp_path, " ($)", currency="CNY")
    (row,) = found.rows[found.rows["status"] == "rejected"].to_dict("records")
    assert "USD" in row["reason_en"]
    assert "CNY" in row["reason_en"]
    kept = found.system(leave_out=True).maker.tables["products"]
    assert kept["price"].isna().all()


def test_the_currency_that_was_given_stands(tmp_path):
    found = preview(tmp_path, " ($)", currency="USD")
    assert found.system().maker.tables["products"]["price"].tolist() == [500]
