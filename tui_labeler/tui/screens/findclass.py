"""Finding a class by a part of its name."""

from __future__ import annotations

from textual.content import Content
from textual.widgets.option_list import Option

from tui_labeler.model.text import safe_text
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.searchdialog import SearchDialog


class FindClass(SearchDialog[int]):
    """Gives the place of the class that was chosen."""

    CSS_PATH = dialog_styles("findclass.tcss")

    def __init__(self, names: tuple[str, ...], title: str = "Find a class", but: str = "") -> None:
        """`names` is the whole list of classes; the one named `but` is not offered."""
        super().__init__(title, "A part of its name")
        self._names, self._but = names, but

    def search(self, wanted: str) -> None:
        rows = [
            Option(Content.assemble(("■ ", class_style(class_index)), safe_text(name, 40)), str(class_index))
            for class_index, name in enumerate(self._names)
            if name != self._but and wanted.casefold() in name.casefold()
        ]
        self.list_rows(rows)

    def answer(self, row: str) -> int:
        return int(row)
