"""`poscheck`: the group of commands, each imported when it is used."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Any

import click

gc.disable()  # a command is short, and what it keeps has no cycles worth looking for

COMMANDS = {
    "check": "Check files and folders: contradictions, preconditions, focal points.",
    "explain": "Show the proof of a finding, down to statements and quotes.",
    "fmt": "Format files; keeps every comment.",
    "init": "Start a project with a first case.",
    "query": "Ask which statements match a pattern.",
    "rules": "List the rules, or show one.",
    "test": "Run the examples of rules and the expectations of cases.",
}


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"checker.cli.{name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from checker.diagnostic import closest

            best = closest(args[0], COMMANDS)
            hint = f"did you mean `{best}`?" if best else f"commands are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command `{args[0]}`; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"poscheck {version('poscheck')}")
        ctx.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, callback=_version, is_eager=True, expose_value=False)
def poscheck() -> None:
    """Check what parties to a negotiation say against each other, with proof.

    \b
    Examples:
      poscheck check corpus/istanbul_2025
      poscheck check case.pos --output-format json
      poscheck query 'P accepts talks at V' case.pos
      poscheck test corpus rules
    """


def main() -> None:
    """Run; a mistake in usage or an internal error exits with status 2, Ctrl-C with 130."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = poscheck.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:  # INVARIANT: nobody sees a traceback; POSCHECK_DEBUG shows it
        import os

        if os.environ.get("POSCHECK_DEBUG"):
            raise
        click.echo(f"poscheck: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("please report it; POSCHECK_DEBUG=1 shows where it happened", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
