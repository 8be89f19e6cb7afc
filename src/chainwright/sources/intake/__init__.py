"""From files as people keep them to tables of cells: sheets, headers, columns, values, bills."""

from chainwright.sources.intake.found import CellTable, Choice, Sheet, Understood
from chainwright.sources.intake.reading import understood

__all__ = ["CellTable", "Choice", "Sheet", "Understood", "understood"]
