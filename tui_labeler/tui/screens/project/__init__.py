"""One project's screen: its tabs, one file each."""
