"""What the tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk import plugins
from copydesk.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]

# A developer's own outlets are no part of what is tested, in processes that tests start neither.
os.environ["COPYDESK_OUTLETS"] = ""


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def registry() -> Registry:
    return plugins.load().registry


@pytest.fixture
def copydesk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line as a user does, in an empty folder; returns the finished process."""

    def run(
        *args: str | Path, stdin: bytes | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "copydesk", *map(str, args)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **env},
            check=False,
            timeout=120,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run
