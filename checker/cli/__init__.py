"""The command line: options → API → renderer → exit status. One file a command.

Only this package knows click.
"""
