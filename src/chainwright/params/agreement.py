"""Texts whose words agree with a count: one item, two items, no items."""

from string import Formatter

__all__ = ["agreed"]


class _Agreeing(Formatter):
    """Fills a text; a place ``{n:item|items}`` takes the word that agrees with the count n."""

    def format_field(self, value: object, format_spec: str) -> str:
        """Return a value as it is written, or the word that agrees with it."""
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else many
        return format(value, format_spec)


AGREEING = _Agreeing()


def agreed(text: str, /, **given: object) -> str:
    """Return a text with its places filled and its words in agreement with the counts.

    A place ``{n}`` is filled with the value n as ever. A place ``{n:item|items}`` is filled with
    the first word where n is written ``1``, and with the second one otherwise: English says "0
    items", "1 item", "1.0 items".

    Parameters
    ----------
    text : str
        The text.
    **given
        What its places are filled with: numbers, or numbers as they are written.

    Examples
    --------
    >>> [agreed("{n} {n:site is|sites are} out", n=n) for n in (0, 1, 2)]
    ['0 sites are out', '1 site is out', '2 sites are out']
    """
    return AGREEING.vformat(text, (), given)
