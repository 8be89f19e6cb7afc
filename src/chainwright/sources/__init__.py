"""Where tables come from: readers of published data, and made-up systems."""

from chainwright.sources.demos import demo
from chainwright.sources.longtable import read_table
from chainwright.sources.mrio import from_pymrio
from chainwright.sources.reading import Origin, Reading
from chainwright.sources.recognise import locate, read

__all__ = ["Origin", "Reading", "demo", "from_pymrio", "locate", "read", "read_table"]
