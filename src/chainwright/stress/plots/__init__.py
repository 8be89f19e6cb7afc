"""Pictures of runs under stress: matplotlib figures in English or Chinese."""
