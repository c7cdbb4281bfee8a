"""`lifegpt model export life`: the network by location in PyTorch, held against the one in JavaScript."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from life import answer, draw, spell
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

REFERENCE = Path(__file__).parent.parent / "reference.mjs"


def ask_javascript(*words: str) -> list[dict]:
    """Lines that the reference writes."""
    done = subprocess.run([os.environ["LIFEGPT_NODE"], REFERENCE, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def folder(lifegpt, tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("export") / "life"
    lifegpt("model", "export", "life", "--out", str(made))
    return made


@pytest.fixture(scope="module")
def tokenizer(folder):
    return AutoTokenizer.from_pretrained(folder, trust_remote_code=True)


@pytest.fixture(scope="module")
def model(folder):
    return AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True).eval()


def write_prompt(model, *given) -> str:
    return sys.modules[type(model).__module__].write_prompt(*given)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_logits_are_the_references_for_texts_of_both_tasks(folder, kind):
    model = AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True, dtype=getattr(torch, kind)).eval()
    for line in ask_javascript("logits"):
        with torch.no_grad():
            logits = model(torch.tensor([line["tokens"]]), position_ids=torch.tensor(line["positions"])).logits[0]
        expected = torch.tensor(line["logits"], dtype=torch.float64)
        written = logits[-len(expected) :].double()
        assert (written - expected).abs().max() < (1e-4 if kind == "float32" else 1e-11), line["kind"]


def test_writes_the_same_tokens_on_a_thousand_boards(model):
    texts = 0
    for line in ask_javascript("answers", "1000"):
        inputs = torch.tensor([text["inputs"] for text in line["texts"]])
        targets = torch.tensor([text["targets"] for text in line["texts"]])
        with torch.no_grad():
            logits = model(inputs, width=line["width"]).logits[:, -line["answerTokens"] :]
        assert torch.equal(logits.argmax(-1), targets)
        texts += len(targets)
    assert texts == 1000


def test_every_place_of_the_workbench_has_a_hook_and_the_same_values(lifegpt, model, tokenizer, tmp_path):
    _, board, _ = draw(3, 7, 3)
    (tmp_path / "board.cells").write_text("\n".join("".join(".O"[cell] for cell in row) for row in board))
    lifegpt("inspect", "board.cells", "--rule", "B3/S23:T7,7", "--out", "inside.safetensors", cwd=tmp_path)
    expected = load_file(tmp_path / "inside.safetensors")
    seen = {}
    hooks = [
        model.get_submodule(place).register_forward_hook(lambda _, __, out, place=place: seen.update({place: out}))
        for place in expected
    ]
    text = write_prompt(model, spell(board)) + answer(board)[:-2]
    with torch.no_grad():
        model(**tokenizer(text, return_tensors="pt"))
    for hook in hooks:
        hook.remove()
    assert len(expected) > 15
    for place, value in expected.items():
        own = seen[place][0]
        # the token that asks for the end is no cell
        own = own[-50:-1] if place == "logits" else own[:49] if own.dim() == 2 and len(own) == 50 else own
        assert own.numel() == value.numel() or place.startswith("h.2"), place
        if own.numel() == value.numel():
            torch.testing.assert_close(own.reshape(value.shape), value, atol=1e-3, rtol=1e-3)


def test_generates_a_board_and_takes_hooks_that_change_it(model, tokenizer):
    _, board, _ = draw(3, 6, 4)
    inputs = tokenizer(write_prompt(model, spell(board)), return_tensors="pt")
    output = model.generate(**inputs)
    assert tokenizer.decode(output[0])[-38:] == answer(board)
    blind = model.get_submodule("h.1.attn.z").register_forward_hook(lambda _, __, out: torch.zeros_like(out))
    with torch.no_grad():
        changed = model(output[:, :-1]).logits[0, -37:-1].argmax(-1)
    blind.remove()
    assert tokenizer.decode(changed) != answer(board)[:36]


def test_refuses_padding_and_texts_that_are_none(model, tokenizer):
    inputs = tokenizer(write_prompt(model, "0110"), return_tensors="pt")
    with pytest.raises(ValueError, match="no padding"):
        model(inputs["input_ids"], attention_mask=torch.zeros_like(inputs["input_ids"]))
    with pytest.raises(ValueError, match="give width"):
        model(**tokenizer(write_prompt(model, "01101"), return_tensors="pt"), width=3)
