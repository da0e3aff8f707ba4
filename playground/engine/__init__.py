"""Inference of a model by onnxruntime, and the compositing of a frame."""
