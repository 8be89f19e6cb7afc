"""Exchange: footprints of products as documents that buyers and suppliers understand."""
