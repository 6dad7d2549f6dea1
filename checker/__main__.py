"""`python -m checker` is `poscheck`."""

from checker.cli.main import main

main()
