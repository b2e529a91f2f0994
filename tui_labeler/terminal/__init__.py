"""What the terminal is asked before the app starts, and what follows from its answers."""
