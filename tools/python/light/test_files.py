"""Files of `lifegpt inspect` and `lifegpt train` by the libraries that they are for."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

RECIPES = Path(__file__).parents[2] / "recipes"


def test_numpy_reads_what_is_inside_a_model(lifegpt, tmp_path):
    given = ["inspect", "glider", "--rule", "B3/S23:T8,7", "--cell", "2,3", "4,5"]
    for name in ("inside.npz", "inside.safetensors"):
        lifegpt(*given, "--out", name, cwd=tmp_path)
    expected = load_file(tmp_path / "inside.safetensors")
    with np.load(tmp_path / "inside.npz") as inside:
        assert inside["cells"].tolist() == [19, 37]
        assert inside["size"].tolist() == [7, 8]
        assert set(inside.files) == {*expected, "cells", "size"}
        for place, value in expected.items():
            assert inside[place].dtype == np.float32
            np.testing.assert_array_equal(inside[place], value)


def test_tensorboard_reads_the_metrics_of_a_training_that_was_resumed(lifegpt, tmp_path):
    recipe = json.loads((RECIPES / "torus8.json").read_text())
    # boards of 3x3: the evaluation at the end is short
    recipe["model"]["trained_for"]["sides"] = [3, 3]
    recipe["stages"] = [{"until": 1, "sizes": [{"weight": 1, "height": [3, 3], "width": [3, 3]}]}]
    recipe.update(steps=20, checkpoint_every=5, warmup_steps=5)
    (tmp_path / "tiny.json").write_text(json.dumps(recipe))
    steps = ["train", "tiny.json", "--out", "run"]
    lifegpt(*steps, "--tensorboard", cwd=tmp_path)
    run = tmp_path / "run"
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    first = read_scalars(run)
    lifegpt(*steps, "--resume", cwd=tmp_path)
    for scalars in (first, read_scalars(run)):
        assert set(scalars) == {f"train/{name}" for name in ("loss", "wrong_tokens", "gradient_norm", "learning_rate")}
        loss = scalars["train/loss"]
        assert [event.step for event in loss] == [line["step"] for line in lines]
        np.testing.assert_allclose([event.value for event in loss], [line["loss"] for line in lines], rtol=1e-6)
        times = np.diff([event.wall_time for event in loss])
        np.testing.assert_allclose(times, np.diff([line["seconds"] for line in lines]), atol=1e-3)


def read_scalars(run) -> dict:
    events = EventAccumulator(str(run))
    events.Reload()
    return {tag: events.Scalars(tag) for tag in events.Tags()["scalars"]}
