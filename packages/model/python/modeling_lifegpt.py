"""
LifeGPT with attention by location, in PyTorch: a decoder that writes the next state of a cellular automaton, or the rule behind
states. Every value inside has a module of its own to put a hook on, by the name that `lifegpt inspect` gives it:
`model.get_submodule("h.1.attn.z")`.

A text is `@PredictNextState{` topology, 18 or 512 bits, `}<` cells `> [` next cells `]$`; `write_prompt` writes it. How wide a board is
stands nowhere in the text: it is a square unless `width` is given, or `position_ids` are.

Shapes: B texts, T tokens, N tokens that look at a board, H heads, K cells, V values a head, W the stream's width.
"""

import math

import torch
from torch import Tensor, nn
from transformers import GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

from .configuration_lifegpt import LifeGPTConfig

PARTS = ["marker", "bit", "table bit", "given", "answer", "next", "asked bit", "asked table bit", "end"]
MARKER, BIT, TABLE_BIT, GIVEN, ANSWER, NEXT, ASKED_BIT, ASKED_TABLE_BIT, END = range(len(PARTS))
# places in which a head looks: pairs of references, the four borders and 0, for row and column
REFERENCES = 5
PLACES = REFERENCES**2
LOOK_SIZE = PLACES + 2 * REFERENCES
# heads look less than so many cells away from a reference
REACH = 2.0
BOARD_STEEPNESS = 4.0
# the sink weighs as much as a key whose squared distance is this
SINK_DISTANCE = 0.6
# birth or survival and the count for 18 bits; a corner of a cube for 512
COUNT_AXES, TABLE_AXES = 2, 9
AXES = COUNT_AXES + TABLE_AXES
# numbers of windows that are computed at once
WINDOW_NUMBERS = 2**25


def place_bits(form: str) -> Tensor:
    """Where the bits of a form lie on all axes, `[bits, 11]`."""
    bits = torch.arange(18 if form == "counts" else 512)
    places = torch.zeros(len(bits), AXES)
    if form == "counts":
        places[:, 0], places[:, 1] = bits // 9, bits % 9
    else:
        places[:, COUNT_AXES:] = (bits[:, None] >> torch.arange(8, -1, -1)) & 1
    return places


def locate(input_ids: Tensor, vocabulary: dict[str, int], width: int | None = None) -> Tensor:
    """
    The coordinates of a text's tokens, `[T, 5]`: the part; then of a cell its distances to the top, bottom, left and right border,
    plus one; of others an index plus one.
    """
    text = input_ids.tolist()
    start, opened, asked = (vocabulary[piece] for piece in ("@PredictNextState{", "}<", "> ["))
    if text[0] != start or opened not in text or asked not in text:
        raise ValueError("a text is @PredictNextState{…}<0101…> [, or give position_ids")
    first, last = text.index(opened) + 1, text.index(asked)
    cells, bits = last - first, first - 3
    width = width or math.isqrt(cells)
    if cells == 0 or cells % width != 0 or bits not in (18, 512):
        raise ValueError(f"{cells} cells do not make rows of {width}, or {bits} bits are neither 18 nor 512; give width")
    height = cells // width
    cell = torch.arange(cells)
    row, column = cell // width, cell % width
    board = torch.stack([row + 1, height - row, column + 1, width - column], dim=1)
    places = torch.zeros(last + cells + 1, 5, dtype=torch.long)
    places[[0, 1, first - 1], 1] = torch.tensor([1, 2, 3])
    places[2 : first - 1, 0] = BIT if bits == 18 else TABLE_BIT
    places[2 : first - 1, 1] = torch.arange(bits) + 1
    for part, at in ((GIVEN, first), (ANSWER, last)):
        places[at : at + cells, 0], places[at : at + cells, 1:] = part, board
    places[last + cells, 0], places[last + cells, 1] = END, 1
    if len(text) > len(places):
        raise ValueError(f"{len(text)} tokens are more than the {len(places)} of a text of {cells} cells")
    return places[: len(text)]


def write_prompt(cells: str, rule: str = "B3/S23", topology: str = "T") -> str:
    """The text that asks for the state after `cells`, a row behind the other, under a rule in B/S notation or as 512 bits."""
    if set(rule) <= {"0", "1"}:
        bits = rule
    else:
        born, survives = (part[1:] for part in rule.upper().split("/"))
        bits = "".join(str(int(str(count) in digits)) for digits in (born, survives) for count in range(9))
    return f"@PredictNextState{{{topology}{bits}}}<{cells}> ["


class Linear(nn.Module):
    """A linear map whose matrix is `[from, to]`, as GPT-2's are."""

    def __init__(self, inputs: int, outputs: int, bias: bool = False):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.empty(outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        product = x @ self.weight
        return product if self.bias is None else product + self.bias


def make_parts(**parts: nn.Module | nn.Parameter) -> nn.Module:
    """A module of some parts."""
    module = nn.Module()
    for name, part in parts.items():
        setattr(module, name, part)
    return module


class LifeGPTForCausalLM(PreTrainedModel, GenerationMixin):
    config_class = LifeGPTConfig
    main_input_name = "input_ids"
    _supports_cache_class = False

    def __init__(self, config: LifeGPTConfig):
        super().__init__(config)
        heads, width, inner = config.n_head, config.n_embd, config.n_inner
        values, found = heads * config.head_dim, width // 4

        def parameter(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.empty(*shape))

        def place() -> nn.Module:
            return nn.Identity()

        self.wte = nn.Embedding(config.vocab_size, width)
        self.wpe = make_parts(part=nn.Embedding(len(PARTS), width), border=Linear(4, width))
        # the header: where to look; the same for all boards of a size and topology
        header = make_parts(
            attn=make_parts(place=parameter(heads), c_value=Linear(width, values), c_proj=Linear(values, width)),
            attn_out=place(),
            resid_post=place(),
            mlp=make_parts(c_fc=Linear(width, inner, bias=True), pre=place(), post=place()),
        )
        # the board: what is read there
        board = make_parts(
            attn=make_parts(
                c_look=Linear(inner, heads * LOOK_SIZE, bias=True),
                board=parameter(heads, 2),
                c_value=Linear(width, values),
                c_proj=Linear(values, width),
                look=place(),
                pattern=place(),
                pattern_answer=place(),
                z=place(),
            ),
            resid_pre=place(),
            attn_out=place(),
            resid_post=place(),
        )
        # the rule: which of its bits is the answer, or which cells tell a bit
        rule = make_parts(
            attn=make_parts(
                c_axes=Linear(width, AXES, bias=True),
                sharpness=parameter(2, AXES),
                key_scale=parameter(AXES),
                key_shift=parameter(AXES),
                sink=parameter(1),
                c_value=Linear(width, found),
                c_proj=Linear(found, width),
                pattern=place(),
                z=place(),
            ),
            axes=place(),
            attn_out=place(),
            resid_post=place(),
        )
        self.h = nn.ModuleList([header, board, rule])
        self.lm_head = nn.Linear(width, config.vocab_size)
        self.logits = place()
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Models come with their weights; one without is noise."""
        for parameter in module.parameters(recurse=False):
            nn.init.normal_(parameter, std=0.1)

    def get_input_embeddings(self) -> nn.Module:
        return self.wte

    def set_input_embeddings(self, value: nn.Module) -> None:
        self.wte = value

    def forward(
        self,
        input_ids: Tensor,
        position_ids: Tensor | None = None,
        width: int | None = None,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        **kwargs,
    ) -> CausalLMOutput:
        """
        Logits of all tokens, `[B, T, vocabulary]`; 0 at those that write nothing.

        `position_ids` `[T, 5]` are core's coordinates, the same for all texts of a batch, which have one size. `labels` are targets of
        the tokens themselves, as usual shifted here by one; -100 is left out.
        """
        if attention_mask is not None and not bool(attention_mask.all()):
            raise ValueError("texts of a batch have one length: no padding")
        if position_ids is None or position_ids.shape[-1] != 5:
            position_ids = locate(input_ids[0], self.vocabulary(), width).to(input_ids.device)
        logits = self.logits(self._write(input_ids, position_ids))
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        return CausalLMOutput(loss=loss, logits=logits)

    def vocabulary(self) -> dict[str, int]:
        """The pieces by their text."""
        pieces = ["0", "1", "?", "@PredictNextState{", "@InferRule{", "}<", "> [", "]$", "]<", "]{", "]{MAP", "}$"]
        return {piece: number for number, piece in enumerate([*pieces, "T", "P", "K*", "K", "C", "S"])}

    def prepare_inputs_for_generation(self, input_ids: Tensor, width: int | None = None, **kwargs) -> dict:
        return {"input_ids": input_ids, "width": width}

    def _write(self, ids: Tensor, positions: Tensor) -> Tensor:
        part = positions[:, 0]
        # the next state of a pair is read as the answer that it is
        x = self.wte(ids) + self.wpe.part(part.masked_fill(part == NEXT, ANSWER))  # [B, T, W]
        logits = x.new_zeros(*ids.shape, self.config.vocab_size)
        given = (part == GIVEN).nonzero()[:, 0]
        following = ((part == ANSWER) | (part == NEXT)).nonzero()[:, 0]
        is_marker = (part == MARKER) & (torch.arange(len(part), device=part.device) < given[0])
        header = self._read_header(x[:, is_marker.nonzero()[1:, 0]])
        form = "table" if bool(((part == TABLE_BIT) | (part == ASKED_TABLE_BIT)).any()) else "counts"
        if bool((part == NEXT).any()):
            asked = ((part == ASKED_BIT) | (part == ASKED_TABLE_BIT) | (part == END)).nonzero()[:, 0]
            seen = self._look_at_pairs(ids, x, positions, given, following, header)
            logits[:, asked] = self._look_for_cases(x[:, asked], positions[asked], seen, form)
            return logits
        bits = x[:, ((part == BIT) | (part == TABLE_BIT)).nonzero()[:, 0]]
        if len(following) > 0:
            seen = self._look(ids, x[:, following], positions, given, following, header)
            logits[:, following] = self._look_up_rule(seen, bits, form)
        ends = (part == END).nonzero()[:, 0]
        if len(ends) > 0:
            logits[:, ends] = self._look_up_rule(x[:, ends], bits, form)
        return logits

    def _bell(self, distance: Tensor) -> Tensor:
        return torch.exp(-self.config.attention_sharpness * distance**2)

    @property
    def _sink(self) -> float:
        return math.exp(-self.config.attention_sharpness * SINK_DISTANCE)

    def _read_header(self, markers: Tensor) -> Tensor:
        """Layer 0: each head at a place of its own among the markers `[B, M, W]`; `[B, W]`."""
        layer, config = self.h[0], self.config
        index = torch.arange(markers.shape[1], device=markers.device, dtype=markers.dtype)
        shares = self._bell(index - layer.attn.place[:, None])  # [H, M]
        shares = shares / (shares.sum(1, keepdim=True) + self._sink)
        values = layer.attn.c_value(markers).unflatten(-1, (config.n_head, config.head_dim))
        read = torch.einsum("hm,bmhv->bhv", shares, values).flatten(1)
        return layer.attn_out(layer.attn.c_proj(read))

    def _look(self, ids: Tensor, x: Tensor, positions: Tensor, given: Tensor, following: Tensor, header: Tensor) -> Tensor:
        """Layer 1: windows on the boards, for the tokens that stand on the second one; `[B, N, W]`."""
        layer, config = self.h[1], self.config
        distances = positions[following, 1:] - 1  # [N, 4]
        touched = self.wpe.border((distances == 0).to(x.dtype))
        stream = self.h[0].resid_post(header[:, None] + touched)
        hidden = self.h[0].mlp.post(torch.tanh(self.h[0].mlp.pre(self.h[0].mlp.c_fc(stream))))
        look = layer.attn.c_look(hidden).unflatten(-1, (config.n_head, LOOK_SIZE)).transpose(1, 2)
        look = layer.attn.look(look)  # [B, H, N, 35]
        cells = positions[given, 1:] - 1
        height, width = int(cells[:, 0].max()) + 1, int(cells[:, 2].max()) + 1
        size = max(1, WINDOW_NUMBERS // (look.shape[0] * config.n_head * height * width))
        pieces = [
            self._read_board(ids, look[:, :, at : at + size], distances[at : at + size], given, following, (height, width), at)
            for at in range(0, look.shape[2], size)
        ]
        z, on_given, on_following = (torch.cat(parts, dim) for parts, dim in zip(zip(*pieces), (1, 2, 2)))
        layer.attn.pattern(on_given)
        layer.attn.pattern_answer(on_following)
        x = layer.resid_pre(x)
        return layer.resid_post(x + layer.attn_out(layer.attn.c_proj(layer.attn.z(z))))

    def _read_board(
        self,
        ids: Tensor,
        look: Tensor,
        distances: Tensor,
        given: Tensor,
        following: Tensor,
        size: tuple[int, int],
        first: int,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """What heads bring `[B, N, H V]`, and their weights on both boards `[B, H, N, K]`, for tokens from the `first` on."""
        layer, config = self.h[1], self.config
        gates = look[..., :PLACES].softmax(-1).unflatten(-1, (REFERENCES, REFERENCES))
        offsets = REACH * torch.tanh(look[..., PLACES:] / REACH)
        references = torch.cat([distances, torch.zeros_like(distances[:, :1])], 1)  # [N, 5]

        def measure(length: int, own: Tensor) -> Tensor:
            """Weights of rows or columns, `[B, H, N, length, 5]`; whole numbers are taken off first, so that it is exact."""
            places = torch.arange(length, device=look.device)
            return self._bell((places[:, None] - references[:, None]).to(look.dtype) - own[..., None, :])

        rows, columns = measure(size[0], offsets[..., :REFERENCES]), measure(size[1], offsets[..., REFERENCES:])
        window = (rows @ gates @ columns.transpose(-1, -2)).flatten(-2)  # [B, H, N, K]
        boards = (layer.attn.board * BOARD_STEEPNESS).softmax(-1)[:, None, None]  # [H, 1, 1, 2]
        own = first + torch.arange(look.shape[2], device=look.device)
        earlier = torch.arange(len(following), device=look.device) <= own[:, None]  # [N, known cells]
        on_given = window * boards[..., 0]
        on_following = window[..., : len(following)] * earlier * boards[..., 1]
        total = on_given.sum(-1, keepdim=True) + on_following.sum(-1, keepdim=True) + self._sink
        table = layer.attn.c_value(self.wte.weight).unflatten(-1, (config.n_head, config.head_dim))
        on_given, on_following = on_given / total, on_following / total
        read = torch.einsum("bhnk,bkhv->bnhv", on_given, table[ids[:, given]])
        read = read + torch.einsum("bhnk,bkhv->bnhv", on_following, table[ids[:, following]])
        return read.flatten(2), on_given, on_following

    def _look_at_pairs(
        self, ids: Tensor, x: Tensor, positions: Tensor, given: Tensor, following: Tensor, header: Tensor
    ) -> Tensor:
        """Layer 1 for the cells of next states, pair by pair; `[B, all their cells, W]`."""
        last = positions[given[0], 1:].sum()  # distances to two opposite borders, plus one each
        cells = int((positions[given[0], 1:3].sum() - 1) * (positions[given[0], 3:5].sum() - 1))
        assert last > 0 and len(given) % cells == 0
        pairs = zip(given.split(cells), following.split(cells))
        return torch.cat([self._look(ids, x[:, after], positions, before, after, header) for before, after in pairs], 1)

    def _score(self, direction: int, queries: Tensor, keys: Tensor, form: str) -> Tensor:
        """Minus the squared distance on the axes of a form, each with its sharpness; `[B, queries, keys]`."""
        own = torch.zeros(AXES, device=queries.device, dtype=queries.dtype)
        own[slice(0, COUNT_AXES) if form == "counts" else slice(COUNT_AXES, AXES)] = 1
        sharpness = self.h[2].attn.sharpness[direction].exp() * own
        return -(((queries[..., :, None, :] - keys[..., None, :, :]) ** 2) @ sharpness)

    def _finish(self, x: Tensor, read: Tensor) -> Tensor:
        layer = self.h[2]
        stream = layer.resid_post(x + layer.attn_out(layer.attn.c_proj(layer.attn.z(read))))
        return self.lm_head(stream)

    def _look_up_rule(self, x: Tensor, bits: Tensor, form: str) -> Tensor:
        """Layer 2 of tokens that write cells: the header's bit that lies where their stream says."""
        layer = self.h[2]
        axes = layer.axes(layer.attn.c_axes(x))
        scores = self._score(0, axes, place_bits(form).to(x), form)
        return self._finish(x, layer.attn.pattern(scores.softmax(-1)) @ layer.attn.c_value(bits))

    def _look_for_cases(self, x: Tensor, positions: Tensor, seen: Tensor, form: str) -> Tensor:
        """Layer 2 of tokens that write bits: the next states of the cells whose place is theirs, or the sink."""
        layer = self.h[2]
        places = place_bits(form).to(x)
        places = torch.cat([places, torch.zeros_like(places[:1])])  # the one that asks for the end lies at 0
        index = torch.where(positions[:, 0] == END, len(places) - 1, positions[:, 1] - 1)
        keys = layer.axes(layer.attn.c_axes(seen)) * layer.attn.key_scale + layer.attn.key_shift
        scores = self._score(1, places[index].expand(len(x), -1, -1), keys, form)
        sink = layer.attn.sink.expand(*scores.shape[:-1], 1)
        shares = layer.attn.pattern(torch.cat([scores, sink], -1).softmax(-1)[..., :-1])
        return self._finish(x, shares @ layer.attn.c_value(seen))
