"""The description of a LifeGPT model with attention by location."""

from transformers import PretrainedConfig


class LifeGPTConfig(PretrainedConfig):
    """Sizes are named as in GPT-2."""

    model_type = "lifegpt"

    def __init__(
        self,
        n_layer: int = 3,
        n_head: int = 24,
        head_dim: int = 2,
        n_embd: int = 32,
        n_inner: int = 64,
        vocab_size: int = 18,
        attention_sharpness: float = 12,
        trained_for: dict | None = None,
        **kwargs,
    ):
        self.n_layer = n_layer
        self.n_head = n_head
        # size of a head's values
        self.head_dim = head_dim
        # width of the residual stream
        self.n_embd = n_embd
        # width inside the part that says where heads look
        self.n_inner = n_inner
        self.vocab_size = vocab_size
        # a key's weight falls as exp(-sharpness * d^2) with its distance d from where a head looks
        self.attention_sharpness = attention_sharpness
        self.trained_for = trained_for
        super().__init__(**{"tie_word_embeddings": False, "use_cache": False, **kwargs})
