"""A model played by onnxruntime, and the compositing of a tick."""
