"""Lists that others publish, as CSV or XLSX, into rows of the registry's tables."""
