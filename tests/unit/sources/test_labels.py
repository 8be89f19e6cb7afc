import pytest

from chainwright.sources.labels import Label, Plan, label_breaches, listed

PLAN = Plan(
    edition="the edition",
    regions=("AAA", "BBB", "CCC", "CC1"),
    sectors=("m", "k"),
    categories=("use",),
    no_users=frozenset({"CC1"}),
    no_producers=frozenset({"CCC"}),
)


def table(regions=("AAA", "BBB"), users=None):
    """Labels of a table that has all it must have."""
    nodes = [Label("node", f"{r}_{s}", r, s) for r in regions for s in PLAN.sectors]
    below = [Label("value added", "VA", "", "VA"), Label("output", "OUT", "", "OUT")]
    people = regions if users is None else users
    beside = [Label("final", f"{r}_use", r, "use") for r in people]
    return [*nodes, *below], [*nodes, *beside, Label("output", "OUT", "", "OUT")]


def told(down, across):
    return [str(breach) for breach in label_breaches(down, across, PLAN)]


def test_a_table_with_all_its_labels_has_no_breach():
    assert told(*table()) == []


def test_a_region_may_lack_users_or_producers_where_the_plan_says_so():
    assert told(*table(("AAA", "CC1"), ("AAA", "CCC"))) == []


def test_a_region_lacks_neither_elsewhere():
    (found,) = told(*table(("AAA", "BBB"), ("AAA",)))
    assert "final demand of region 'BBB': found none" in found
    (found,) = told(*table(("AAA",), ("AAA", "BBB")))
    assert "none of the regions BBB" in found


@pytest.mark.parametrize("side", [0, 1])
def test_a_producer_that_is_a_row_alone_or_a_column_alone_is_named(side):
    both = table()
    del both[side][1]
    (found,) = told(*both)
    assert f"{('rows', 'columns')[side]} of region 'AAA': found none of k" in found


def test_all_breaches_come_together():
    down, across = table()
    down[0] = Label("node", "AAB_m", "AAB", "m")
    down[1] = Label("unknown", "???")
    across.append(Label("final", "AAA_use", "AAA", "use"))
    del down[-1]
    found = "\n".join(told(down, across))
    assert "region 'AAB'" in found
    assert "Did you mean AAA" in found
    assert "label '???'" in found
    assert "the label of column 6 again" in found
    assert "no row of output" in found


def test_a_row_that_stands_for_a_final_user_is_refused():
    down, across = table()
    down.append(Label("final", "AAA_use", "AAA", "use"))
    assert any("final as a row" in breach for breach in told(down, across))


def test_an_unknown_label_in_many_rows_is_one_breach():
    down, across = table()
    down += [Label("node", f"ZZZ_{s}", "ZZZ", s) for s in PLAN.sectors]
    found = [b for b in told(down, across) if "rows, region 'ZZZ'" in b]
    assert len(found) == 1
    assert "and 1 more" in found[0]


def test_long_lists_are_cut():
    assert listed([str(i) for i in range(10)]).endswith("7 and 2 more")
