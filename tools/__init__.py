"""What keeps the repository's own papers current; no part of the product."""
