"""The engine that needs no weights: it learns from the project's own submitted labels, on the labeler's CPU."""
