"""What happens: shocks in one language for every engine, and what they mean for each engine."""
