"""Where images live: open, list by pattern, read."""
