"""`lifegpt model export`: its tokenizer, its ONNX graph and its tensors in Python."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import yaml
from life import answer, ask, draw
from safetensors.numpy import load_file
from transformers import AutoTokenizer, GenerationConfig, GPT2Config


@pytest.fixture(scope="module")
def tokenizer(flat32):
    return AutoTokenizer.from_pretrained(flat32)


@pytest.fixture(scope="module")
def session(flat32):
    return onnxruntime.InferenceSession(flat32 / "onnx/model.onnx")


def run(session, tokenizer, texts: list[str], side: str = "left"):
    """Logits of every token of some texts, and which are no padding."""
    inputs = tokenizer(texts, padding=True, padding_side=side, return_tensors="np")
    mask = inputs["attention_mask"]
    positions = np.maximum(np.cumsum(mask, axis=1) - 1, 0)
    empty = np.zeros((len(texts), 2, 0, 32), np.float32)
    past = {f"past_key_values.0.{part}": empty for part in ("key", "value")}
    feeds = {**inputs, "position_ids": positions, **past}
    logits, *_ = session.run(["logits"], {name: np.asarray(value) for name, value in feeds.items()})
    return logits, mask


def test_a_tokenizer_of_transformers_4_makes_the_models_inputs_and_no_others(tokenizer):
    (board,) = draw(1, 32, 1)
    text = ask(board) + answer(board)
    inputs = tokenizer(text)
    assert set(inputs) == {"input_ids", "attention_mask"}
    assert len(inputs["input_ids"]) == len(text) == 2071
    assert tokenizer.decode(inputs["input_ids"]) == text


def test_tokenizer_configuration_and_generation_know_the_same_special_tokens(flat32, tokenizer):
    config = GPT2Config.from_pretrained(flat32)
    generation = GenerationConfig.from_pretrained(flat32)
    assert (tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token) == (None, "$", "$")
    end = tokenizer.eos_token_id
    for described in (config, generation):
        assert described.bos_token_id is None
        assert described.eos_token_id == described.pad_token_id == end
    assert tokenizer.model_max_length == config.n_positions
    assert generation.max_new_tokens == 1026
    assert generation.do_sample is False


def test_the_graph_is_valid_and_of_an_old_opset(flat32):
    model = onnx.load(flat32 / "onnx/model.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert [entry.version for entry in model.opset_import if entry.domain == ""] == [17]
    assert {value.name for value in model.graph.input} == {
        "input_ids",
        "attention_mask",
        "position_ids",
        "past_key_values.0.key",
        "past_key_values.0.value",
    }


def test_onnx_runtime_writes_the_next_state_of_every_board(session, tokenizer):
    boards = draw(6, 32, 2)
    for board in boards:
        logits, _ = run(session, tokenizer, [ask(board) + answer(board)[:-1]])
        written = tokenizer.decode(logits[0, len(ask(board)) - 1 :].argmax(-1))
        assert written == answer(board)


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_changes_no_logit(session, tokenizer, side):
    texts = [ask(board) + answer(board)[:length] for board, length in zip(draw(3, 32, 3), (0, 30, 7))]
    padded, mask = run(session, tokenizer, texts, side)
    assert mask.min() == 0
    for text, row, own in zip(texts, padded, mask):
        alone, _ = run(session, tokenizer, [text])
        np.testing.assert_allclose(row[own == 1], alone[0], atol=1e-4)


def test_generates_token_by_token_behind_a_cache(session, tokenizer):
    boards = draw(2, 32, 4)
    inputs = tokenizer([ask(board) for board in boards], return_tensors="np")
    ids, length = inputs["input_ids"], 1045
    past = {f"past_key_values.0.{part}": np.zeros((2, 2, 0, 32), np.float32) for part in ("key", "value")}
    written = []
    for _ in range(40):
        start = length - ids.shape[1]
        positions = np.tile(np.arange(start, length), (2, 1))
        mask = np.ones((2, length), np.int64)
        logits, key, value = session.run(
            ["logits", "present.0.key", "present.0.value"],
            {"input_ids": ids, "attention_mask": mask, "position_ids": positions, **past},
        )
        past = {"past_key_values.0.key": key, "past_key_values.0.value": value}
        ids, length = logits[:, -1:].argmax(-1), length + 1
        written.append(ids[:, 0])
    for row, board in zip(np.stack(written, axis=1), boards):
        assert tokenizer.decode(row) == answer(board)[:40]


def test_the_tensors_have_gpt_2s_names_and_shapes(flat32):
    config = json.loads((flat32 / "config.json").read_text())
    tensors = load_file(flat32 / "model.safetensors")
    assert tensors["h.0.attn.c_attn.weight"].shape == (config["n_embd"], 3 * config["n_embd"])
    assert tensors["wpe.weight"].shape == (config["n_positions"], config["n_embd"])
    assert len(tensors) == 2 + 12 * config["n_layer"] + 2


def test_the_card_says_what_it_is_and_warns_of_tokens_before_the_text(flat32):
    _, head, body = (flat32 / "README.md").read_text().split("---\n", 2)
    described = yaml.safe_load(head)
    assert described["library_name"] == "transformers"
    assert described["pipeline_tag"] == "text-generation"
    assert "prepend_bos=False" in body


def test_the_example_writes_a_blinker_turned_over(flat32):
    example = Path(__file__).parents[3] / "examples/07_onnx_runtime.py"
    done = subprocess.run([sys.executable, example, flat32], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()
    assert [row.count("#") for row in rows] == [0, 0, 1, 1, 1, 0, 0]
    assert {row.index("#") for row in rows if "#" in row} == {4}
