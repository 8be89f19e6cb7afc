"""What to do: measures that cover gaps, what they cost, and the order to restart in."""

__all__: list[str] = []
