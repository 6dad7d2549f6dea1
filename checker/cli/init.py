"""`poscheck init`: a first case to edit."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from checker.source import shown

_CASE = """\
# Who and what. Every name that a statement uses is declared once.
party north "North"
party south "South"
place geneva "Geneva"
event talks "peace talks" { between: north, south }
state ceasefire "a ceasefire" { between: north, south }

source communique "Joint press notes" { date: 2025-05-11 }

# What they say: a stance, what it is about, conditions, and the words in the source that carry it.
position north_offer "Talks first" by north in communique {
  proposes talks at geneva on 2025-05-15
    "we propose to meet in Geneva on 15 May"
  requires talks before ceasefire
    "a ceasefire can only come out of the talks"
}

position south_offer "A ceasefire first" by south in communique {
  accepts talks at geneva on 2025-05-15 only after ceasefire
    "we will come to Geneva on the 15th, once the guns are silent"
}
"""


@click.command()
@click.argument("folder", default=".")
def command(folder: str) -> None:
    """Write a first case and a project file into FOLDER; nothing is overwritten.

    \b
    Example:
      poscheck init my_case && poscheck check my_case
    """
    target = Path(folder)
    files = {
        target / "case.pos": _CASE,
        target / "poscheck.toml": "# settings: poscheck check --help\n",
    }
    there = [shown(f) for f in files if f.exists()]
    if there:
        click.echo(f"error: `{there[0]}` is there already; nothing was written", err=True)
        sys.exit(2)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            file.write_text(text, "utf-8")
    except OSError as error:
        click.echo(
            f"error: `{folder}` cannot be written: {(error.strerror or str(error)).lower()}",
            err=True,
        )
        sys.exit(2)
    for file in files:
        click.echo(f"wrote {shown(file)}", err=True)
    click.echo(f"next: poscheck check {shown(target)}", err=True)
