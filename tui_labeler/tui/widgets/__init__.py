"""Widgets: each draws one thing; none opens a file or a connection."""
