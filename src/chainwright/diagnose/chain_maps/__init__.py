"""Chain maps diagnosed: what is stuck, broken, blocked, strong or unknown."""
