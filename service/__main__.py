"""`python -m service` is the `copcheck` command."""

from service.command.app import main

if __name__ == "__main__":
    main()
