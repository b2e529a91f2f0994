"""Why something failed, in words: what Python calls an error is nothing to a person."""

from __future__ import annotations

import os
import re

# By the names of classes: some belong to libraries that are not loaded until they are needed.
_WORDS = {
    "TimeoutError": "no answer in time",
    "TimeoutException": "no answer in time",
    "ConnectError": "nothing answers there",
    "ConnectionError": "the connection was cut",
    "NetworkError": "the connection was cut",
    "RemoteProtocolError": "the connection was cut",
    "MemoryError": "there is not memory enough",
    "RecursionError": "it is nested too deeply",
    "EOFError": "it ends too early",
    "ImportError": "a part of it is missing",
    "NotImplementedError": "that is not supported",
    "OSError": "it cannot be read or written",
    "ArithmeticError": "a number in it is out of range",
    "ValueError": "something in it is not as it should be",
    "LookupError": "something that it needs is not there",
    "TypeError": "something in it is not as it should be",
    "AttributeError": "something that it needs is not there",
}
_PARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def in_words(error: BaseException, limit: int = 200) -> str:
    """The first line of what the error says, without a full stop; where it says nothing, what such errors mean."""
    if isinstance(error, OSError) and error.errno and type(error).__str__ is OSError.__str__:
        return error.strerror or os.strerror(error.errno)
    if isinstance(error, KeyError) and len(error.args) == 1 and isinstance(error.args[0], str) and error.args[0]:
        return f"there is no “{error.args[0][:limit]}”"
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    if said:
        return said[:limit].rstrip(" .")
    known = next((_WORDS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _WORDS), "")
    return known or _PARTS.sub(" ", type(error).__name__).lower()
