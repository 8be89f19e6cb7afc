"""Jobs in batches that go wrong, which worker processes can import."""

import os

import numpy as np

from chainwright.errors import ParameterError


class FailingJob:
    """A job whose second batch raises an error, or ends its worker."""

    def __init__(self, how):
        self.how = how

    def summaries(self, batch):
        if batch == 1 and self.how == "raises":
            raise ParameterError("size", "draw 1", "smaller", 9.0)
        if batch == 1:
            os._exit(3)
        return {"draw": np.array([batch])}
