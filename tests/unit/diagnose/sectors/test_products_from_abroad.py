import pytest

from chainwright import System, diagnose
from chainwright.errors import MissingPartError
from toys import long_table

NATION = {
    "intermediate": {("N:a", "N:a"): 15.0, ("N:a", "N:b"): 50.0, ("N:b", "N:a"): 20.0},
    "final": {("N:a", "N:household"): 35.0, ("N:b", "N:household"): 180.0},
}


def necks(imports):
    system = System.from_table(long_table(**NATION, **{"import": imports}))
    frame = diagnose.stuck_necks(system, home="N", min_cost_share=0.0).table()
    return frame.set_index(["sector", "product"])


def test_a_product_that_nobody_makes_at_home_is_imported_whole():
    frame = necks({("J:chip", "N:b"): 8.0, ("J:a", "N:b"): 50.0, (":ore", "N:a"): 3.0})
    assert frame.loc[("b", "chip"), "imported_share"] == 1.0
    assert frame.loc[("b", "chip"), "top_supplier"] == "J"
    assert frame.loc[("b", "chip"), "output_at_risk"] == 200.0  # all that b makes
    assert frame.loc[("b", "a"), "imported_share"] == 0.5
    assert frame.loc[("a", "ore"), "unknown_share"] == 1.0


def test_products_that_are_only_imported_are_products_all_the_same():
    frame = necks({("J:chip", "N:b"): 8.0, ("J:ore", "N:a"): 3.0})
    assert frame.loc[("a", "ore"), "imported_share"] == 1.0
    assert frame.loc[("b", "a"), "imported_share"] == 0.0


def test_one_label_for_all_imports_is_a_total_and_no_product():
    with pytest.raises(MissingPartError, match="only a total of imports per user"):
        necks({("J:everything", "N:b"): 8.0, ("J:everything", "N:a"): 3.0})
