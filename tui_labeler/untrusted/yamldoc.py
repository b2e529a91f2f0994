"""YAML from outside: plain values only, in bounded memory.

Aliases are refused, because 300 bytes of nested ones become gigabytes; so are documents with very many or very deep
values, and every tag that makes something else than a plain value. Dates stay texts: a class may be called 2001-01-01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_labeler.model.errors import BadInput
from tui_labeler.model.reasons import in_words

if TYPE_CHECKING:
    import yaml

MOST_BYTES = 4 << 20
# A table of ImageNet's 21,841 classes with their numbers has 43,682 values. PyYAML holds about 2 kB for each.
MOST_VALUES = 100_000
MOST_LEVELS = 64


def load_yaml(data: bytes | str, name: str, texts: bool = False) -> Any:
    """The one document in `data`: dicts, lists, texts, numbers, booleans and None. `name` is what messages call it. With
    `texts` every value stays a text as it was written: where `no` is a class, and not False.

    Raises BadInput, also for more than `MOST_BYTES`, `MOST_VALUES` or `MOST_LEVELS`.
    """
    import yaml

    if len(data) > MOST_BYTES:
        raise BadInput(f"{name} is larger than {MOST_BYTES >> 20} MB, too large for such a file.")
    loader = None
    try:
        loader = _loader_class()(data)
        if texts:
            loader.yaml_implicit_resolvers = {}
        return loader.get_single_data()
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise BadInput(f"{name} is not valid YAML: {in_words(error)}.", "Correct it in the file.") from None
    finally:
        if loader is not None:
            loader.dispose()


def _loader_class() -> type[yaml.SafeLoader]:
    import yaml

    class Loader(yaml.SafeLoader):
        """`SafeLoader` with the limits of this module."""

        def __init__(self, stream: bytes | str) -> None:
            self.values = self.level = 0
            super().__init__(stream)

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            if isinstance(event, yaml.AliasEvent):
                raise yaml.YAMLError(f"it uses an alias (*{event.anchor}), which no such file needs")
            self.values += 1
            if self.values > MOST_VALUES:
                raise yaml.YAMLError(f"it has more than {MOST_VALUES:,} values")
            self.level += 1
            if self.level > MOST_LEVELS:
                raise yaml.YAMLError(f"its values lie more than {MOST_LEVELS} levels deep")
            node = super().compose_node(parent, index)
            self.level -= 1
            return node

    Loader.yaml_implicit_resolvers = {
        first: [entry for entry in entries if entry[0] != "tag:yaml.org,2002:timestamp"]
        for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader
