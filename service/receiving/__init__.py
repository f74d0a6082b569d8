"""From a request's first byte to a body that is safe and a row that says so."""
