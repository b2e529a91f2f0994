"""Models that outline what a person points at: segment-anything as ONNX files, in a process of their own."""
