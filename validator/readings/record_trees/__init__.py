"""`|`-separated flows of several kinds of record in a tree: each kind becomes a table (D0010, D0268)."""

from validator.readings.record_trees.layouts import Column, Layout, Record
from validator.readings.record_trees.read import tables
from validator.readings.record_trees.scanning import Scanned, owned
from validator.readings.record_trees.stitching import Terms

__all__ = ["Column", "Layout", "Record", "Scanned", "Terms", "owned", "tables"]
