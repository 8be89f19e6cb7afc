"""Small tables in the layout of China's national input-output tables, balanced by construction."""

import numpy as np
import pandas as pd

ADDED = ("VA001", "VA002", "VA003", "VA004")


def nbs_table(n=4, *, separate=False, error=True, subtotals=("THC", "TC", "GCF", "TFU")):
    """Return a sheet of `n` sectors: competitive, or with a column Origin if `separate`.

    Row sums are column sums; totals are sums of their parts; all amounts are whole numbers.
    """
    rng = np.random.default_rng(n)
    codes = [f"{i + 1:0{len(str(n))}d}" for i in range(n)]
    blocks = {"Domestic": rng.integers(1, 9, (n, n)).astype(float)}
    final = ["TC", "FU201", "FU202", "EX"] if separate else ["FU101", "FU102", "FU103", "FU201"]
    final += [] if separate else ["FU202", "EX"]
    uses = {"Domestic": rng.integers(20, 40, (n, len(final))).astype(float)}
    if separate:
        blocks["Imports"] = rng.integers(0, 3, (n, n)).astype(float)
        uses["Imports"] = rng.integers(0, 5, (n, len(final))).astype(float)
    imports = rng.integers(0, 5, n).astype(float)
    wrong = rng.integers(-2, 3, n).astype(float) * (error and not separate)
    output = blocks["Domestic"].sum(axis=1) + uses["Domestic"].sum(axis=1)
    if not separate:
        output = output - imports + wrong
    rows = []
    for origin, block in blocks.items():
        for i, code in enumerate(codes):
            row = {
                "Code": code,
                "Description": f"Sector {code}",
                "DescriptionInChinese": f"部门{code}",
            }
            row["Origin"] = origin
            row |= dict(zip(codes, block[i], strict=True))
            row["TIU"] = block[i].sum()
            row |= dict(zip(final, uses[origin][i], strict=True))
            if not separate:
                row["THC"] = row["FU101"] + row["FU102"]
                row["TC"] = row["THC"] + row["FU103"]
                row["GCF"] = row["FU201"] + row["FU202"]
                row["IM"] = imports[i]
                row["ERR"] = wrong[i]
            row["TFU"] = uses[origin][i].sum()
            row["GO"] = output[i] if origin == "Domestic" else row["TIU"] + row["TFU"]
            rows.append(row)
    bought = sum(blocks.values()).sum(axis=0)
    added = rng.dirichlet(np.ones(4), n).T.round(3) * (output - bought)
    added[3] = output - bought - added[:3].sum(axis=0)
    below = {"TII": bought, **dict(zip(ADDED, added, strict=True)), "TVA": added.sum(axis=0)}
    below["TI"] = output
    for code, numbers in below.items():
        row = {"Code": code, "Description": code, "DescriptionInChinese": "合计", "Origin": "TOT"}
        rows.append(row | dict(zip(codes, numbers, strict=True)) | {"TIU": numbers.sum()})
    columns = ["Code", "Description", "DescriptionInChinese", *(["Origin"] if separate else [])]
    columns += [*codes, "TIU"]
    if separate:
        columns += ["TC", "FU201", "FU202", "EX", "TFU", "GO"]
    else:
        order = ["FU101", "FU102", "THC", "FU103", "TC", "FU201", "FU202", "GCF", "EX", "TFU"]
        columns += [c for c in order if c.startswith("FU") or c == "EX" or c in subtotals]
        columns += ["IM", *(["ERR"] if error else []), "GO"]
    return pd.DataFrame(rows)[columns]
