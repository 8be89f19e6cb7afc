"""A store says what a plain dict says, whatever is taken in, revised, repeated or refused."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainwright.errors import TableError
from chainwright.records import Store
from store_worlds import told

FIRMS = ("A", "B", "C")
KINDS = (("grid_electricity", ""), ("oil", "diesel"), ("oil", "petrol"), ("identity", ""))
MONTHS = ("1999-12", "2026-01", "2026-02", "2026-10")
VALUES = st.one_of(st.none(), st.sampled_from([0.0, 1.0, -2.5, 1e-300, 1e300, 0.1]))

ROW = st.fixed_dictionaries(
    {
        "firm": st.sampled_from(FIRMS),
        "kind": st.sampled_from(KINDS),
        "period": st.sampled_from(MONTHS),
        "value": VALUES,
        "text": st.sampled_from(["", "久立", "x"]),
        "quality": st.sampled_from(["measured", "missing", "defaulted"]),
        "source": st.sampled_from(["", "meter", "久立"]),
    }
)


@st.composite
def intakes(draw):
    """Return some intakes, each a list of rows; now and then with a key twice or an odd firm."""
    found = []
    for rows in draw(st.lists(st.lists(ROW, max_size=8), min_size=1, max_size=5)):
        kind = draw(st.integers(0, 9))
        keys = {(r["firm"], r["kind"], r["period"]): r for r in rows}
        whole = list(keys.values())
        if kind == 0 and whole:
            whole.append(whole[0])
        if kind == 1 and whole:
            whole[-1] = {**whole[-1], "firm": "nobody"}
        found.append(whole)
    return found


def frame_of(rows):
    names = ["firm", "kind", "item", "period", "value", "text", "quality", "source"]
    split = [{**row, "kind": row["kind"][0], "item": row["kind"][1]} for row in rows]
    return pd.DataFrame(split, columns=names).astype(
        {"value": "float64", **{name: "str" for name in names if name != "value"}}
    )


def key_of(row):
    return (row["firm"], *row["kind"], row["period"])


def right(rows):
    keys = list(map(key_of, rows))
    return len(set(keys)) == len(keys) and all(row["firm"] in FIRMS for row in rows)


@settings(max_examples=25)
@given(intakes())
def test_a_store_equals_a_dict_after_every_intake_and_remembers_each(given_intakes):
    model, moments, history = {}, [{}], {}
    with tempfile.TemporaryDirectory() as folder:
        with Store.create(Path(folder) / "s.db") as store:
            store.put_firms(pd.DataFrame({"firm": FIRMS}), by="x")
            for rows in given_intakes:
                if not right(rows):
                    with np.testing.assert_raises(TableError):
                        store.add_readings(frame_of(rows), by="x")
                    continue
                number = store.add_readings(frame_of(rows), by="x")
                for row in rows:
                    said = (row["value"], row["text"], row["quality"], row["source"])
                    if model.get(key_of(row)) != said:
                        history.setdefault(key_of(row), []).append(said)
                    model[key_of(row)] = said
                moments.append(dict(model))
                assert number == len(moments) - 1
                assert told(store.readings()) == model
        with Store.open(Path(folder) / "s.db") as store:
            for number, moment in enumerate(moments):
                assert told(store.readings(as_of=number)) == moment
            for (firm, kind, item, period), said in history.items():
                found = store.revisions(firm, kind, item, period)
                columns = [found[name] for name in ("value", "text", "quality", "source")]
                values = [None if v != v else v for v in columns[0]]  # noqa: PLR0124
                again = list(zip(values, *columns[1:], strict=True))
                assert again == said[::-1]
            part = {k: v for k, v in model.items() if k[0] == "B" and k[3] >= "2026-01"}
            asked = store.readings(firms="B", months=("2026-01", "2026-12"))
            assert told(asked) == part
            counts = store.check()
    assert counts["reading"] == sum(map(len, history.values()))
    assert counts["intake"] == len(moments) - 1
