"""How the commands of this package end: mistakes of use or input give one line on stderr and exit code 2."""

import sys
from collections.abc import Callable

import typer

from glass.core.errors import GlassError

USAGE_EXIT_CODE = 2
"""Exit code after a mistake of use or input."""

INTERRUPTED_EXIT_CODE = 130
"""Exit code after Ctrl-C."""


def run(app: typer.Typer, name: str) -> None:
    """Run a command from `sys.argv` and exit the process.

    Args:
        app: what to run.
        name: the command as people type it, for messages.
    """
    sys.exit(_exit_code(lambda: app(prog_name=name, standalone_mode=False), name))


def _exit_code(command: Callable[[], object], name: str) -> int:
    try:
        result = command()
    except GlassError as error:
        return _complain(str(error))
    except typer.TyperException as error:
        return _complain(f"{name}: {error.format_message().rstrip('. ')}; see '{name} --help'")
    except OSError as error:
        return _complain(f"{error.filename or name}: {error.strerror or error}")
    except (typer.Abort, KeyboardInterrupt):
        result = INTERRUPTED_EXIT_CODE
    code = result if isinstance(result, int) else 0
    if code == INTERRUPTED_EXIT_CODE:  # Some versions of typer return it, others raise.
        _complain(f"{name}: interrupted")
    return code


def _complain(message: str) -> int:
    print(" ".join(message.split()), file=sys.stderr)
    return USAGE_EXIT_CODE
