"""The choice of a number of threads, on steps whose duration is known."""

from collections.abc import Callable

import torch

from glass.parallel.threads import AGAIN, RECENT, TRIALS, ThreadChoice, thread_choice


def run(choice: ThreadChoice, steps: int, seconds: Callable[[int], float]) -> list[int]:
    """Take steps that last as long as their number of threads says; return those numbers."""
    taken = []
    for _ in range(steps):
        taken.append(choice.threads)
        choice.note(seconds(choice.threads))
    return taken


def alone(threads: int) -> float:
    return 1 / threads


def beside_another(threads: int) -> float:
    return 1.0 if threads == 1 else 5.0


def test_threads_that_help_are_kept() -> None:
    choice = ThreadChoice(2)
    taken = run(choice, 2 * TRIALS, alone)
    assert taken == [2, 1] * TRIALS
    assert set(run(choice, AGAIN - 1, alone)) == {2}


def test_one_thread_where_others_only_wait() -> None:
    choice = ThreadChoice(2)
    run(choice, 2 * TRIALS, beside_another)
    assert set(run(choice, AGAIN - 1, beside_another)) == {1}


def test_as_many_as_are_fastest() -> None:
    choice = ThreadChoice(16)
    taken = run(choice, 6 * TRIALS, lambda threads: abs(threads - 4) + 1)
    assert taken == [16, 8] * TRIALS + [8, 4] * TRIALS + [4, 2] * TRIALS
    assert choice.threads == 4


def test_slower_steps_are_timed_again() -> None:
    choice = ThreadChoice(2)
    run(choice, 2 * TRIALS + RECENT, alone)
    slow = RECENT // 2 + 1
    taken = run(choice, slow + 2 * TRIALS, beside_another)
    assert taken == [2] * slow + [2, 1] * TRIALS
    assert choice.threads == 1


def test_a_single_slow_step_changes_nothing() -> None:
    choice = ThreadChoice(2)
    run(choice, 2 * TRIALS + RECENT, alone)
    choice.note(100.0)
    assert set(run(choice, 2 * RECENT, alone)) == {2}


def test_threads_come_back_when_the_other_program_has_ended() -> None:
    choice = ThreadChoice(2)
    run(choice, 2 * TRIALS, beside_another)
    run(choice, AGAIN + 2 * TRIALS, alone)
    assert choice.threads == 2


def test_one_thread_is_one_thread() -> None:
    assert set(run(ThreadChoice(1), 2 * AGAIN, alone)) == {1}


def test_afterwards_torch_has_its_threads_again() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with thread_choice() as choice:
            run(choice, 2 * TRIALS, beside_another)
            torch.set_num_threads(choice.threads)
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
