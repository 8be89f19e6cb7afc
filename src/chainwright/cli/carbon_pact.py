"""The commands for product footprints of PACT 3.0."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.options import tell
from chainwright.errors import MissingFileError, ParameterError

if TYPE_CHECKING:
    from chainwright.carbon.exchange.pact_products import OfChain

__all__ = ["pact"]

pact = App(name="pact", help="Footprints of products as PACT 3.0 documents for buyers.")
carbon.command(pact)


@pact.command
def check(path: Path, *, lang: Literal["en", "zh"] = "en") -> None:
    """Check a file of product footprints against PACT 3.0, and say what it holds.

    Parameters
    ----------
    path
        A JSON file: one product footprint, a list, or an answer with data.
    lang
        Language of what is said: en or zh.
    """
    from chainwright import carbon as models  # noqa: PLC0415 - `--help` loads no pandas

    found = models.read_pact(path)
    for one in found:
        name = one.document["productNameCompany"]
        mass = "" if one.per_kg is None else f" = {one.per_kg.normalize():f} kgCO2e/kg"
        share = f"{one.primary_share:.1%}"
        words = (
            f"{name}：{one.per_unit.normalize():f} kgCO2e/{one.unit}{mass}，初级数据 {share}"
            if lang == "zh"
            else f"{name}: {one.per_unit.normalize():f} kgCO2e/{one.unit}{mass}, "
            f"{share} primary data"
        )
        sys.stdout.write(f"{words}\n")
    tell(
        f"{len(found)} 份产品碳足迹符合 PACT 3.0。"
        if lang == "zh"
        else f"{len(found)} in order as PACT 3.0 has it."
    )


@pact.command
def write(
    products: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    footprints: Path | None = None,
    lang: Literal["en", "zh"] = "en",
) -> None:
    """Write a table of products as PACT 3.0 documents: totals for buyers, never the inputs.

    Parameters
    ----------
    products
        A table as schema pact_products has it.
    output
        JSON file to write; the screen if not given.
    footprints
        A table with product, footprint (kgCO2e of a unit), primary_share and unit, such as carbon
        footprint writes; used for products without a footprint of their own.
    lang
        Language of what is said: en or zh.
    """
    from chainwright import carbon as models  # noqa: PLC0415 - `--help` loads no pandas

    given = {} if footprints is None else _given(footprints)
    found = models.pact_footprints(products, given)
    for product, own in _own(products).items():
        if product in given:
            other = given[product][0]
            tell(
                f"{product}：取产品表自填的 {own:g}，未取 --footprints 的 {other:g}。"
                if lang == "zh"
                else f"{product}: {own:g} as the table of products itself says, not {other:g} of "
                "--footprints; leave it empty there to take the latter."
            )
    if output is None:
        for one in found:
            sys.stdout.write(f"{one.as_json()}\n")
        return
    models.write_pact(output, found)
    tell(f"已写入 {len(found)} 份：{output}" if lang == "zh" else f"{len(found)} written: {output}")


def _own(products: Path) -> "dict[str, float]":
    """Return the footprints that a table of products has itself."""
    from chainwright.sources.typed_rows import checked_rows  # noqa: PLC0415

    frame = checked_rows(products, "pact_products", required=("product",)).frame
    frame = frame[frame["footprint"].notna()]
    return dict(zip(frame["product"].astype(str), frame["footprint"].astype(float), strict=True))


def _given(path: Path) -> "dict[str, OfChain]":
    """Return footprint, share of primary data and, where it is told, unit by product."""
    import pandas as pd  # noqa: PLC0415

    from chainwright.tables import as_meant  # noqa: PLC0415

    if not path.is_file():
        raise MissingFileError(f"There is no file '{path}'.")
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    needed = ["product", "footprint", "primary_share"]
    if not set(needed) <= set(frame.columns):
        expected = f"a table with the columns {', '.join(needed)}"
        raise ParameterError("--footprints", "carbon pact write", expected, list(frame.columns))
    columns = [*needed, "unit"] if "unit" in frame.columns else needed
    rows = frame[columns].fillna({"unit": ""}).itertuples(index=False, name=None)
    return {
        as_meant(str(product)): (float(one), float(share), *(word for word in unit if word))
        for product, one, share, *unit in rows
    }
