"""What a message may keep, and what it may not."""

from __future__ import annotations

import base64
import random

import pytest

from tests.azure.standin.state import ACCOUNT_KEY
from tui_labeler.reports import redact

_ID = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/vision/providers"


@pytest.mark.parametrize(
    "name",
    [
        f"{_ID}/Microsoft.MachineLearningServices/workspaces/labeling/labelingJobs/soda_20220329_184449",
        "The resource type 'workspaces/labelingJobs' of Microsoft.MachineLearningServices/workspaces/datastores/versions",
        f"The Resource '{_ID}/Microsoft.Storage/storageAccounts/labelingstorage0042' was not found.",
        "tui-labeler/exports/soda_object_detection_20220329_184449/annotations.jsonl",
        "my-very-long-project-name-with-many-words-and-more-of-them",
        "azureml://subscriptions/a/resourcegroups/b/workspaces/c/datastores/workspaceblobstore/paths/LocalUpload/images",
        "tui_labeler/tui/screens/azure/registering/somewhere/deeper",
    ],
)
def test_names_of_resources_stay(name: str) -> None:
    assert redact(name) == name


def test_what_chance_made_goes() -> None:
    drawn = random.Random(7)
    for _ in range(2000):
        key = base64.b64encode(drawn.randbytes(64)).decode()
        for secret in (key, key.rstrip("="), base64.urlsafe_b64encode(drawn.randbytes(32)).decode().rstrip("=")):
            assert secret[:20] not in redact(f"the key {secret} was refused"), secret
    assert ACCOUNT_KEY not in redact(f"AccountKey={ACCOUNT_KEY};x")
    for text in (
        f"sig={ACCOUNT_KEY}",
        f"Bearer {ACCOUNT_KEY}",
        "https://ann:hunter2@proxy",
        "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln",
    ):
        assert "***" in redact(text)
