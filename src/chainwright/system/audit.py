"""The audit of a table."""
import pandas as pd
from chainwright.system.flows import Flows
def check(flows: Flows) -> pd.DataFrame:
    """Return the audit."""
    raise NotImplementedError
def imbalances(flows: Flows) -> pd.DataFrame:
    """Return the imbalances."""
    raise NotImplementedError
