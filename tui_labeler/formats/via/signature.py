"""What a file of VIA is known by."""

from __future__ import annotations


def kind_of(name: str, ends: bytes) -> str:
    """What of VIA a file is: a table or an annotation (“shape_attributes”, “region_shape_attributes”), a “project”, version
    3's “metadata”, or nothing."""
    if name.lower().endswith(".csv"):
        return "region_shape_attributes" if b"region_shape_attributes" in ends.split(b"\n", 1)[0] else ""
    if b'"_via_img_metadata"' in ends or b'"_via_settings"' in ends:
        return "project"
    if b'"fid"' in ends and b'"loc"' in ends and (b'"vid"' in ends or b'"fid_list"' in ends):
        return "metadata"
    is_annotation = b'"regions"' in ends and b'"filename"' in ends and b'"file_attributes"' in ends
    return "shape_attributes" if b'"shape_attributes"' in ends or is_annotation else ""
