"""Learning in the background, one clip at a time, while play goes on."""

from dataclasses import replace

from glass.core.errors import GlassError
from playground.learning.messages import LearnReport
from playground.learning.process import LearningProcess, LearningState, LearnRequest

_STARTING = LearningState()


class BackgroundLearning:
    """Learns from one clip at a time; `next_message` tells once that it is done, or why there is no model."""

    def __init__(self, command: tuple[str, ...] = ()) -> None:
        """Prepare; nothing is started yet. `command` is what to run instead of `glass-learn`."""
        self._command = command
        self._process: LearningProcess | None = None
        self._next: LearnRequest | None = None
        self._report: LearnReport | None = None
        self._told = False
        self.request: LearnRequest | None = None
        """What is learned, or was, until it is forgotten; None where nothing is."""

    @property
    def busy(self) -> bool:
        """Whether it learns."""
        return self.request is not None and not self.state().ended

    def begin(self, request: LearnRequest) -> None:
        """Begin to learn.

        Raises:
            GlassError: it learns already, or the process cannot be started.
        """
        if self.busy and self.request is not None:
            raise GlassError(f"{self.request.clip.name} is being learned from; wait for that, or stop it")
        self.forget()
        self._start(request)

    def take_agent(self, agent: str) -> None:
        """Begin anew with the same clip, and the agent that is there, as `--agent` of `glass-learn` says it.

        Raises:
            GlassError: the process cannot be started.
        """
        if self.request is None:
            return
        report = self.state().report
        request = replace(self.request, agent=agent, restart=True)
        if self._process is not None and not self._process.state().ended:
            self._next = request
            self._process.kill()  # what it has so far is forgotten anyway
        else:
            self._drop()
            self._start(request)
        self._report, self.request = report, request

    def state(self) -> LearningState:
        """Return how far it is; of one that begins anew with another agent the former report, until there is one."""
        if self._process is None:
            return _STARTING
        state = self._process.state()
        if state.ended and self._next is not None:
            request, report, self._next = self._next, self._report, None
            self._drop()
            try:
                self._start(request)
            except GlassError as error:
                return LearningState(report=report, ended=True, problem=str(error))
            self._report = report
            return self.state()
        if self._next is not None:
            state = _STARTING
        return state if state.report is not None or self._report is None else replace(state, report=self._report)

    def stop(self) -> None:
        """Ask it to end early and keep what was reached; asked again, it ends at once."""
        if self._process is not None:
            self._next = None
            self._process.stop()

    @property
    def words(self) -> str:
        """How far it is, in a few words for a line of the window; empty where nothing is learned."""
        if self.request is None:
            return ""
        state = self.state()
        if state.ended:
            return f"nothing learned from {self.request.clip.name}" if state.problem else f"learned {self.request.name}"
        share = 0.0 if state.progress is None else state.progress.share
        return f"learning {self.request.name} {share:.0%}"

    def next_message(self) -> str:
        """Return, once, that it is done; else nothing.

        Raises:
            GlassError: it ended without a model; told once.
        """
        if self.request is None or self._told:
            return ""
        state = self.state()
        if not state.ended:
            return ""
        self._told = True
        if state.problem:
            raise GlassError(f"nothing was learned from {self.request.clip.name}: {state.problem}")
        return f"{self.request.name} was learned from {self.request.clip.name}, and stands among the pictures"

    def seen(self) -> None:
        """Tell no more of what the player has seen: what has ended is forgotten."""
        if self.request is not None and self.state().ended:
            self.forget()

    def forget(self) -> None:
        """End what is learned, if anything, and forget it; what was reached can be gone on with."""
        self._drop()
        self.request = self._next = self._report = None

    def _start(self, request: LearnRequest) -> None:
        try:
            self._process = LearningProcess(request, self._command)
        except OSError as error:
            raise GlassError(f"glass-learn cannot be started ({error.strerror})") from None
        self.request, self._told = request, False

    def _drop(self) -> None:
        """Let go of the process."""
        if self._process is not None:
            self._process.close()
        self._process = None
