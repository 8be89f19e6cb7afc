"""Templates of the pages: escaped by default, one style sheet, whose hash the browser is told."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from chainwright.serve.wording import PageWords

__all__ = ["rendered", "style_hash"]


@cache
def _environment() -> Environment:
    folder = files("chainwright").joinpath("serve/templates")
    texts = {f.name: f.read_text(encoding="utf-8") for f in folder.iterdir()}
    return Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


@cache
def _style() -> str:
    """Return the style sheet without what only its reader needs."""
    lines = _environment().get_template("page.css").render().splitlines()
    return " ".join(line.strip() for line in lines)


@cache
def style_hash() -> str:
    """Return the hash of the one style sheet, as a policy of contents names it (CSP 3).

    Examples
    --------
    >>> style_hash()[:8], len(style_hash())
    ("'sha256-", 53)
    """
    return f"'sha256-{b64encode(sha256(_style().encode()).digest()).decode()}'"


@cache
def _version() -> str:
    return version("chainwright")


def rendered(template: str, words: PageWords, **given: object) -> str:
    """Return a page as HTML.

    Parameters
    ----------
    template : str
        Name of the template.
    words : PageWords
        The language.
    **given
        What the template shows besides the style sheet.
    """
    return (
        _environment()
        .get_template(template)
        .render(
            css=Markup(_style()),  # noqa: S704 - our own file
            words=words,
            say=words.say,
            version=_version(),
            **given,
        )
    )
