"""Validation frameworks on the rules that they can express; each runs in an environment of its own."""
