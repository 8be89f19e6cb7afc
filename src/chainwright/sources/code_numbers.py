"""Tables of one number a code: people by place, complexity by product."""

from chainwright.sources.typed_rows import typed_rows

__all__ = ["populations", "product_complexities"]


def populations(data: object) -> dict[str, float]:
    """Return how many people live in each place.

    Parameters
    ----------
    data : path or Arrow stream
        A table with the columns of ``chainwright schema population``.

    Raises
    ------
    TableError
        If it breaks its schema: a place that stands twice or has no number; all are listed.
    FormatError, MissingFileError
        If the file is no such file, or is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> populations(pd.DataFrame({"place": ["CHN"], "population": [1.4e9]}))
    {'CHN': 1400000000.0}
    """
    columns = ("place", "population")
    rows, _ = typed_rows(data, "population", required=columns, keys=("place",))
    return dict(zip(rows["place"].tolist(), rows["population"].tolist(), strict=True))


def product_complexities(data: object) -> dict[str, float]:
    """Return the complexity of each product that has one.

    Parameters
    ----------
    data : path or Arrow stream
        A table with the columns of ``chainwright schema product_complexity``, such as the
        ``products.csv`` that ``chainwright complexity`` writes; a product whose complexity is not
        defined is left out.

    Raises
    ------
    TableError
        If it breaks its schema, or a product stands twice; all are listed.
    FormatError, MissingFileError
        If the file is no such file, or is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> product_complexities(pd.DataFrame({"product": ["010121", "260600"], "pci": [0.5, None]}))
    {'010121': 0.5}
    """
    rows, _ = typed_rows(data, "product_complexity", required=("product",), keys=("product",))
    known = rows[rows["pci"].notna()]
    return dict(zip(known["product"].tolist(), known["pci"].tolist(), strict=True))
