"""Jobs: the ledger they stand in, what one does, and the processes that do them."""
