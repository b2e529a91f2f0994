"""`work`: Textual's decorator for workers, except that one whose screen is being left ends quietly.

Textual takes the widgets inside a screen away before the screen itself, and only then cancels the screen's workers. A
worker that looks for its widgets in between finds none, which is no fault of anybody's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import textual
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.worker import Worker

_LEAVING = 0.5  # seconds in which a screen that is being left has gone
_LOOKS = 10

P = ParamSpec("P")
R = TypeVar("R")


def work(
    *, group: str = "default", exclusive: bool = False, exit_on_error: bool = True
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Callable[P, Worker[R]]]:
    """Makes a coroutine method of a node a worker. `NoMatches` cancels the worker if the node goes at once, too."""

    def decorate(method: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Worker[R]]:
        @wraps(method)
        async def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return await method(*args, **kwargs)
            except NoMatches:
                if isinstance(args[0], DOMNode) and await _goes(args[0]):
                    raise asyncio.CancelledError from None
                raise

        return textual.work(run, group=group, exclusive=exclusive, exit_on_error=exit_on_error)

    return decorate


async def _goes(node: DOMNode) -> bool:
    for _ in range(_LOOKS):
        if not node.is_attached or not node.is_running:
            return True
        await asyncio.sleep(_LEAVING / _LOOKS)  # is cancelled here when the screen goes
    return False
