"""A whole city: what its firms' ratings sum up to, who moved, where data are missing."""
