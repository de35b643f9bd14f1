"""The engines beside stellig, each behind one function: batch of padded ids in, logits `[sequences, tokens, labels]` out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

Run = Callable[[np.ndarray, np.ndarray], np.ndarray]


def torch_engine(folder: Path, threads: int, dtype: str) -> Run:
    """PyTorch, weights in f32 or bf16, scaled dot product attention."""
    import torch
    from transformers import AutoModelForTokenClassification

    torch.set_num_threads(threads)
    model = AutoModelForTokenClassification.from_pretrained(folder, dtype=getattr(torch, dtype), attn_implementation="sdpa").eval()

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.float().numpy()

    return run


def export_onnx(folder: Path) -> None:
    """Writes `model.onnx` and, quantised dynamically to int8 with weights a channel, `model.int8.onnx`."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModelForTokenClassification

    plain, quantised = folder / "model.onnx", folder / "model.int8.onnx"
    if not plain.exists():
        model = AutoModelForTokenClassification.from_pretrained(folder, attn_implementation="eager").eval()

        class Logits(torch.nn.Module):
            """Only ids and mask in, only logits out."""

            def __init__(self) -> None:
                super().__init__()
                self.model = model

            def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
                return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

        example = (torch.ones(2, 9, dtype=torch.int64) * 7, torch.ones(2, 9, dtype=torch.int64))
        shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=512)}
        torch.onnx.export(
            Logits(), example, plain, dynamo=True, external_data=False, opset_version=18, input_names=["input_ids", "attention_mask"],
            output_names=["logits"], dynamic_shapes={"input_ids": shape, "attention_mask": shape},
        )
    if not quantised.exists():
        quantize_dynamic(plain, quantised, weight_type=QuantType.QInt8, per_channel=True, extra_options={"MatMulConstBOnly": True})


def onnx_engine(folder: Path, threads: int, file: str) -> Run:
    """ONNX Runtime on the CPU, all its graph optimisations."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = ort.InferenceSession(folder / file, options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(["logits"], {"input_ids": ids, "attention_mask": mask})[0]


def export_ctranslate2(folder: Path) -> None:
    """Writes the encoder as CTranslate2 has it; its classifier stays in PyTorch's file."""
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoModel

    if not (folder / "ct2" / "model.bin").exists():
        bare = folder / "encoder"
        AutoModel.from_pretrained(folder).save_pretrained(bare)
        # The converter asks for a field that transformers 5 no longer writes.
        config = json.loads((bare / "config.json").read_text())
        (bare / "config.json").write_text(json.dumps(config | {"position_embedding_type": "absolute"}))
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (bare / name).write_bytes((folder / name).read_bytes())
        TransformersConverter(str(bare)).convert(str(folder / "ct2"), force=True)


def ctranslate2_engine(folder: Path, threads: int, dtype: str) -> Run:
    """CTranslate2 for the encoder; the classifier's small product is NumPy's."""
    import ctranslate2
    from safetensors.numpy import load_file

    encoder = ctranslate2.Encoder(str(folder / "ct2"), device="cpu", compute_type=dtype, inter_threads=1, intra_threads=threads)
    weights = load_file(folder / "model.safetensors")
    classifier, bias = weights["classifier.weight"].T.copy(), weights["classifier.bias"]

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        lengths = ctranslate2.StorageView.from_array(mask.sum(1).astype(np.int32))
        out = encoder.forward_batch(ctranslate2.StorageView.from_array(ids.astype(np.int32)), lengths)
        return np.asarray(out.last_hidden_state) @ classifier + bias

    return run


# Name, number type, what makes it.
ENGINES: dict[str, tuple[str, Callable[[Path, int], Run]]] = {
    "ONNX Runtime f32": ("f32", lambda folder, threads: onnx_engine(folder, threads, "model.onnx")),
    "ONNX Runtime int8": ("int8", lambda folder, threads: onnx_engine(folder, threads, "model.int8.onnx")),
    "PyTorch f32": ("f32", lambda folder, threads: torch_engine(folder, threads, "float32")),
    "PyTorch bf16": ("bf16", lambda folder, threads: torch_engine(folder, threads, "bfloat16")),
    "CTranslate2 f32": ("f32", lambda folder, threads: ctranslate2_engine(folder, threads, "float32")),
    "CTranslate2 int8": ("int8", lambda folder, threads: ctranslate2_engine(folder, threads, "int8")),
}


def prepare(folder: Path, names: list[str]) -> None:
    """Writes the files that the engines of these names read."""
    if any(name.startswith("ONNX") for name in names):
        export_onnx(folder)
    if any(name.startswith("CTranslate2") for name in names):
        export_ctranslate2(folder)
