"""The console of all commands: exit codes, and one line on stderr after a mistake of use or input."""

import importlib.util
import inspect
import io
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import typer

from glass.core.errors import GlassError, InterruptedRunError

MISTAKE = 2
"""Exit code after a mistake of use or input."""
INTERRUPTED = 130
"""Exit code after Ctrl-C."""

Options = TypeVar("Options")


def new_command(text: str) -> typer.Typer:
    """Return a command without boxes or colours; `text` is its help."""
    return typer.Typer(help=text, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def takes_options(kind: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Decorate a command that takes its options as one dataclass, whose fields are annotated as typer's parameters."""

    def decorate(command: Callable[[Options], None]) -> Callable[..., None]:
        def run(**given: object) -> None:
            command(kind(**given))

        run.__doc__ = command.__doc__
        run.__dict__["__signature__"] = inspect.signature(kind)
        return run

    return decorate


def run_command(app: typer.Typer, name: str, arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        app: what to run.
        name: the command as people type it.
        arguments: what follows the name; None takes the process's.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold what a terminal cannot show
    try:
        result = app(arguments, prog_name=name, standalone_mode=False)
    except InterruptedRunError as error:
        return _complain(str(error), INTERRUPTED)
    except GlassError as error:
        return _complain(str(error))
    except typer.TyperException as error:
        return _complain(f"{name}: {error.format_message().rstrip('. ')}; see {name} --help")
    except OSError as error:
        return _complain(f"{error.filename or name}: {error.strerror or error}")
    except (typer.Abort, KeyboardInterrupt):
        result = INTERRUPTED
    if result == INTERRUPTED:  # some versions of typer return it, others raise
        return _complain(f"{name}: interrupted", INTERRUPTED)
    return result if isinstance(result, int) else 0


def check_packages(command: str, packages: Sequence[str], what: str, extra: str) -> None:
    """See that packages that only some commands need are installed; `what` is what the `extra` brings.

    Raises:
        GlassError: naming the first that is not.
    """
    for name in packages:
        if importlib.util.find_spec(name) is None:
            raise GlassError(
                f"{command}: {name} is not installed; install the {what} with pip install 'glass-playground[{extra}]'"
            )


def stop_like_interrupt() -> None:
    """Let a request to terminate, or a closed terminal, end the process as Ctrl-C does: what was recorded is written.

    A process that was told to survive its terminal (`nohup`) does.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def _complain(sentence: str, code: int = MISTAKE) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return code
