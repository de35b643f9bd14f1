"""Masked-language-model pre-training on the open text.

    python training/pretrain.py --tokenizer runs/tokenizer.json --out runs/pretrain --minutes 60

Whole words are masked (30%), rows of 256 tokens are packed with documents that do not see each other. A checkpoint is
written every five minutes; the same command resumes from it. Held-out perplexity per language is printed at the end.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from pathlib import Path

import numpy as np
import torch

from model import Config, Encoder, MaskedLM, save_config
from optim import Optimizers, Threads, stable_decay
from sources import ANNOTATED, LANGUAGES, RAW, conll_sentences, detokenised, raw_documents
from words import CLS_ID, MASK_ID, SPECIALS, Pieces

HELD_OUT = 40  # documents per raw file kept for perplexity


def encode_documents(documents: list[list[str]], pieces: Pieces) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ids of each document, a marker before every line, and which ids open a word."""
    encoded = []
    for document in documents:
        ids, opens = [], []
        for line in document:
            line_ids, first, _ = pieces.sentence(line)
            flags = np.zeros(len(line_ids), bool)
            flags[first] = True
            ids.extend([CLS_ID, *line_ids])
            opens.extend([True, *flags])
        encoded.append((np.array(ids, np.uint16), np.array(opens, bool)))
    return encoded


def collect(pieces: Pieces) -> tuple[list, dict[str, list]]:
    """Training documents, and held-out documents per language."""
    train, held = [], {language: [] for language in LANGUAGES}
    for name, (megabytes, times) in RAW.items():
        encoded = encode_documents(raw_documents(name, megabytes), pieces)
        held[name[:2]].extend(encoded[:HELD_OUT])
        train.extend(encoded[HELD_OUT:] * times)
    for name, times in ANNOTATED.items():
        texts = [[detokenised(tokens)[0]] for tokens, _, _ in conll_sentences(name)]
        train.extend(encode_documents(texts, pieces) * times)
    return train, held


def pack(documents: list, length: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows [n, length] of ids, document numbers and word starts; long documents are cut, a row's tail may be cut off."""
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    ids = np.concatenate([documents[i][0] for i in order])
    opens = np.concatenate([documents[i][1] for i in order])
    number = np.repeat(np.arange(len(order), dtype=np.int32), [len(documents[i][0]) for i in order])
    rows = len(ids) // length
    shape = lambda a: a[: rows * length].reshape(rows, length)
    rows_ids, rows_opens = shape(ids).copy(), shape(opens).copy()
    rows_opens[:, 0] = True
    return rows_ids, shape(number), rows_opens


def masked(ids: torch.Tensor, opens: torch.Tensor, rate: float, vocab: int, generator: torch.Generator):
    """Masks whole words: returns the changed ids and the flat positions to predict (80% mask, 10% random, 10% kept)."""
    word = opens.flatten().cumsum(0)
    chosen = (torch.rand(int(word[-1]) + 1, generator=generator) < rate)[word]
    flat = ids.flatten()
    chosen &= flat >= len(SPECIALS)
    where = chosen.nonzero().squeeze(1)
    kind = torch.rand(len(where), generator=generator)
    changed = flat.clone()
    changed[where[kind < 0.8]] = MASK_ID
    swap = where[kind >= 0.9]
    changed[swap] = torch.randint(len(SPECIALS), vocab, (len(swap),), generator=generator)
    return changed.view_as(ids), where


@torch.no_grad()
def perplexity(model: MaskedLM, held: dict[str, list], length: int, device: torch.device) -> dict[str, float]:
    """exp of the mean loss on masked pieces of the held-out documents, per language."""
    model.eval()
    result = {}
    for language, documents in held.items():
        generator = torch.Generator().manual_seed(1)
        ids, number, opens = (torch.from_numpy(a.astype(np.int64)) for a in pack(documents, length, 0))
        total, count = 0.0, 0
        for i in range(0, min(len(ids), 64), 16):
            changed, where = masked(ids[i : i + 16], opens[i : i + 16], 0.3, model.model.config.vocab_size, generator)
            with torch.autocast(device.type, torch.bfloat16):
                target = ids[i : i + 16].flatten()[where].to(device)
                loss = model(changed.to(device), number[i : i + 16].to(device), where.to(device), target)
            total += loss.item() * len(target)
            count += len(target)
        result[language] = math.exp(total / max(count, 1))
    model.train()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--minutes", type=float, default=60, help="of training in all, over every resumed run")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--hidden", type=int, default=384)
    parser.add_argument("--intermediate", type=int, default=768)
    parser.add_argument("--length", type=int, default=256, help="tokens in a row")
    parser.add_argument("--batch", type=int, default=16, help="rows in a step")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(args.device)
    torch.manual_seed(0)
    torch.set_num_threads(1)

    pieces = Pieces(args.tokenizer)
    cache = args.out / "text.pt"
    if cache.exists():
        train, held = torch.load(cache, weights_only=False)
    else:
        train, held = collect(pieces)
        torch.save((train, held), cache)
    print(f"{sum(len(d[0]) for d in train) / 1e6:.1f} M tokens in {len(train)} documents", flush=True)

    config = Config(vocab_size=pieces.size, hidden_size=args.hidden, num_hidden_layers=args.layers,
                    num_attention_heads=args.hidden // 64, intermediate_size=args.intermediate)
    save_config(config, args.out / "config.json")
    model = MaskedLM(Encoder(config)).to(device)
    count = sum(p.numel() for p in model.model.parameters())
    print(f"{count / 1e6:.1f} M parameters, {count * 2 / 1e6:.1f} MB in f16", flush=True)
    optimizers = Optimizers(model, args.lr)
    step, spent, tokens = 0, 0.0, 0
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"])
        optimizers.load_state_dict(state["optimizers"])
        step, spent, tokens = state["step"], state["spent"], state["tokens"]
        print(f"resumed at step {step}, {spent / 60:.1f} min", flush=True)

    def save() -> None:
        state = dict(model=model.state_dict(), optimizers=optimizers.state_dict(), step=step, spent=spent, tokens=tokens)
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)

    threads = Threads(args.threads)
    epoch_rows = None
    last = saved = shown = time.time()
    loss_sum, loss_count = 0.0, 0
    while spent < args.minutes * 60:
        rows_per_epoch = epoch_rows or 1
        place = step * args.batch
        if epoch_rows is None or place % rows_per_epoch < args.batch:
            epoch = 0 if epoch_rows is None else place // rows_per_epoch
            ids_all, number_all, opens_all = pack(train, args.length, seed=epoch)
            epoch_rows = len(ids_all)
        at = place % (epoch_rows - args.batch)
        ids, number, opens = (torch.from_numpy(a[at : at + args.batch].astype(np.int64)) for a in (ids_all, number_all, opens_all))
        generator = torch.Generator().manual_seed(step)
        changed, where = masked(ids, opens, 0.3, config.vocab_size, generator)
        with torch.autocast(device.type, torch.bfloat16):
            loss = model(changed.to(device), number.to(device), where.to(device), ids.flatten()[where].to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizers.step(stable_decay(spent / (args.minutes * 60), step))
        step += 1
        tokens += ids.numel()
        loss_sum += loss.item()
        loss_count += 1
        now = time.time()
        spent += now - last
        last = now
        threads.adapt()
        if now - shown > 30:
            rate = loss_count * ids.numel() / (now - shown)
            print(f"step {step} {spent / 60:.1f} min {tokens / 1e6:.2f} M tokens loss {loss_sum / loss_count:.3f} "
                  f"{rate:.0f} tokens/s {torch.get_num_threads()} threads", flush=True)
            loss_sum, loss_count, shown = 0.0, 0, now
        if now - saved > 300:
            save()
            saved = now
    save()
    for language, value in perplexity(model, held, args.length, device).items():
        print(f"held-out perplexity {language} {value:.1f}")


if __name__ == "__main__":
    main()
