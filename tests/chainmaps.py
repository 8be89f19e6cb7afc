"""Small chain maps for tests: the example, changed as a test wants it, and made-up ones."""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import load_workbook

from chainwright.sources.chain_folders import as_text
from chainwright.system import Chain, Chains, Firms, System, make_survey, read_survey
from chainwright.system.survey_sheets import FIRST, FORM, SHEETS
from chainwright.tables import example, schema

TABLES = ("nodes", "links", "supply")
DOCUMENT = {
    "source": "A made-up document, 2024",
    "page": "p. 1",
    "printed": "as printed",
    "date": "2024-05",
    "confidence": "documented",
}
OURS = {"source": "own structure", "date": "2024", "confidence": "ours"}


def texts():
    """Return the files of the example by table."""
    return {table: example(f"chain_{table}") for table in TABLES}


def written(folder, **changed):
    """Write the example, or what is given instead of one of its files, and return the folder."""
    folder.mkdir(exist_ok=True)
    for table, text in {**texts(), **changed}.items():
        if text is not None:
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            (folder / f"{table}.csv").write_bytes(data)
    return folder


def rows_of(table):
    """Return the rows of one file of the example as mappings of text."""
    return list(csv.DictReader(io.StringIO(texts()[table])))


def as_csv(table, rows):
    """Return rows as CSV text with the columns of the schema."""
    columns = [c.column for c in schema(f"chain_{table}")]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def edited(table, row, **cells):
    """Return a file of the example with cells of one row changed; row 2 is the first."""
    rows = rows_of(table)
    rows[row - 2] |= cells
    return as_csv(table, rows)


def added(table, *more):
    """Return a file of the example with rows more."""
    return as_csv(table, [*rows_of(table), *more])


def made_up(seed, count=8):
    """Return a chain of `count` nodes in a row of stages, with random links, shares and gaps."""
    rng = np.random.default_rng(seed)
    stages = ["resource", "refining", "material", "component", "assembly"]
    nodes = [
        {
            "node": f"n{i}",
            "name_en": f"Node {i}",
            "name_zh": f"环节{i}",
            "kind": str(rng.choice(["material", "part", "equipment", "software"])),
            "stage": stages[i * len(stages) // count],
            "gbt4754": "3841",
            "hs": str(rng.choice(["", "850760", "250410;380110"])),
            "final": "1" if i == count - 1 else "0",
            "gap": str(round(float(rng.random()), 3)),
            "gap_place": "CHN",
            "grade_en": 'said "so", with commas',
            **DOCUMENT,
        }
        for i in range(count)
    ]
    pairs = {(i, i + 1) for i in range(count - 1)}
    pairs |= {tuple(sorted(rng.choice(count, 2, replace=False).tolist())) for _ in range(count)}
    links = [
        {
            "from_node": f"n{i}",
            "to_node": f"n{j}",
            "necessity": str(rng.choice(["essential", "replaceable", ""])),
            "cost_share": str(round(0.9 * float(rng.random()) / count, 4)),
            **DOCUMENT,
        }
        for i, j in sorted(pairs)
    ]
    supply = [
        {
            "node": f"n{i}",
            "place": place,
            "share": str(round(float(rng.random()) / 4, 3)),
            "basis": "production",
            "year": str(rng.integers(2015, 2025)),
            **DOCUMENT,
        }
        for i in range(count)
        for place in rng.choice(["CHN", "JPN", "NAM", "DEU"], 2, replace=False).tolist()
    ]
    frames = [
        pd.read_csv(io.StringIO(as_csv(table, rows)), dtype=str, keep_default_na=False)
        for table, rows in zip(TABLES, (nodes, links, supply), strict=True)
    ]
    return Chain.of_tables("made-up", *frames)


def mapped(seed):
    """Return a system with a made-up chain and two firms, of which the chain names another."""
    chain = made_up(seed)
    supply = as_text(chain.supply)
    supply.loc[0, "firm"] = "Beta Works"
    firms = [{"firm": "a", "name_en": "Alpha Works"}, {"firm": "b", "name_en": "Beta Work"}]
    held = Chain.of_tables(chain.name, chain.nodes, chain.links, supply)
    return System(chains=Chains(held), firms=Firms.of_table(pd.DataFrame(firms)))


def surveyed(system):
    """Return the answers in a questionnaire on the made-up chain, filled in by nobody real."""
    chain = system.chains["made-up"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.xlsx"
        make_survey(chain, path, home="CHN")
        book = load_workbook(path)
        form, page = book[SHEETS["form"]], book[SHEETS["questions"]]
        for key, text in {"name": "Li Wei", "organisation": "X", "date": "2026-11-20"}.items():
            form[FORM[key]] = text
        page[f"F{FIRST}"], page[f"G{FIRST}"], page[f"I{FIRST + 1}"] = 35, 1.5, 2
        book.save(path)
        return read_survey(path, chain)
