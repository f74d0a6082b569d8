"""What a run leaves behind in the store, how it is read back, and how two runs differ."""
