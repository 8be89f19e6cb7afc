"""The command that shows the columns of every table."""

import sys
from pathlib import Path

from chainwright.cli.options import app, quiet


@app.command
def schema(table: str | None = None, *, example: Path | None = None) -> None:
    """Print the columns of a table, or write a small valid example of an input table.

    Parameters
    ----------
    table
        Name of a table; without it, the names of all tables are printed.
    example
        CSV file to write a small valid example to.
    """
    from chainwright import tables  # noqa: PLC0415

    if table is None:
        sys.stdout.write("\n".join(tables.schemas()) + "\n")
        return
    columns = tables.schema(table)
    if example is not None:
        tables.write_bytes(example, tables.example(table).encode())
        quiet(f"written: {example}")
        return
    width = max(len(c.column) for c in columns)
    for c in columns:
        unit = f" [{c.unit}]" if c.unit else ""
        sys.stdout.write(f"{c.column:{width}s}  {c.type:7s}  {c.description_en}{unit}\n")
