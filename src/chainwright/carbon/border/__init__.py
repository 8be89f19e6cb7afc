"""The border: default values, benchmarks and certificates of the EU's CBAM."""
