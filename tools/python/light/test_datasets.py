"""`lifegpt dataset generate`: the same rows in every format, by `datasets` and by pandas."""

from pathlib import Path

import pandas
import pytest
from datasets import Value, load_dataset

OPTIONS = ["--rows", "400", "--test", "50", "--rule", "random", "--states", "3"]


@pytest.fixture(scope="module", params=[["--size", "4"], ["--size", "3..5,4x6"]], ids=["squares", "sizes"])
def folders(request, lifegpt, tmp_path_factory) -> dict[str, Path]:
    """A data set in each format."""
    made = {}
    for name in ("csv", "jsonl", "parquet"):
        made[name] = tmp_path_factory.mktemp("data") / name
        lifegpt("dataset", "generate", "--out", str(made[name]), "--format", name, *OPTIONS, *request.param)
    return made


@pytest.fixture(scope="module")
def loaded(folders, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return {name: load_dataset(str(folder), cache_dir=str(cache / name)) for name, folder in folders.items()}


def test_every_format_has_the_same_rows_and_types(loaded):
    expected = loaded["parquet"]
    assert {name: len(split) for name, split in expected.items()} == {"train": 400, "test": 50}
    for name in ("csv", "jsonl"):
        for split in ("train", "test"):
            assert loaded[name][split].features == expected[split].features
            assert loaded[name][split].to_list() == expected[split].to_list()


def test_states_are_text_with_all_their_zeros(loaded):
    for data in loaded.values():
        rows = data["train"]
        assert rows.features["State 1"] == Value("string")
        assert all(set(row["State 1"]) <= {"0", "1"} for row in rows)
        sides = [row["Rule"].split(":")[1][1:].split(",") for row in rows]
        assert all(len(row["State 3"]) == int(w) * int(h) for row, (w, h) in zip(rows, sides))
        assert any(row["State 1"].startswith("0") for row in rows)


def test_pandas_reads_a_csv_as_the_card_says(folders, loaded):
    card = (folders["csv"] / "README.md").read_text()
    assert "pd.read_csv(file, dtype=str)" in card
    frame = pandas.read_csv(folders["csv"] / "data/train-00000-of-00001.csv", dtype=str)
    assert frame["State 1"].to_list() == loaded["csv"]["train"]["State 1"][:]
