"""Safety stock in networks of stages: the guaranteed-service model."""
