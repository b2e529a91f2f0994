"""Settings: provenance, comments, errors that name the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_labeler.limits import Limits
from tui_labeler.model.errors import BadInput
from tui_labeler.places import find_places, workspace_address
from tui_labeler.settings import Settings, default_labeler


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    places = find_places(str(tmp_path))
    assert Settings(places, {}).get("theme").source == "default"
    places.settings_file.write_text('# mine\ntheme = "light"  # bright room\n')
    assert Settings(places, {}).get("theme").value == "light"
    theme = Settings(places, {"TUI_LABELER_THEME": "dark"}).get("theme")
    assert (theme.value, theme.source) == ("dark", "TUI_LABELER_THEME")


def test_setting_keeps_the_comments(tmp_path: Path) -> None:
    places = find_places(str(tmp_path))
    places.settings_file.write_text('# mine\ntheme = "light"  # bright room\n')
    Settings(places, {}).set("labeler", "ann")
    text = places.settings_file.read_text()
    assert "# mine" in text
    assert "# bright room" in text
    assert Settings(places, {}).get("labeler").value == "ann"


@pytest.mark.parametrize("text", ["theme = ", "colour = 'x'", "theme = 3", "\xff"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    places = find_places(str(tmp_path))
    places.settings_file.write_bytes(text.encode("latin-1"))
    with pytest.raises(Exception, match=r"config\.toml"):
        Settings(places, {})


def test_workspace_urls() -> None:
    assert workspace_address("sqlite:////data/x.db") == Path("/data/x.db")
    for url in (
        "postgresql://ann@host/labels",
        "postgresql:///?service=team",
        "postgres://host:5433/labels?sslmode=require",
    ):
        assert workspace_address(url) == url
    for url in (
        "postgresql://u:p@h/d",
        "postgresql://u%3Ap@h/d",
        "postgresql://h/d?user=u&password=p",
        "postgresql://h/d?sslpassword=p",
    ):
        with pytest.raises(BadInput, match="password"):
            workspace_address(url)
    for url in ("sqlite:///", "postgresql://h/d\n", "x.db", "sqlite:///a\0b"):
        with pytest.raises(BadInput):
            workspace_address(url)


def test_a_login_is_kept_with_the_workspace_and_a_password_is_not(tmp_path: Path) -> None:
    settings = Settings(find_places(str(tmp_path)), {})
    for url in ("postgresql://ann@db.example/labels", "postgres://ann@/labels?host=/run/postgresql"):
        settings.set("workspace", url)
        assert settings.get("workspace").value == url
    for url in ("postgresql://ann:secret@host/labels", "postgresql://ann%3Asecret@host/labels"):
        with pytest.raises(BadInput, match="password"):
            settings.set("workspace", url)


def test_the_labeler_is_who_sits_there() -> None:
    assert default_labeler({"LOGNAME": "ann"}) == "ann"
    assert default_labeler({"LOGNAME": "\x1b[31m"}).isprintable()


def test_limits_are_settings(tmp_path: Path) -> None:
    settings = Settings(find_places(str(tmp_path)), {"TUI_LABELER_IMAGE_PIXELS": "2.5 M"})
    assert settings.limits() == Limits(pixels=2_500_000)
    settings.set("image_memory", "4GB")
    assert settings.limits().memory == 4_000_000_000
    for key, value in (("image_bytes", "much"), ("image_pixels", "-1"), ("image_memory", "0"), ("read_timeout", "x")):
        with pytest.raises(BadInput, match=f"{key} cannot be"):
            settings.set(key, value)
