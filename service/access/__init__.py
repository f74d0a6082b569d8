"""Who may do what: keys, sessions, scopes, limits and the trail of what was done."""
