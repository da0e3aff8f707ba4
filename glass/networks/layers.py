"""Convolutional blocks and the U-Net that the networks are built from."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

LEAK = 0.1


def conv_block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """Return a 3x3 convolution, batch normalisation and leaky rectifier."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(LEAK, inplace=True),
    )


def upsample(features: Tensor) -> Tensor:
    """Double the height and width of ``(N, C, H, W)`` by repeating pixels."""
    return functional.interpolate(features, scale_factor=2, mode="nearest")


class UNet(nn.Module):
    """A three-level U-Net behind a pixel-unshuffle stem.

    The stem works on 2x2 blocks, so that most of the arithmetic happens at half resolution;
    a pixel shuffle brings the output back. Height and width must be multiples of 8.
    """

    def __init__(self, inputs: int, outputs: int, widths: tuple[int, int, int]) -> None:
        """Build a network from ``inputs`` to ``outputs`` channels, ``widths`` channels wide at 1/2, 1/4 and 1/8."""
        super().__init__()
        fine, middle, coarse = widths
        self.encode_fine = conv_block(inputs * 4, fine)
        self.encode_middle = nn.Sequential(conv_block(fine, middle, 2), conv_block(middle, middle))
        self.encode_coarse = nn.Sequential(
            conv_block(middle, coarse, 2), conv_block(coarse, coarse), conv_block(coarse, coarse)
        )
        self.to_middle = nn.Conv2d(coarse, middle, 1)
        self.decode_middle = conv_block(middle, middle)
        self.to_fine = nn.Conv2d(middle, fine, 1)
        self.decode_fine = conv_block(fine, fine)
        self.output = nn.Conv2d(fine, outputs * 4, 3, 1, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Map ``(N, inputs, H, W)`` to ``(N, outputs, H, W)``, not squashed."""
        fine: Tensor = self.encode_fine(functional.pixel_unshuffle(pictures, 2))
        middle: Tensor = self.encode_middle(fine)
        coarse = self.encode_coarse(middle)
        features = self.decode_middle(middle + upsample(self.to_middle(coarse)))
        features = self.decode_fine(fine + upsample(self.to_fine(features)))
        return functional.pixel_shuffle(self.output(features), 2)


def broadcast_vector(vector: Tensor, like: Tensor) -> Tensor:
    """Spread ``(N, D)`` over the height and width of ``(..., H, W)``: ``(N, D, H, W)``."""
    return vector[:, :, None, None].expand(-1, -1, *like.shape[-2:])


def each_tick(features: Tensor, ticks: int) -> Tensor:
    """Repeat what ``(N, ...)`` agents keep for each of their ``ticks``, one agent's in a row: ``(N*ticks, ...)``."""
    return features.repeat_interleave(ticks, 0) if ticks > 1 else features


def convolve_constant(vector: Tensor, weight: Tensor, size: torch.Size) -> Tensor:
    """Convolve ``(N, D)``, the same at all places of a map of that ``size`` (height, width), with zeros around the map.

    The result is the same at all places that are not at the border, so it is worked out for three rows and columns.
    """
    few = vector[:, :, None, None].expand(-1, -1, *(min(side, 3) for side in size))
    spread = functional.conv2d(few, weight, None, 1, 1)
    repeated: Tensor = (spread.flatten(2) @ _repeat_inside(*size).to(spread)).unflatten(2, size)
    return repeated


def _repeat_inside(height: int, width: int) -> Tensor:
    """Return the matrix that makes a map of at most 3 x 3 places a larger one by repeating what is inside."""

    def matrix(side: int) -> Tensor:
        return torch.eye(3)[[0, *[1] * (side - 2), 2]] if side > 3 else torch.eye(side)

    return torch.kron(matrix(height), matrix(width)).mT.contiguous()


def share_out(logits: Tensor) -> Tensor:
    """Softmax over the channels of ``(N, C, H, W)``; onnxruntime's own takes five times as long there."""
    odds = torch.exp(logits - logits.amax(1, keepdim=True))
    return odds / odds.sum(1, keepdim=True)


def convolve_together(convolutions: Sequence[nn.Conv2d], features: Tensor) -> tuple[Tensor, ...]:
    """Apply several 3x3 convolutions, all with biases, to the same features as one larger one, which is faster."""
    biases = [one.bias for one in convolutions if one.bias is not None]
    weight = torch.cat([one.weight for one in convolutions])
    together = functional.conv2d(features, weight, torch.cat(biases), 1, 1)
    return torch.split(together, [one.out_channels for one in convolutions], 1)


def convolve_part(convolution: nn.Conv2d, part: Tensor, first: int, bias: bool = False) -> Tensor:
    """Return what a part of a convolution's input, its channels from ``first`` on, adds to the output.

    The outputs of all parts sum up to that of the whole; so what stays the same for many ticks is convolved once.
    """
    weight = convolution.weight[:, first : first + part.shape[1]]
    return functional.conv2d(part, weight, convolution.bias if bias else None, 1, 1)
