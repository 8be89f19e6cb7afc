"""The command that finds codes of industries, products and places."""

from chainwright.cli.options import SINK, Sink, app, show


@app.command
def classes(
    word: str,
    /,
    *,
    within: str | None = None,
    to: str | None = None,
    limit: int = 20,
    sink: Sink = SINK,
) -> None:
    """Find a code of an industry, a product or a place, or what it is in another list.

    Lists: GBT4754, ISIC4, NACE2, HS1992, HS2017, HS2022, GBT2260, ISO3166.

    Parameters
    ----------
    word
        Part of a code, a Chinese or an English name: 3841, lithium carbonate, 隔膜.
    within
        The one list to search; all if not given.
    to
        The list to take the codes to: ISIC4, NACE2, GBT4754, HS1992, HS2017 or HS2022.
    limit
        Most codes.
    sink
        Where the answer goes.
    """
    from chainwright.system import System  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.system.class_search import class_bridge, class_search  # noqa: PLC0415

    if to is None:
        show(class_search(System(), word, within=within, limit=limit), sink)
    else:
        show(class_bridge(System(), word, to, within=within, limit=limit), sink)
