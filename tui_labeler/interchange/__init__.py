"""Formats: one module each; each writes (and reads) in a stream."""
