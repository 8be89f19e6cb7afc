"""The command for certificates of the EU's CBAM."""

from pathlib import Path
from typing import Literal

from chainwright.cli.carbon import carbon
from chainwright.cli.options import SINK, Sink, show, tell

__all__ = ["cbam"]


@carbon.command
def cbam(
    goods: Path,
    *,
    year: int,
    price: float | None = None,
    correction: float | None = None,
    precursors: Path | None = None,
    values: Path | None = None,
    benchmarks: Path | None = None,
    tables: Literal["all", "own"] | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """Count the CBAM certificates that goods need, from default values or actual emissions.

    Without a correction factor, which is not published, the number is a lower bound.

    Parameters
    ----------
    goods
        A table as schema cbam_goods has it.
    year
        Year of import, from 2026 on.
    price
        Price of a certificate in EUR; without it there is no cost.
    correction
        Cross-sectoral correction factor of the year, above 0 and up to 1.
    precursors
        A table as schema cbam_precursors has it, of goods with actual emissions.
    values
        Default values of your own, as schema cbam_values has them; with benchmarks beside.
    benchmarks
        Benchmarks of your own, as schema cbam_benchmarks has them.
    tables
        all: those of the extra cbam; own: the few on steel that come with chainwright. All where
        the extra is installed, if not given.
    top
        First rows alone.
    sink
        Where the answer goes.
    """
    from chainwright import carbon as models  # noqa: PLC0415 - `--help` loads no pandas
    from chainwright.errors import ParameterError  # noqa: PLC0415

    if (values is None) != (benchmarks is None):
        raise ParameterError("--values", "cbam", "given together with --benchmarks", values)
    held = None
    if values is not None:
        held = models.CbamTables.read(values, benchmarks)
    elif tables is not None:
        held = models.CbamTables.own() if tables == "own" else models.CbamTables.of_opencbam()
    found = models.cbam(
        goods, year=year, price=price, correction=correction, precursors=precursors, tables=held
    )
    show(found, sink, top=top)
    if sink.output is None:
        from chainwright.report.wording import Words  # noqa: PLC0415

        form = Words(sink.lang).known(str(found.edition["format"]))
        edition = f"{form} {found.edition['version']}"
        said = SAID_ZH if sink.lang == "zh" else SAID
        tell(said[0].format(certificates=found.certificates, edition=edition))
        if correction is None and (found.of_goods["free"] > 0.0).any():
            tell(said[1])


SAID = (
    "{certificates:,.3f} certificates in all. Default values and benchmarks: {edition}.",
    "A lower bound, but for actual emissions without precursors: the cross-sectoral correction "
    "factor is not published and taken as 1.",
)
SAID_ZH = (
    "证书合计 {certificates:,.3f}。默认值与基准来源：{edition}。",
    "此为下界（未给出前体的实际排放除外）：跨行业校正系数尚未公布，取 1。",
)
