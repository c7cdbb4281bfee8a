"""The command line, and what it exports."""

import os
import subprocess
from pathlib import Path

import pytest


def run_lifegpt(*words: str, cwd: Path | None = None) -> str:
    """What a command prints."""
    command = [os.environ["LIFEGPT_NODE"], os.environ["LIFEGPT_MAIN"], *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def lifegpt():
    return run_lifegpt


@pytest.fixture(scope="session")
def flat32(tmp_path_factory) -> Path:
    """`flat32` as GPT-2."""
    folder = tmp_path_factory.mktemp("export") / "flat32"
    run_lifegpt("model", "export", "flat32", "--out", str(folder))
    return folder
