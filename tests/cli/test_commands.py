"""Every command of the contract: its JSON, its text, its exit code."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Run, project_file
from tui_labeler import __version__
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.workspace import Workspace


def label(home: Path, count: int) -> None:
    """Labels `count` tasks with one coke each, as another process would."""
    workspace = Workspace(home / "workspace.db", home / "exports")
    for _ in range(count):
        lease = workspace.queue.claim("soda", "ann", "token")
        assert lease is not None
        workspace.queue.submit(lease.task, "ann", Labels(Size(64, 48), (Region("coke", Box(1, 2, 30, 40)),)), "token")
    workspace.close()


def test_version_and_help(run: Run) -> None:
    assert run("--version").out == f"tui-labeler {__version__}\n"
    assert "datastore" in run("--help").out


def test_datastores(run: Run, images: Path) -> None:
    added = run("datastore", "add", "cans", str(images), "--json").json
    assert added == {"name": "cans", "url": f"file://{images}", "kind": "local"}
    assert run("datastore", "list", "--json").json == [added]
    assert "cans" in run("datastore", "list").out
    assert run("datastore", "remove", "cans").code == 0
    assert run("datastore", "list", "--json").json == []


def test_datasets(run: Run, images: Path) -> None:
    run("datastore", "add", "cans", str(images))
    shown = run("dataset", "create", "all", "--datastore", "cans")
    assert "5 images" in shown.out
    assert "notes.txt" in shown.err
    made = run("dataset", "create", "top", "--datastore", "cans", "--path", "*.jpg", "--json").json
    assert made == {"name": "top", "datastore": "cans", "path": "*.jpg", "files": 2, "bytes": made["bytes"]}
    assert made["bytes"] == sum((images / name).stat().st_size for name in ("a.jpg", "b.jpg"))
    assert run("dataset", "show", "top", "--json").json == made
    assert [dataset["name"] for dataset in run("dataset", "list", "--json").json] == ["all", "top"]


def test_the_template_is_a_project_file(run: Run, images: Path) -> None:
    text = run("project", "template").out
    assert list(tomllib.loads(text)) == [
        "details",
        "workforce",
        "dataset",
        "refresh",
        "classes",
        "instructions",
        "assist",
    ]
    run("datastore", "add", "cans", str(images))
    assert run("project", "create", "-", "--json", stdin=text).json == {"name": "soda", "tasks": 5, "status": "running"}


@pytest.mark.slow
def test_a_project_from_creation_to_deletion(run: Run, images: Path, tmp_path: Path, home: Path) -> None:
    run("datastore", "add", "cans", str(images))
    file = tmp_path / "soda.toml"
    file.write_text(project_file())
    assert "5 tasks" in run("project", "create", str(file)).out
    assert run("project", "list", "--json").json == [
        {
            "name": "soda",
            "type": "object-detection",
            "status": "running",
            "total": 5,
            "completed": 0,
            "skipped": 0,
            "needs_review": 0,
        }
    ]
    shown = run("project", "show", "soda", "--json").json
    assert shown["specification"]["classes"]["names"] == ["coke", "diet_coke", "sprite"]
    assert shown["status"]["total"] == 5
    assert 'name = "soda"' in run("project", "show", "soda").out
    assert run("project", "pause", "soda", "--json", TUI_LABELER_LABELER="olga").json["status"] == "paused"
    workspace = Workspace(home / "workspace.db", home / "exports")
    assert workspace.projects.status("soda").paused_by == "olga", "labelers are told"
    workspace.close()
    assert run("status", "soda", "--json").json["status"] == "paused"
    assert run("project", "resume", "soda", "--json").json["status"] == "running"
    label(home, 2)
    refused = run("project", "delete", "soda")
    assert refused.code == 2
    assert "2 submissions" in refused.err
    assert run("project", "delete", "soda", "--yes").code == 0
    assert run("project", "list", "--json").json == []
    assert run("project", "create", str(file)).code == 0, "a deleted project's name is free again"


def test_status(run: Run, project: str, home: Path) -> None:
    label(home, 2)
    status = run("status", "soda", "--json").json
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", status.pop("last_refresh"))
    assert status == {
        "name": "soda",
        "status": "running",
        "type": "object-detection",
        "total": 5,
        "completed": 2,
        "skipped": 0,
        "needs_review": 0,
        "incomplete": 3,
        "missing": 0,
        "percent": 40.0,
        "classes": {"coke": 2, "diet_coke": 0, "sprite": 0},
        "labelers": {"ann": 2},
        "queue": {"manual": 3, "prelabeled": 0},
    }
    assert "2 of 5 labeled" in run("status", "soda").out
    assert [project["name"] for project in run("status", "--json").json] == ["soda"]


def test_refresh(run: Run, project: str, images: Path, home: Path) -> None:
    label(home, 5)
    (images / "new.jpg").write_bytes((images / "a.jpg").read_bytes())
    os.utime(images / "b.jpg", (1, 1))
    (images / "c.png").unlink()
    assert run("refresh", "soda", "--json").json == {"added": 1, "changed": 1, "missing": 1, "total": 5}
    status = run("status", "soda", "--json").json
    assert (status["completed"], status["needs_review"], status["missing"], status["incomplete"]) == (3, 1, 1, 1)
    assert "0 added, 0 changed, 0 missing" in run("refresh", "soda").out


def test_what_cannot_be_read_is_said_by_name(run: Run, project: str, home: Path) -> None:
    label(home, 2)
    with sqlite3.connect(home / "workspace.db") as connection:
        connection.execute("UPDATE submission SET labels = CAST(x'7b22ff' AS TEXT) WHERE id = 1")  # no UTF-8
    connection.close()
    checked = run("workspace", "check")
    assert checked.code == 1
    assert "The labels of “a.jpg” in “soda”, by ann, cannot be read" in checked.out
    exported = run("export", "soda", "--format", "csv")
    assert "1 image whose labels cannot be read" in exported.out
    assert "Cannot be read: the labels of a.jpg (see tui-labeler workspace check)" in exported.out
    assert run("export", "soda", "--json").json["unreadable"] == ["a.jpg"]


def test_export(run: Run, project: str, home: Path, tmp_path: Path) -> None:
    nothing = run("export", "soda")
    assert nothing.code == 1
    assert "nothing to export" in nothing.err
    label(home, 3)
    name = run("export", "soda").out.splitlines()[-1]
    assert re.fullmatch(r"soda_\d{8}_\d{6}", name)
    made = run("export", "soda", "--out", str(tmp_path / "out"), "--json").json
    assert made["name"] != name, "unique in its workspace, also within one second"
    assert made["path"] == str(tmp_path / "out" / made["name"])
    assert (made["format"], made["rows"], made["files"]) == ("azureml", 3, ["annotations.jsonl", "MLTable"])
    rows = [json.loads(line) for line in (Path(made["path"]) / "annotations.jsonl").read_text().splitlines()]
    assert rows[0]["label"] == [
        {"label": "coke", "topX": 1 / 64, "topY": 2 / 48, "bottomX": 30 / 64, "bottomY": 40 / 48, "isCrowd": 0}
    ]
    listed = run("exports", "soda", "--json").json
    assert [export["name"] for export in listed] == [made["name"], name]
    assert name in run("exports").out
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_config(run: Run, home: Path) -> None:
    (home / "config.toml").parent.mkdir()
    (home / "config.toml").write_text('# my settings\nlabeler = "ann"\n')
    assert run("config", "set", "theme", "light").code == 0
    refused = run("config", "set", "theme", "nosuch")
    assert refused.code == 2
    assert "There is no theme “nosuch”.\nThere are: dark, high-contrast, light." in refused.err
    assert (home / "config.toml").read_text().startswith("# my settings\n"), "comments stay"
    settings = {setting["key"]: setting for setting in run("config", "show", "--json", TUI_LABELER_LABELER="bea").json}
    assert settings["labeler"] == {"key": "labeler", "value": "bea", "source": "TUI_LABELER_LABELER"}
    assert settings["theme"] == {"key": "theme", "value": "light", "source": str(home / "config.toml")}
    assert settings["workspace"]["source"] == "default"
    assert run("config", "path", "--json").json["settings"] == str(home / "config.toml")


def test_one_setting_is_read_and_taken_back(run: Run, home: Path) -> None:
    assert run("config", "get", "theme").out == "dark\n"
    run("config", "set", "theme", "light")
    run("config", "set", "labeler", "ann")
    file = home / "config.toml"
    file.write_text("# my settings\n" + file.read_text())
    assert run("config", "get", "theme").out == "light\n"
    assert run("config", "get", "theme", "--json").json == {"key": "theme", "value": "light", "source": str(file)}
    taken = run("config", "unset", "theme")
    assert (taken.code, taken.out) == (0, "theme is no longer set.\nIn force is dark, the default.\n")
    assert file.read_text() == '# my settings\nlabeler = "ann"\n', "comments and the other settings stay"
    again = run("config", "unset", "theme", TUI_LABELER_THEME="light")
    assert again.code == 0
    assert again.out == f"theme was not set in {file}.\nIn force is light, from TUI_LABELER_THEME.\n"
    assert run("config", "unset", "labeler", "--json", TUI_LABELER_LABELER="bea").json["value"] == "bea"
    assert run("config", "unset", "azure_workspace").out.endswith("In force is nothing, the default.\n")


@pytest.mark.parametrize("value", ["-5", "0", "text", "1e400", "nan", "3601", "-1.5e3"])
def test_a_number_that_cannot_be_is_told_with_its_range(run: Run, home: Path, value: str) -> None:
    refused = run("config", "set", "read_timeout", value)
    assert refused.code == 2
    assert f"read_timeout cannot be “{value}”.\nIt is a number of seconds from 1 to 3600." in refused.err
    refused = run("config", "set", "image_pixels", "-5")
    assert refused.code == 2
    assert "It is a number of pixels from 1 to 10T, with k, M, G or T behind it: 512M." in refused.err
    assert not (home / "config.toml").exists()


def test_a_relative_path_is_kept_as_where_it_is_now(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    said = run("config", "set", "exports", "out/../made").out
    assert said == (f"exports = {tmp_path}/here/made\nA relative path is kept as it is from here, {tmp_path}/here.\n")
    assert run("config", "set", "exports", "~/made").out == f"exports = {Path.home()}/made\n"
    run("config", "set", "workspace", "sqlite:///new.db")
    monkeypatch.chdir(tmp_path)
    assert run("config", "get", "workspace").out == f"sqlite:///{tmp_path}/here/new.db\n"
    assert run("config", "get", "exports").out == f"{Path.home()}/made\n"
    assert run("config", "set", "exports", "/srv/out").out == "exports = /srv/out\n"


def test_doctor(run: Run, project: str, images: Path) -> None:
    assert all(check["ok"] for check in run("doctor", "--json").json)
    images.rename(images.with_name("elsewhere"))
    result = run("doctor")
    assert result.code == 1
    assert f"There is no folder {images}" in result.out


def test_doctor_says_once_that_there_is_no_workspace(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    checks = json.loads(run("--workspace", f"sqlite:///{tmp_path}/file/x.db", "doctor", "--json").out)
    wrong = [check["check"] for check in checks if "cannot be made" in check["found"]]
    assert wrong == ["workspace"]


def test_another_workspace(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    assert run("--workspace", url, "project", "list", "--json").json == []
    assert (tmp_path / "other.db").exists()
    assert run("project", "list", TUI_LABELER_WORKSPACE=url).code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("prject",), 2, "Did you mean project?"),
        (("status", "soda", "--frob"), 2, "--frob"),
        (("status", "nowhere"), 1, "There is no project “nowhere”."),
        (("status", "--watch", "--json"), 2, "--watch"),
        (("status", "--watch", "never"), 2, "--watch takes seconds"),
        (("datastore", "add", "cans", "/no/such/folder"), 1, "There is no folder /no/such/folder."),
        (("datastore", "add", "a b", "/"), 2, "The datastore name “a b” cannot be used."),
        (("datastore", "add", "x", "ftp://host/x"), 2, "no place that can be a datastore"),
        (("datastore", "add", "x", "az://c/d?sig=abc"), 2, "holds a SAS signature"),
        (("dataset", "create", "x", "--datastore", "none"), 1, "There is no datastore “none”."),
        (("dataset", "create", "x"), 2, "--datastore"),
        (("project", "create", "/no/such.toml"), 2, "/no/such.toml cannot be read"),
        (("export", "nowhere"), 1, "There is no project “nowhere”."),
        (("config", "set", "colour", "red"), 2, "There is no setting “colour”."),
        (("config", "get", "colour"), 2, "There is no setting “colour”."),
        (("config", "unset", "colour"), 2, "There is no setting “colour”."),
        (("config", "set", "workspace", "x.db"), 2, "is not a workspace"),
        (("--workspace", "mysql://x", "status"), 2, "is not a workspace"),
        ((), 2, "The app needs a terminal."),
    ],
)
def test_what_is_wrong_is_said_in_one_message(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    result = run(*words)
    assert result.code == code
    assert said in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[details]\nnam = 'x'\n", "line 2, details.nam: unknown key “nam”"),
        ("[detials]\n", "line 1, detials: unknown key"),
        ("[details]\nname = 3\n", "line 2, details.name: Expected `str`, got `int`"),
        ("[details\n", "line 1"),
        (
            "[details]\nname = 'x'\n[classes]\nnames = ['a', 'a']\n",
            "line 4, classes.names: The label class “a” stands twice",
        ),
        ("[details]\nname = 'x'\n[refresh]\nevery = 'soon'\n", "line 4, refresh.every"),
        ("[details]\nname = 'x'\n[assist]\nleast = 7.0\n", "line 4, assist.least"),
    ],
)
def test_a_wrong_project_file_names_line_and_key(run: Run, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "p.toml"
    file.write_text(text)
    result = run("project", "create", str(file))
    assert result.code == 2
    assert said in result.err
    assert str(file) in result.err


def test_nothing_matches(run: Run, images: Path) -> None:
    run("datastore", "add", "cans", str(images))
    result = run("project", "create", "-", stdin=project_file(path="nothing/**"))
    assert result.code == 1
    assert "No image in the datastore “cans” matches the path “nothing/**”." in result.err
    assert run("project", "list", "--json").json == []
    assert run("dataset", "list", "--json").json == []


def test_a_dataset_that_is_another_one(run: Run, project: str) -> None:
    result = run("project", "create", "-", stdin=project_file(name="other", path="*.jpg"))
    assert result.code == 1
    assert "There is a dataset “cans_set” already" in result.err


def test_watch_shows_changes_and_ends_by_interrupt(run: Run, project: str, home: Path) -> None:
    import signal
    import subprocess
    import sys
    import time

    command = [sys.executable, "-m", "tui_labeler", "--home", str(home), "status", "soda", "--watch", "0.2"]

    def take_interrupts() -> None:
        """A job in the background of a shell script ignores Ctrl+C, and so do its children."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=take_interrupts
    ) as watching:
        assert watching.stdout is not None
        assert "soda" in watching.stdout.readline()
        label(home, 1)
        until = time.monotonic() + 20
        for line in watching.stdout:
            if "1 of 5 labeled" in line or time.monotonic() > until:
                break
        assert "1 of 5 labeled" in line
        watching.send_signal(signal.SIGINT)
        try:
            assert watching.wait(10) == 130
        finally:
            watching.kill()


def test_progress_and_colour_stay_away_from_pipes(run: Run, project: str) -> None:
    for words in (("refresh", "soda"), ("status", "soda"), ("project", "list"), ("doctor",)):
        result = run(*words, COLORTERM="truecolor", TERM="xterm-256color")
        assert "\x1b" not in result.out + result.err


@pytest.mark.slow
def test_the_demo_does_the_whole_job(run: Run) -> None:
    name = run("demo", "--run").out.splitlines()[-1]
    assert re.fullmatch(r"soda_\d{8}_\d{6}", name)
    again = run("demo", "--json").json
    assert again["rows"] >= 60
    assert again["name"] != name


def test_a_file_has_no_team(run: Run) -> None:
    assert run("workspace", "init", "--json").json["roles"] is False
    refused = run("team", "add", "ann")
    assert (refused.code, refused.out) == (1, "")
    assert "is a file" in refused.err
    assert "needs a PostgreSQL" in refused.err


def test_doctor_reads_the_keys(run: Run, home: Path) -> None:
    assert " keys " not in run("doctor").out
    (home / "keys.toml").write_text('[label]\nsubmit = "s"\nno_such = "x"\n')
    said = " ".join(run("doctor").out.split())
    assert "WRONG keys The key file" in said
    assert "line 3: there is no command “no_such”" in said
