"""Formats of labels: files as records, and records as files. One object a format; no store, no workspace."""
