"""Devices and mixed precision (autocast to bfloat16)."""

import os
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

_UNITS = {"amx_bf16", "avx512_bf16"}
"""Flags of processors on which training is faster in bfloat16."""


def device() -> torch.device:
    """Where this process trains: a GPU of its own where there are any, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device("cpu")


def device_of(module: nn.Module) -> torch.device:
    """Where a module's parameters are."""
    return next(module.parameters()).device


def mixed_precision(where: torch.device, wanted: bool = True) -> AbstractContextManager[Any]:
    """Let networks compute in bfloat16, if ``wanted``, on GPUs and on processors that multiply such numbers."""
    fast = where.type == "cuda" or _multiplies_bfloat16()
    return torch.autocast(where.type, torch.bfloat16, enabled=wanted and fast)


@cache
def _multiplies_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 (AMX, or AVX-512 BF16); Linux says so, elsewhere none is known."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            return any(_UNITS & set(line.split()) for line in lines if line.startswith("flags"))
    except OSError:
        return False


def full_precision(tensor: Tensor) -> AbstractContextManager[Any]:
    """Compute in float32 on a tensor's device, whatever is around: colours and codes need more than three digits."""
    return torch.autocast(tensor.device.type, enabled=False)
