"""``python -m fellesord``."""

from fellesord.cli import main

if __name__ == "__main__":
    main()
