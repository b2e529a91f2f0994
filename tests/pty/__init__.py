"""The product as a person runs it: on a pty, in a fresh home, without CI, NO_COLOR or TERM=dumb."""
