"""Conway's Life on a torus, as slow and plain as can be, and boards at random."""

import numpy as np


def step(board: np.ndarray) -> np.ndarray:
    """The next state of a `[height, width]` board of 0 and 1."""
    around = [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if (row, column) != (0, 0)]
    neighbours = sum(np.roll(board, shift, axis=(0, 1)) for shift in around)
    return ((neighbours == 3) | ((neighbours == 2) & (board == 1))).astype(int)


def draw(count: int, side: int, seed: int) -> list[np.ndarray]:
    """Boards of densities from 0.1 to 0.9."""
    random = np.random.default_rng(seed)
    densities = np.linspace(0.1, 0.9, count)
    return [(random.random((side, side)) < density).astype(int) for density in densities]


def spell(board: np.ndarray) -> str:
    """The cells row by row."""
    return "".join(map(str, board.ravel()))


def ask(board: np.ndarray) -> str:
    """The prompt."""
    return f"@PredictNextState<{spell(board)}> ["


def answer(board: np.ndarray) -> str:
    """What a model has to write behind the prompt."""
    return f"{spell(step(board))}]$"
