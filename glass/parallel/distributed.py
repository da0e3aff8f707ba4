"""Data-parallel training in several processes started by torchrun: shards, all-reduce and all-gather.

A batch is split along its first axis, and every process works on its shard of it. What a loss or a normalisation takes
of a whole batch is summed over all processes, so that a training does not depend on how many there are, but for
rounding. In a single process nothing here does anything.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.nn.functional import all_reduce
from torch.nn.parallel import DistributedDataParallel

from glass.parallel.precision import device

_single: ContextVar[bool] = ContextVar("single", default=False)


def world_size() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() and not _single.get() else 1


def rank() -> int:
    """Which of them this is, from 0."""
    return dist.get_rank() if dist.is_initialized() and not _single.get() else 0


@contextmanager
def single_process() -> Iterator[None]:
    """Do something in one process only: nothing inside is split or exchanged."""
    token = _single.set(True)
    try:
        yield
    finally:
        _single.reset(token)


def is_first() -> bool:
    """Whether this is the process that reports and writes."""
    return rank() == 0


@contextmanager
def process_group() -> Iterator[None]:
    """Join the other processes that torchrun started, if it did; by NCCL between GPUs, else by Gloo."""
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
    if world_size() > 1:
        dist.barrier()


def data_parallel(module: nn.Module) -> nn.Module:
    """Average a module's gradients over all processes (DistributedDataParallel)."""
    return DistributedDataParallel(module) if world_size() > 1 else module


def shard(whole: int) -> slice:
    """Which of ``whole`` things are this process's."""
    return slice(rank() * whole // world_size(), (rank() + 1) * whole // world_size())


def all_reduce_sum(tensor: Tensor) -> Tensor:
    """Sum of a tensor over the processes; gradients find their way back to all of them."""
    if world_size() == 1:
        return tensor
    summed: Tensor = all_reduce(tensor)
    return summed


def ratio(amount: Tensor, weight: Tensor | float) -> Tensor:
    """Divide what all processes find by the weight of all, at least 1: this process's part of it.

    The mean of the parts, which averaging gradients takes, is the ratio.
    """
    whole = all_reduce_sum(torch.as_tensor(weight, dtype=amount.dtype, device=amount.device))
    return world_size() * amount / whole.clamp(min=1)


def mean(values: Tensor) -> Tensor:
    """Mean over the values of all processes: this process's part of it, as `ratio` gives it."""
    return values.mean() if world_size() == 1 else ratio(values.sum(), values.numel())


def average(values: Tensor) -> Tensor:
    """Average numbers over the processes; no gradients."""
    return all_reduce_sum(values.detach()) / world_size()


def _layout(own: int) -> tuple[list[int], slice]:
    """Lengths of all processes' shards, of which this one's is ``own``, and where it lies among them."""
    sizes = torch.zeros(world_size(), dtype=torch.int64, device=device())
    sizes[rank()] = own
    dist.all_reduce(sizes)
    lengths = sizes.tolist()
    first = sum(lengths[: rank()])
    return lengths, slice(first, first + own)


def all_gather(tensor: Tensor) -> tuple[Tensor, slice]:
    """Concatenate all processes' tensors ``(N, ...)``, of any N; also return which part is this one's.

    It has no gradients.
    """
    if world_size() == 1:
        return tensor, slice(0, len(tensor))
    lengths, own = _layout(len(tensor))
    padded = tensor.new_zeros((max(lengths), *tensor.shape[1:]), device=device())
    padded[: len(tensor)] = tensor.detach()
    parts = [torch.empty_like(padded) for _ in lengths]
    dist.all_gather(parts, padded)
    return torch.cat([part[:length] for part, length in zip(parts, lengths, strict=True)]).to(tensor.device), own


def all_gather_with_grad(tensor: Tensor) -> tuple[Tensor, slice]:
    """`all_gather` whose gradients find their way back to the process whose tensor it was."""
    if world_size() == 1:
        return tensor, slice(0, len(tensor))
    lengths, own = _layout(len(tensor))
    before, after = (tensor.new_zeros(count, *tensor.shape[1:]) for count in (own.start, sum(lengths) - own.stop))
    return all_reduce_sum(torch.cat([before, tensor, after])), own
