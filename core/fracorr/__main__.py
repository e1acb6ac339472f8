"""``python -m fracorr``."""

from fracorr.cli import main

if __name__ == "__main__":
    main()
