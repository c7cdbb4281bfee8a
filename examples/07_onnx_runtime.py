"""
Asks `flat32` for the state after a blinker, with nothing but ONNX Runtime. Usage: python 07_onnx_runtime.py <folder>, which
`lifegpt model export flat32 --out <folder>` writes.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder = Path(sys.argv[1])
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
session = onnxruntime.InferenceSession(folder / "onnx/model.onnx")

board = np.zeros((32, 32), int)
board[16, 15:18] = 1
ids = tokenizer.encode(f"@PredictNextState<{''.join(map(str, board.ravel()))}> [").ids
past = {f"past_key_values.0.{part}": np.zeros((1, 2, 0, 32), np.float32) for part in ("key", "value")}
written, new = [], ids
while len(written) < board.size:
    length = len(ids) + len(written)
    feeds = {
        "input_ids": np.array([new]),
        "position_ids": np.arange(length - len(new), length)[None],
        "attention_mask": np.ones((1, length), np.int64),
    }
    logits, *cache = session.run(["logits", "present.0.key", "present.0.value"], {**feeds, **past})
    past = dict(zip(past, cache))
    new = [int(logits[0, -1].argmax())]
    written += new
state = np.array([int(tokenizer.id_to_token(token)) for token in written]).reshape(32, 32)
print("\n".join("".join(".#"[cell] for cell in row[12:21]) for row in state[13:20]))
