"""Torch to an ONNX bundle: graphs, verification, writing."""
