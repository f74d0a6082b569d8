"""The files that collectors send to customers, and MHHS messages: one reader each (formats.md B7 and B8)."""
