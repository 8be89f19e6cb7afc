"""Fonts of pictures in Chinese."""

from typing import TYPE_CHECKING

from chainwright.errors import ParameterError
from chainwright.system import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["lettered"]

CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "SimHei",
    "SimSun",
)
"""Fonts with Chinese characters, best first."""


def lettered(figure: "Figure", language: Language) -> "Figure":
    """Return a figure with all its words in a font that has the language's characters.

    Parameters
    ----------
    figure : Figure
        Changed.
    language : str
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ParameterError
        If the language is neither, or this machine has no font with Chinese characters.
    """
    from matplotlib import font_manager  # noqa: PLC0415 - heavy, and seldom needed
    from matplotlib.text import Text  # noqa: PLC0415

    if language == "en":
        return figure
    here = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in CJK_FONTS if name in here), None)
    if language != "zh" or font is None:
        expected = "'en', or 'zh' on a machine that has a font with Chinese characters"
        raise ParameterError("language", "a picture", expected, language)
    for text in figure.findobj(Text):
        text.set_fontfamily([font, "DejaVu Sans"])
    return figure
