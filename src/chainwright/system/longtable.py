"""The long table back from flows."""
import pandas as pd
from chainwright.system.flows import Flows
def long(flows: Flows) -> pd.DataFrame:
    """Return the long table."""
    raise NotImplementedError
