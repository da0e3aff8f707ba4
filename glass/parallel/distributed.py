"""Processes that train one model together, started by torchrun: which part each takes, and what they tell each other.

A batch is split along its first axis, and every process works on its share of it. What a loss or a normalisation takes
of a whole batch is summed over all processes, so that a training does not depend on how many there are, but for
rounding. In a single process nothing here does anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.parallel import DistributedDataParallel

__all__ = [
    "average",
    "barrier",
    "by_itself",
    "collect",
    "count",
    "device",
    "device_of",
    "full_precision",
    "gathered",
    "is_first",
    "joined",
    "mean",
    "mixed_precision",
    "rank",
    "ratio",
    "share",
    "together",
    "total",
]


_by_itself: ContextVar[bool] = ContextVar("by_itself", default=False)


def count() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() and not _by_itself.get() else 1


def rank() -> int:
    """Which of them this is, from 0."""
    return dist.get_rank() if dist.is_initialized() and not _by_itself.get() else 0


@contextmanager
def by_itself() -> Iterator[None]:
    """Do something in one process only: nothing inside is shared, and nobody is spoken to."""
    token = _by_itself.set(True)
    try:
        yield
    finally:
        _by_itself.reset(token)


def is_first() -> bool:
    """Whether this is the process that reports and writes."""
    return rank() == 0


def device() -> torch.device:
    """Where this process trains: a GPU of its own where there are any, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device("cpu")


def device_of(module: nn.Module) -> torch.device:
    """Where a module's parameters are."""
    return next(module.parameters()).device


def mixed_precision(where: torch.device, wanted: bool = True) -> AbstractContextManager[Any]:
    """Let networks compute in bfloat16, if ``wanted``, on GPUs and on processors that multiply such matrices (AMX)."""
    fast = where.type == "cuda" or _multiplies_matrices()
    return torch.autocast(where.type, torch.bfloat16, enabled=wanted and fast)


@cache
def _multiplies_matrices() -> bool:
    """Whether the processor has units for products of matrices; Linux says so, and elsewhere none is known."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            return any("amx_bf16" in line.split() for line in lines if line.startswith("flags"))
    except OSError:
        return False


def full_precision(tensor: Tensor) -> AbstractContextManager[Any]:
    """Compute in float32, whatever is around: colours and codes need more than three digits."""
    return torch.autocast(tensor.device.type, enabled=False)


@contextmanager
def joined() -> Iterator[None]:
    """Join the other processes that torchrun started, if it did; NCCL carries messages between GPUs, else Gloo."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    where = device()
    if where.type == "cuda":
        torch.cuda.set_device(where)
        dist.init_process_group("nccl", device_id=where)
    else:
        dist.init_process_group("gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


def barrier() -> None:
    """Wait for the others."""
    if count() > 1:
        dist.barrier()


def together(module: nn.Module) -> nn.Module:
    """Let a module's gradients be averaged over all processes."""
    return DistributedDataParallel(module) if count() > 1 else module


def share(whole: int) -> slice:
    """Which of ``whole`` things are this process's: all of them where it is alone."""
    return slice(rank() * whole // count(), (rank() + 1) * whole // count())


def _sum(tensor: Tensor) -> Tensor:
    summed = tensor.detach().clone(memory_format=torch.contiguous_format)
    dist.all_reduce(summed)
    return summed


class _Total(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor) -> Tensor:
        return _sum(tensor)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _sum(gradient)


def total(tensor: Tensor) -> Tensor:
    """Sum of a tensor over the processes; gradients find their way back to all of them."""
    if count() == 1:
        return tensor
    summed: Tensor = _Total.apply(tensor)  # type: ignore[no-untyped-call]
    return summed


def ratio(amount: Tensor, weight: Tensor | float) -> Tensor:
    """Divide what all processes find by the weight of all, at least 1: this process's part of it.

    The mean of the parts, which averaging gradients takes, is the ratio.
    """
    whole = total(torch.as_tensor(weight, dtype=amount.dtype, device=amount.device))
    return count() * amount / whole.clamp(min=1)


def mean(values: Tensor) -> Tensor:
    """Mean over the values of all processes: this process's part of it, as `ratio` gives it."""
    return values.mean() if count() == 1 else ratio(values.sum(), values.numel())


def average(values: Tensor) -> Tensor:
    """Average numbers over the processes; no gradients."""
    return _sum(values) / count() if count() > 1 else values.detach()


def collect(tensor: Tensor) -> tuple[Tensor, slice]:
    """Lay all processes' tensors ``(N, ...)``, of any N, behind each other; say which part is this one's.

    It has no gradients.
    """
    if count() == 1:
        return tensor, slice(0, len(tensor))
    where = device()
    sizes = torch.zeros(count(), dtype=torch.int64, device=where)
    sizes[rank()] = len(tensor)
    dist.all_reduce(sizes)
    lengths = sizes.tolist()
    padded = tensor.new_zeros((max(lengths), *tensor.shape[1:]), device=where)
    padded[: len(tensor)] = tensor.detach()
    parts = [torch.empty_like(padded) for _ in lengths]
    dist.all_gather(parts, padded)
    whole = torch.cat([part[:length] for part, length in zip(parts, lengths, strict=True)]).to(tensor.device)
    first = sum(lengths[: rank()])
    return whole, slice(first, first + len(tensor))


class _Gathered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor, whole: Tensor, own: slice) -> Tensor:
        ctx.own = own
        return whole.view_as(whole)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        return _sum(gradient)[ctx.own], None, None


def gathered(tensor: Tensor) -> tuple[Tensor, slice]:
    """`collect`, and gradients find their way back to the process whose tensor it was."""
    whole, own = collect(tensor)
    return (_Gathered.apply(tensor, whole, own) if count() > 1 else whole), own  # type: ignore[no-untyped-call]
