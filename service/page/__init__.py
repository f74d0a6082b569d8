"""The page for a person: drop a file, watch it go through, and see what it says."""
