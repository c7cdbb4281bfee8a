"""The command line, and what it exports."""

import json
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


@pytest.fixture(scope="session")
def service() -> str:
    """The address of `lifegpt serve` with `life` and `flat32`."""
    command = [os.environ["LIFEGPT_NODE"], os.environ["LIFEGPT_MAIN"], "serve", "--port", "0", "--json"]
    with subprocess.Popen([*command, "--model", "life", "flat32"], stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
