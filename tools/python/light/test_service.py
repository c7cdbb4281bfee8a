"""`lifegpt serve` by OpenAI's client for Python."""

import numpy as np
import pytest
from life import answer, ask, draw
from openai import BadRequestError, OpenAI


@pytest.fixture(scope="module")
def client(service) -> OpenAI:
    return OpenAI(base_url=f"{service}/v1", api_key="none", max_retries=0)


def test_completes_boards_whole_and_as_a_stream(client):
    boards = draw(3, 12, 1)
    made = client.completions.create(model="life", prompt=[ask(board) for board in boards], user="me")
    assert [choice.text for choice in made.choices] == [answer(board) for board in boards]
    stream = client.completions.create(model="life", prompt=ask(boards[0]), stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == answer(boards[0])


def test_tells_the_probability_of_every_cell(client):
    (board,) = draw(1, 32, 2)
    made = client.completions.create(model="flat32", prompt=ask(board), logprobs=2)
    told = made.choices[0].logprobs
    assert "".join(told.tokens) == answer(board)
    assert np.exp(told.token_logprobs).min() > 0.9
    assert all(len(top) == 2 for top in told.top_logprobs)


def test_names_the_field_that_is_wrong(client):
    with pytest.raises(BadRequestError) as caught:
        client.completions.create(model="life", prompt=["x"])
    assert caught.value.param == "prompt"
