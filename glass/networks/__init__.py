"""Neural networks (`torch.nn.Module`), each with its config."""
