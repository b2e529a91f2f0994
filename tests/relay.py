"""Runs a program on a pty inside of a terminal: what it writes goes to the terminal and into a file, and keys come from the
terminal and from a pipe. So a test sees every byte that a real terminal gets.

    python -m tests.relay LOG PIPE WORDS…
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import sys
import termios
import tty


def main(log: str, pipe: str, words: list[str]) -> None:
    size = fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8))
    child, fd = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.execvp(words[0], words)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, size)
    tty.setraw(0)
    keys = os.open(pipe, os.O_RDWR)
    with open(log, "wb", buffering=0) as written:
        written.write(size + b"\n")
        while True:
            ready, _, _ = select.select([0, fd, keys], [], [])
            for source in ready:
                try:
                    data = os.read(source, 65536)
                except OSError:
                    return
                if source == fd:
                    if not data:
                        return
                    written.write(data)
                    os.write(1, data)
                else:
                    os.write(fd, data)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
