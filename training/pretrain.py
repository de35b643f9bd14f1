"""Masked-language-model pre-training on the open text.

    python training/pretrain.py --tokenizer runs/tokenizer.json --out runs/pretrain --minutes 60

Whole words are masked (30%); documents that do not see each other are packed into rows. A checkpoint, which
`train.py --pretrained` can use, is written every few minutes and on SIGTERM or SIGINT; the same command resumes from it
at the very row. `--packed FOLDER` reads the text of a folder that `pack.py` wrote, for a host without the corpora.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import torch
from torch import Tensor

from checkpoint import Run, Stop, read_config, warm_start
from fast import ATTENTION, FastMaskedLM, StackedMuon, first_that_works, flops
from feed import Batch, Feed, ahead
from heldout import perplexity
from masking import Kinds
from model import Config, Encoder, MaskedLM, save_config
from optim import Optimizers, Threads, stable_decay
from rows import Rows
from text import Text, cached, load_packed
from words import Pieces

SHOW = 30  # seconds between lines
MOST_ERROR = 0.1  # of the fast path against the reference, both in bf16


def read_text(args: argparse.Namespace, pieces: Pieces) -> tuple[Text, dict[str, Text]]:
    """The training and the held-out text: packed, cached, or tokenised now and cached."""
    if args.packed:
        return load_packed(args.packed)
    return cached(args.text or args.out / "text.npz", pieces, args.data)


def shown(values: dict[str, float]) -> str:
    return " ".join(f"{language} {value:.1f}" for language, value in values.items())


def on_cpu(model: MaskedLM, device: torch.device):
    """How a batch becomes a loss on the plain path."""
    def loss_of(batch: Batch) -> Tensor:
        batch = batch.on(device)
        with torch.autocast(device.type, torch.bfloat16):
            return model(batch.ids, batch.number.to(device), batch.where, batch.target)

    return loss_of


def on_gpu(model: FastMaskedLM, device: torch.device, attention: str, compiled: bool, trial: Batch):
    """The same on the fast path. It is tried on a batch first: kernels are compiled then, and held to the reference."""
    model.attention = attention
    model.speed_up(compiled)

    def loss_of(batch: Batch) -> Tensor:
        batch = batch.on(device)
        mask = model.prepare(batch.number)
        with torch.autocast(device.type, torch.bfloat16):
            return model(batch.ids, mask, batch.where, batch.target)

    loss_of(trial).backward()
    model.zero_grad(set_to_none=True)
    number = trial.number.to(device)
    with torch.autocast(device.type, torch.bfloat16):
        error = model.disagreement(trial.ids.to(device), number, model.prepare(trial.number))
    print(f"attention {attention}{', compiled' if compiled else ''}: differs from the reference by {error:.3f}", flush=True)
    if not error < MOST_ERROR:
        raise RuntimeError("it computes something else than the reference")
    return loss_of


def arguments() -> argparse.Namespace:
    gpu = torch.cuda.is_available()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: only openly licensed text")
    parser.add_argument("--packed", type=Path, help="folder of pack.py with the text")
    parser.add_argument("--text", type=Path, help="cache of the tokenised text (default: text.npz in --out)")
    parser.add_argument("--warm", type=Path, help="folder of a checkpoint.pt or model.safetensors whose weights to start from")
    parser.add_argument("--minutes", type=float, default=60, help="of training in all, over every resumed run")
    parser.add_argument("--wall-minutes", type=float, default=math.inf, help="of this command: then it saves and ends, to be resumed")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--look-minutes", type=float, default=20, help="between looks at held-out perplexity")
    parser.add_argument("--look-tokens", type=int, default=16384, help="per language in a look, padding included")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--hidden", type=int, default=384)
    parser.add_argument("--intermediate", type=int, default=768)
    parser.add_argument("--length", type=int, default=512, help="tokens in a row")
    parser.add_argument("--batch", type=int, help="rows in a step (default: 4,096 tokens on a CPU, 131,072 on a GPU)")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--warmup", type=int, default=100, help="steps")
    parser.add_argument("--decay", type=float, default=0.35, help="share of the minutes in which the rate falls to zero")
    parser.add_argument("--ema", type=float, default=0.998, help="kept of the average at a step, or its half-life in steps; 0: off")
    parser.add_argument("--mask", type=float, default=0.3, help="share of words that are masked")
    parser.add_argument("--entity-bias", type=float, default=1.0, help="how much likelier names are masked: up to 2")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if gpu else "cpu")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=gpu)
    parser.add_argument("--attention", nargs="+", choices=ATTENTION, default=ATTENTION, help="on a GPU: the first that works")
    parser.add_argument("--peak-tflops", type=float, default=790, help="of the GPU, for the share of it that is used")
    args = parser.parse_args()
    if args.packed and args.data != "all":
        parser.error("--data goes with the corpora, not with --packed")
    args.batch = args.batch or max(1, (131072 if args.device == "cuda" else 4096) // args.length)
    return args


def main() -> None:
    args, began = arguments(), time.time()
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(args.device)
    fast = device.type == "cuda"
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    stop = Stop()

    pieces = Pieces(args.tokenizer)
    train, held = read_text(args, pieces)
    rows = Rows(train, args.length, args.seed)
    epoch_tokens = int((train.sizes * train.times).sum())
    print(f"{len(train.ids) / 1e6:.1f} M tokens in {len(train)} documents; an epoch has {epoch_tokens / 1e6:.1f} M in "
          f"{rows.count()} rows of {args.length}, {rows.fill():.1%} full", flush=True)

    if args.warm:
        config = read_config(args.warm)
        if config.vocab_size != pieces.size:
            raise SystemExit(f"{args.warm} has {config.vocab_size} pieces, the tokenizer {pieces.size}")
    else:
        config = Config(vocab_size=pieces.size, hidden_size=args.hidden, num_hidden_layers=args.layers,
                        num_attention_heads=args.hidden // 64, intermediate_size=args.intermediate)
    config.max_position_embeddings = max(args.length, 512)
    save_config(config, args.out / "config.json")
    model = (FastMaskedLM(Encoder(config), residual=torch.bfloat16) if fast else MaskedLM(Encoder(config))).to(device)
    count = sum(p.numel() for p in model.model.parameters())
    print(f"{count / 1e6:.1f} M parameters, {count * 2 / 1e6:.1f} MB in f16", flush=True)
    checkpoint = args.out / "checkpoint.pt"
    if args.warm and not checkpoint.exists():
        print("warm start:", warm_start(model, args.warm), flush=True)
    optimizers = Optimizers(model, args.lr)
    if fast:
        optimizers.parts[0].__class__ = StackedMuon
    run = Run(model, args.ema, optimizers)
    if checkpoint.exists():
        run.load(checkpoint, epoch_tokens)
        print(f"resumed at step {run.step}, {run.spent / 60:.1f} min, epoch {run.place[0]} row {run.place[1]}", flush=True)

    budget = args.minutes * 60
    look = lambda of: perplexity(of, held, args.length, device, args.look_tokens)
    feed = Feed(rows, Kinds.of(pieces), config.vocab_size, args.batch, args.mask, args.entity_bias, static=fast)
    batches = feed.run(run.place, run.step)
    loss_of = on_cpu(model, device)
    if fast and run.spent < budget:
        trial = feed.at(run.place, run.step)
        tries = {name: lambda name=name: on_gpu(model, device, name, args.compile, trial) for name in args.attention}
        name, loss_of = first_that_works(tries | {"dense, not compiled": lambda: on_gpu(model, device, "dense", False, trial)})
        print(f"taken: {name}, after {time.time() - began:.0f} s", flush=True)
        batches = ahead(batches)

    threads = Threads(args.threads)
    at_save = at_look = run.spent
    losses, seen, work, since = [], 0, 0.0, run.spent
    last = time.time()
    while run.spent < budget and not stop.signal and time.time() - began < args.wall_minutes * 60:
        batch = next(batches)
        loss = loss_of(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizers.step(stable_decay(run.spent / budget, run.step, args.warmup, args.decay))
        run.step += 1
        run.average.update(run.step)
        run.place = batch.place
        tokens = int(batch.sizes.sum())
        run.tokens += tokens
        losses.append(loss.detach())
        seen += tokens
        work += flops(config, batch.sizes, batch.masked)
        if not fast:
            threads.adapt()
        elif run.step % 8 == 0:
            losses[-1].item()  # waits for the GPU, so that the clock is right
        now = time.time()
        run.spent += now - last
        if run.spent - since > SHOW:
            seconds = run.spent - since
            mean = torch.stack(losses).mean().item()
            pace = f"{seen / seconds:.0f} tokens/s {work / seconds / 1e12:.2f} TFLOP/s"
            pace += f" ({work / seconds / args.peak_tflops / 1e12:.1%} of peak)" if fast else f" {torch.get_num_threads()} threads"
            print(f"step {run.step} {run.spent / 60:.1f} min epoch {run.place[0]} {run.tokens / 1e6:.2f} M tokens "
                  f"loss {mean:.3f} {pace}", flush=True)
            losses, seen, work, since = [], 0, 0.0, run.spent
        if run.spent - at_save > args.save_minutes * 60:
            run.save(checkpoint)
            at_save = run.spent
        if run.spent - at_look > args.look_minutes * 60:
            print(f"held-out perplexity at {run.spent / 60:.1f} min: {shown(look(run.average.model))}", flush=True)
            at_look = run.spent
        last = time.time()

    run.save(checkpoint)
    if run.spent < budget:
        print(f"stopped at step {run.step}, {run.spent / 60:.1f} of {args.minutes} min, saved: the same command goes on", flush=True)
        raise SystemExit(128 + stop.signal if stop.signal else 0)
    found = {"ema": look(run.average.model), "raw": look(model)}
    mean = {name: sum(map(math.log, values.values())) for name, values in found.items()}
    run.use = min(mean, key=mean.get)
    run.save(checkpoint)
    print(f"held-out perplexity: averaged weights {shown(found['ema'])}; live weights {shown(found['raw'])}; kept: {run.use}", flush=True)
    for language, value in found[run.use].items():
        print(f"held-out perplexity {language} {value:.1f}")


if __name__ == "__main__":
    main()
