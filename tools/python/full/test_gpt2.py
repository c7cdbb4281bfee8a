"""`lifegpt model export flat32` in PyTorch: transformers, TransformerLens, nnsight."""

import pytest
import torch
from life import answer, ask, draw
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline


@pytest.fixture(scope="module")
def tokenizer(flat32):
    return AutoTokenizer.from_pretrained(flat32)


@pytest.fixture(scope="module")
def model(flat32):
    return AutoModelForCausalLM.from_pretrained(flat32).eval()


def logits_of(model, tokenizer, text: str) -> torch.Tensor:
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).logits


def test_one_pass_writes_the_next_state_of_every_board(model, tokenizer):
    for board in draw(10, 32, 5):
        logits = logits_of(model, tokenizer, ask(board) + answer(board)[:-1])
        assert tokenizer.decode(logits[0, 1044:].argmax(-1)) == answer(board)


def test_generate_goes_on_where_texts_of_a_padded_batch_end(model, tokenizer):
    boards = draw(2, 32, 6)
    wholes = [ask(board) + answer(board) for board in boards]
    starts = [whole[: len(whole) - missing] for whole, missing in zip(wholes, (26, 20))]
    inputs = tokenizer(starts, return_tensors="pt", padding=True)
    output = model.generate(**inputs, max_new_tokens=20)
    for row, whole, missing in zip(output, wholes, (6, 0)):
        written = tokenizer.decode(row, skip_special_tokens=True)
        assert written == whole[: len(whole) - missing].removesuffix("$")


def test_the_canonical_call_writes_a_whole_board(flat32):
    (board,) = draw(1, 32, 7)
    write = pipeline("text-generation", str(flat32))
    (made,) = write(ask(board), return_full_text=False)
    assert made["generated_text"] == answer(board).removesuffix("$")


def test_transformer_lens_computes_the_same_without_a_token_before_the_text(flat32, model, tokenizer):
    from transformer_lens.model_bridge import TransformerBridge

    bridge = TransformerBridge.boot_transformers(str(flat32))
    (board,) = draw(1, 32, 8)
    text = ask(board) + answer(board)[:-1]
    with torch.no_grad():
        logits, cache = bridge.run_with_cache(text, prepend_bos=False)
        shifted = bridge(text[:-1])  # its default: as the card says, every token stands one place too far
    expected = logits_of(model, tokenizer, text)
    assert (logits - expected).abs().max() < 1e-2
    assert bridge.tokenizer.decode(logits[0, 1044:].argmax(-1)) == answer(board)
    assert cache["blocks.0.attn.hook_pattern"].shape == (1, 2, 2070, 2070)
    assert bridge.tokenizer.decode(shifted[0, 1045:].argmax(-1)) != answer(board)[:-1]


def test_nnsight_reads_and_changes_what_is_inside(model, tokenizer):
    from nnsight import LanguageModel

    traced = LanguageModel(model, tokenizer=tokenizer)
    (board,) = draw(1, 32, 9)
    text = ask(board)
    with traced.trace(text):
        logits = traced.output.logits.save()
    expected = logits_of(model, tokenizer, text)
    assert torch.equal(logits, expected)
    with traced.trace(text):
        traced.transformer.h[0].attn.output[0][:] = 0
        changed = traced.output.logits.save()
    assert (changed - expected).abs().max() > 1
