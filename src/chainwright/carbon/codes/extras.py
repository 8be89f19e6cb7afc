"""What the extra `carbon` brings; only signing, checking and drawing codes need it."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chainwright.errors import MissingPartError

__all__ = ["extra"]


@cache
def extra(module: str) -> Any:  # noqa: ANN401 - any module
    r"""Return a module of the extra `carbon`.

    Parameters
    ----------
    module : str
        Such as ``"cbor2"``.

    Raises
    ------
    MissingPartError
        If it is not installed.

    Examples
    --------
    >>> extra("cbor2").dumps(1)
    b'\x01'
    """
    package = module.partition(".")[0]
    if find_spec(package) is None:
        raise MissingPartError(
            f"the library {package}", "Install the extra: pip install 'chainwright[carbon]'."
        )
    return import_module(module)
