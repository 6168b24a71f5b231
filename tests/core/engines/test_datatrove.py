"""Shards as a step of a datatrove pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core.shards.conftest import settled

pytestmark = [pytest.mark.process, pytest.mark.slow]

PIPELINE = """
import sys
from datatrove.executor import LocalPipelineExecutor

from copydesk.adapters import loading
from copydesk.engines.datatrove import CopydeskShards
from copydesk.shards import plan, settle

if __name__ == "__main__":
    loaded = loading.load()
    job = plan(["crawl"], "out", loaded, suffix="jsonl")
    LocalPipelineExecutor([CopydeskShards(job)], tasks=2, workers=2, logging_dir="logs").run()
    print(settle(job, loaded.registry).articles)
"""


def test_a_pipeline_gives_the_bytes_of_one_run(
    crawl: Path, expected: bytes, tmp_path: Path
) -> None:
    pytest.importorskip("datatrove")
    script = tmp_path / "pipeline.py"
    script.write_text(PIPELINE)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "7"
        assert settled(tmp_path / "out") == expected
    (statistics,) = json.loads((tmp_path / "logs" / "stats.json").read_text())
    numbers = {n: v if isinstance(v, int) else v["total"] for n, v in statistics["stats"].items()}
    assert numbers == {"article": 9, "reject:empty": 1, "skip:duplicate": 1}
