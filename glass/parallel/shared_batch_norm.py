"""Batch normalisation over the batches of several processes (torch's own works on GPUs only)."""

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from glass.parallel.distributed import all_reduce_sum


class _SharedBatchNorm(_BatchNorm):
    """Batch normalisation whose mean and variance are those of all processes' batches together."""

    def _check_input_dim(self, input: Tensor) -> None:
        """Take any shape ``(N, C, ...)``."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalise ``(N, C, ...)``."""
        if not self.training:
            normalised: Tensor = super().forward(input)
            return normalised
        values = input.float()
        axes = [0, *range(2, input.ndim)]
        shape = (1, -1, *[1] * (input.ndim - 2))
        size = values.new_tensor([values.numel() / values.shape[1]])
        summed = all_reduce_sum(torch.cat([values.sum(axes), size]))
        size = summed[-1].detach()
        mean = summed[:-1] / size
        centred = values - mean.view(shape)
        variance = all_reduce_sum(centred.square().sum(axes)) / size
        self._remember(mean.detach(), variance.detach() * size / (size - 1))
        result = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            result = result * self.weight.view(shape) + self.bias.view(shape)
        return result.to(input.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        assert self.running_mean is not None and self.running_var is not None and self.momentum is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)


def share_statistics(module: nn.Module) -> None:
    """Let every batch normalisation inside a module see the batches of all processes; names and values stay."""
    for name, part in module.named_children():
        if isinstance(part, _BatchNorm):
            shared = _SharedBatchNorm(part.num_features, part.eps, part.momentum, part.affine)
            shared.weight, shared.bias = part.weight, part.bias
            shared.running_mean, shared.running_var = part.running_mean, part.running_var
            shared.num_batches_tracked = part.num_batches_tracked
            shared.train(part.training)
            setattr(module, name, shared)
        else:
            share_statistics(part)
