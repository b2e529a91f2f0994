"""Models that propose labels. An engine works in a process of its own; only `assistant` speaks with the workspace."""
