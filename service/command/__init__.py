"""The `copcheck` command whole: the validator's commands and the service's own."""
