"""peer-stories …: a file a command, loaded when it is called."""

import os
import sys
from importlib import import_module

import click

from archive.services.errors import Refusal
from archive.settings import SettingsError

# name -> (module, one line of help). A command's module is imported only when it runs: --help stays quick.
COMMANDS = {
    "up": ("up", "Start the archive: web and worker together."),
    "worker": ("worker", "Run a worker alone."),
    "db": ("db", "Bring the database to this version, or back."),
    "account": ("account", "Add somebody who can sign in."),
    "add": ("add", "Bring in a recording from this machine."),
    "seed": ("seed", "Load a corpus of passages as published stories, for trials."),
    "transcribe": ("transcribe", "Words of a recording on standard output; no database needed."),
    "search": ("search", "Find passages."),
    "export": ("export", "Hand over a story's transcript."),
    "themes": ("themes", "Take in, hand over and merge themes (SKOS)."),
    "reindex": ("reindex", "Make the search index anew, without a gap."),
    "check": ("check", "Prove that database, files and index agree."),
    "consent": ("acts", "Record what a narrator agreed to."),
    "strike": ("strikes", "Take a span out of text, sound and picture."),
    "unstrike": ("strikes", "Bring back what a strike took out."),
    "keycard": ("keycard", "Make a narrator's key card."),
    "publish": ("acts", "Open a story to everyone."),
    "unpublish": ("acts", "Close a story to the public."),
    "withdraw": ("withdraw", "Take a story back, with a receipt."),
    "remove": ("acts", "Take a story out, with its files."),
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"archive.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="peer-stories", prog_name="peer-stories")
def group() -> None:
    """An oral-history archive that people run themselves."""


def main() -> None:
    """0 done, 1 refused or failed with one line on standard error, 2 wrong usage."""
    try:
        group.main(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        os._exit(1)  # a worker's thread may be in the middle of hearing; Python's own ending aborts with a message then
    except (Refusal, SettingsError) as refusal:
        sys.exit(str(refusal))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        sys.exit(_sentence(error))


def _sentence(error: Exception) -> str:
    """One line for anything else. Engines' refusals are sentences already; the rest is named by its type."""
    from sqlalchemy.exc import OperationalError

    from search.index import IndexBusy, IndexUnavailable
    from uploads.media import Unplayable
    from uploads.speech.weights import CannotHear
    from uploads.storage import StorageFull

    if isinstance(error, (Unplayable, CannotHear, StorageFull, IndexBusy, IndexUnavailable)):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database does not answer: {str(error.orig).strip().splitlines()[0]}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"Something went wrong ({type(error).__name__}: {error}). Nothing was changed by this step."
