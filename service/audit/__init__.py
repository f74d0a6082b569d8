"""The chain of manifests, what holds it to the store, and the removal of what is too old."""
