"""lm-evaluation-harness asks `lifegpt serve` through its client for OpenAI's completions."""

from types import SimpleNamespace

from life import answer, ask, draw, spell, step
from lm_eval.models.openai_completions import LocalCompletionsAPI


def make_client(service, flat32, **options) -> LocalCompletionsAPI:
    return LocalCompletionsAPI(
        base_url=f"{service}/v1/completions",
        model="flat32",
        tokenizer=str(flat32),
        tokenizer_backend="huggingface",
        max_length=2071,
        **options,
    )


def request(*arguments):
    return SimpleNamespace(args=arguments, arguments=arguments)


def test_judges_right_and_wrong_next_states(service, flat32):
    for tokenized in (True, False):
        client = make_client(service, flat32, tokenized_requests=tokenized)
        boards = draw(2, 32, 3)
        states = [spell(step(board)) for board in boards]
        wrong = states[0][:500] + str(1 - int(states[0][500])) + states[0][501:]
        texts = [(ask(boards[0]), states[0]), (ask(boards[0]), wrong), (ask(boards[1]), states[1])]
        (right, is_greedy), (worse, is_greedy_too), (other, _) = client.loglikelihood(
            [request(*text) for text in texts], disable_tqdm=True
        )
        assert is_greedy and not is_greedy_too
        assert right > -1 and other > -1 and worse < -3


def test_generates_until_the_end(service, flat32):
    client = make_client(service, flat32, tokenized_requests=False)
    boards = draw(2, 32, 4)
    asked = [request(ask(board), {"until": ["$"], "max_gen_toks": 1026}) for board in boards]
    assert client.generate_until(asked, disable_tqdm=True) == [answer(board).removesuffix("$") for board in boards]
