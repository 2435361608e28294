"""`python -m meridian.cli`, for where the script is not on the path."""

from meridian.cli import main

if __name__ == "__main__":
    main()
