"""The programme of the hand-worked cover, word by word."""

from pathlib import Path

from chainwright.plan import mitigate
from mitigation_twin import measures
from toy_makers import two_products

HERE = Path(__file__).parent


def test_the_programme_of_the_hand_worked_cover_is_written_word_by_word():
    rows = [
        (f"stock:{item}", "stock", item, None, None, None, None, cost, "")
        for item, cost in (("a", 1), ("b", 2), ("F1", 10), ("F2", 6))
    ]
    rows.append(("line:b", "backup_line", "b", None, None, 30, 1, 200, ""))
    system = two_products()
    found = mitigate(system, of=["A1", "B"], measures=measures(rows), corners=0)
    search, chooser = found.posed.search, found.searched.chooser
    text = chooser.text(
        search.cost, search.limits, search.gaps.codes, system.maker.network.items.codes
    )
    assert text == (HERE / "two_products_cover.txt").read_text(encoding="utf-8")
    assert found.cost == 210.0
