"""What people report and decide, kept as it was said: files that grow and are never rewritten."""

__all__: list[str] = []
