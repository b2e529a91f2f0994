"""XML from outside, in whatever encoding: no document type, no entities, nothing fetched, bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_labeler.model.errors import BadInput

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element, TreeBuilder

# One image's annotations: 16 MB are 60,000 objects of eight elements, of some 100 to 500 bytes of memory each.
MOST_BYTES = 16 << 20
MOST_ELEMENTS = 500_000
MOST_LEVELS = 64


def load_xml(data: bytes, name: str) -> Element:
    """The root element of the document in `data`. `name` is what messages call it.

    Raises BadInput for what is no whole XML, more than `MOST_BYTES`, `MOST_ELEMENTS` or `MOST_LEVELS`, or
    declares a document type: entities are how a small file becomes gigabytes, or reads others. The parser itself refuses
    them, so that an encoding hides nothing.
    """
    import xml.etree.ElementTree as ET

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    if len(data) > MOST_BYTES:
        raise BadInput(f"{name} is larger than {MOST_BYTES >> 20} MB, too large for such a file.")
    try:
        parser = DefusedXMLParser(target=_builder(name), forbid_dtd=True)
        parser.feed(data)
        root: Element = parser.close()
        return root
    except DefusedXmlException:
        raise BadInput(f"{name} declares entities or a document type, which it does not need.", "Remove it.") from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BadInput(f"{name} is not complete XML: {error}.", "Correct the file.") from None


def _builder(name: str) -> TreeBuilder:
    """Builds the tree while it stays within the limits."""
    import xml.etree.ElementTree as ET

    class Bounded(ET.TreeBuilder):
        elements = level = 0

        def start(self, tag: str, attrs: dict[str, str], /) -> Element:
            self.elements += 1
            self.level += 1
            if self.elements > MOST_ELEMENTS:
                raise BadInput(f"{name} has more than {MOST_ELEMENTS:,} elements, too many for such a file.")
            if self.level > MOST_LEVELS:
                raise BadInput(f"{name} has elements more than {MOST_LEVELS} levels deep.")
            return super().start(tag, attrs)

        def end(self, tag: str, /) -> Element:
            self.level -= 1
            return super().end(tag)

    return Bounded()
