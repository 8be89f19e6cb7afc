"""The command that lists emission factors."""

from chainwright.cli.carbon import carbon
from chainwright.cli.options import SINK, Sink, show

__all__ = ["factors"]


@carbon.command
def factors(
    *,
    set: str | None = None,
    item: str | None = None,
    region: str | None = None,
    top: int | None = None,
    sink: Sink = SINK,
) -> None:
    """List emission factors with publisher, validity, boundary and whether they are verified.

    Parameters
    ----------
    set
        A factor set (cn-industry, cn-cement, cn-rounded, ipcc-2006, cbam) or a series such as
        epa-hub-2025, grid-province, gwp-ar6; all if not given.
    item
        One fuel, input, gas or product: diesel, limestone, n2o.
    region
        One place: 330500, east, CN.
    top
        First rows alone.
    sink
        Where the answer goes.
    """
    from chainwright.carbon import emission_factors  # noqa: PLC0415 - `--help` loads no pandas
    from chainwright.system import System  # noqa: PLC0415

    show(emission_factors(System(), set, item=item, region=region), sink, top=top)
