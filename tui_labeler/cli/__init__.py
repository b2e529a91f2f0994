"""The command line: words in, JSON or a table out."""
