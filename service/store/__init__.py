"""Where bodies and results are kept: a folder or a bucket; what is put there is never changed."""

from service.store.store import DamagedObjectError, MissingObjectError, Store, StoreUnavailableError, open_store

__all__ = ["DamagedObjectError", "MissingObjectError", "Store", "StoreUnavailableError", "open_store"]
