"""Economic complexity: what places can make, and what lies near to it."""
