"""The HTTP interface: what may be asked, of whom, and how it is answered."""
