"""What a score says: priors, temperatures and the calibration of spans, fitted on dev data and on what `unseen.py` keeps to tune by.

Rare classes are drawn more often in training than they stand in text, so heads expect too many of them; a bias per class beside
the temperature (bias-corrected temperature scaling, Alexandari et al. 2020) mends that, and is folded into the weights of a
head. Then temperatures (Guo et al. 2017) and a line through the log-odds of spans (Platt 1999).
"""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from agreement import AGREEMENT, ENTITY_DEV, lines, settled
from batches import IGNORE, padded, window_of
from corpora import Document, conll, written
from model import HEADS, Labeller
from scores import groups_of, spans_of
from unseen import articles, open_text
from words import Pieces

GRID = [0.4 + 0.02 * step for step in range(180)]  # of temperatures
# Not `claim`: a sentence without a claim is the rare thing there, and would be found more rarely still.
CORRECTED = ("certainty", "polarity", "holder")
Logits = dict[str, tuple[Tensor, Tensor]]


@torch.no_grad()
def head_logits(model: Labeller, documents: list[Document], pieces: Pieces, length: int, size: int) -> Logits:
    """Logits and targets of every head over documents, in f32."""
    found: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in HEADS}
    windows = sorted((window_of(group, pieces, length) for group in groups_of(documents, size, pieces, length)), key=len)
    for at in range(0, len(windows), 32):
        part = windows[at : at + 32]
        batch = padded(part, pieces.pad)
        logits = model(batch.ids, batch.document, batch.words, batch.sentences)
        for name in HEADS:
            known = batch.targets[name] != IGNORE
            found[name].append((logits[name][known], batch.targets[name][known]))
    return {name: (torch.cat([l for l, _ in parts]), torch.cat([t for _, t in parts])) for name, parts in found.items()}


def minimise(parameters: list[Tensor], loss_of: Callable[[], Tensor]) -> None:
    """Moves a few parameters to where the loss is least."""
    optimizer = torch.optim.LBFGS(parameters, max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    optimizer.step(closure)


def temperature(logits: Tensor, target: Tensor) -> float:
    """The temperature with the least negative log-likelihood, on a grid of 0.02."""
    return round(min(GRID, key=lambda t: F.cross_entropy(logits / t, target).item()), 2)


def span_scores(logits: Tensor, target: Tensor, labels: list[str], kinds: set[str] | None = None) -> Callable[[float], tuple[Tensor, Tensor]]:
    """Log-odds of each predicted span at a temperature, and whether it is right; `kinds` keeps spans of these types.

    A span's score is the product over its words, times the chance that the next word does not go on; sentences stand
    behind one another here, which changes little.
    """
    named = [labels[c] + "-X" if labels[c] in "BI" else labels[c] for c in logits.argmax(-1).tolist()]
    gold = spans_of([labels[c] + "-X" if labels[c] in "BI" else labels[c] for c in target.tolist()])
    index = {label if "-" in label or label == "O" else label + "-X": i for i, label in enumerate(labels)}
    spans = sorted(span for span in spans_of(named) if kinds is None or span[2] in kinds)
    right = torch.tensor([span in gold for span in spans], dtype=torch.float)
    starts, ends = (torch.tensor([span[i] for span in spans], dtype=torch.long) for i in (0, 1))
    inside = torch.tensor([index[f"I-{span[2]}"] for span in spans], dtype=torch.long)
    last = ends >= len(logits)

    def at(t: float) -> tuple[Tensor, Tensor]:
        log = (logits / t).log_softmax(-1).double()
        sums = torch.cat([torch.zeros(1, dtype=torch.double), log.amax(-1).cumsum(0)])
        on = log[ends.clamp(max=len(logits) - 1), inside].exp().masked_fill(last, 0.0)
        scores = (sums[ends] - sums[starts]).exp() * (1 - on)
        return torch.logit(scores, eps=1e-6).float(), right

    return at


def span_calibration(parts: list[Callable[[float], tuple[Tensor, Tensor]]], temperatures: list[float]) -> tuple[float, dict[str, float]]:
    """The temperature at which a predicted span is right as often as its score says (least log-loss over spans: words
    one by one are the wrong yardstick, since most are surely "O"), and then the line through log-odds (Platt 1999) that
    mends what no temperature can."""
    def at(t: float) -> tuple[Tensor, Tensor]:
        return tuple(torch.cat(pair) for pair in zip(*(part(t) for part in parts)))

    if len(at(1.0)[1]) < FEW_SPANS:
        return 1.0, {"slope": 1.0, "intercept": 0.0}
    loss = lambda t: F.binary_cross_entropy_with_logits(*at(t)).item()
    t = round(min(temperatures, key=loss), 2)
    odds, right = at(t)
    slope, intercept = torch.ones((), requires_grad=True), torch.zeros((), requires_grad=True)
    minimise([slope, intercept], lambda: F.binary_cross_entropy_with_logits(slope * odds + intercept, right))
    if slope.item() < 0.05:
        return t, {"slope": 1.0, "intercept": 0.0}
    return t, {"slope": round(slope.item(), 3), "intercept": round(intercept.item(), 3)}


ENTITY_DEV_SENTENCES = 1_000  # of each that entities are calibrated on, beside our own
FEW_SPANS = 50  # fewer give no line


def entity_parts(model: Labeller, pieces: Pieces, length: int, data: str) -> list[Callable[[float], tuple[Tensor, Tensor]]]:
    """The scores of entities in whole documents whose names have settled, of each set."""
    sets = [(document.sentences[0].language, [document], True) for document in written("dev") + articles("tune")]
    sets += [(documents[0].sentences[0].language, documents, True) for documents in open_text("tune").values()]
    if data == "all":
        for corpus, misc in ENTITY_DEV.items():
            documents, count = [], 0
            for document in conll(corpus, running=True):
                if count < ENTITY_DEV_SENTENCES:
                    documents.append(document)
                    count += len(document.sentences)
            sets.append((corpus.split(".")[-2], documents, misc))
    parts = []
    for language, documents, misc in sets:
        read = lines(model, documents, pieces, length)
        logs = torch.cat([log for article in read for log in settled(article, language, **AGREEMENT)])
        target = torch.tensor([HEADS["entities"][1].index(label) for article in read for line in article for label in line.gold])
        parts.append(span_scores(logs, target, HEADS["entities"][1], None if misc else {"PER", "ORG", "LOC"}))
    return parts


def tuning_sets(model: Labeller, pieces: Pieces, length: int, data: str) -> list[Logits]:
    """Logits on dev parts and on `unseen.py`'s part to tune by, of the dev parts on our own corpus alone where `data` is
    "open"."""
    model.eval()
    texts = [document for documents in open_text("tune").values() for document in documents]
    sets = [head_logits(model, written("dev") + articles("tune") + [d for d in texts if d.running], pieces, length, 8),
            head_logits(model, [d for d in texts if not d.running], pieces, length, 1)]
    if data == "all":
        labelled = [s for d in conll("conll2002.nl.dev", running=False) for s in d.sentences if s.label]
        sets.append(head_logits(model, [Document("real", labelled)], pieces, length, 1))
    return sets


def joined(sets: list[Logits], head: str) -> tuple[Tensor, Tensor]:
    logits, targets = zip(*(found[head] for found in sets))
    return torch.cat(logits), torch.cat(targets)


def bias_of(logits: Tensor, target: Tensor) -> Tensor:
    """What to add to the logits of each class, so that with some temperature their log-likelihood is greatest; zero on average."""
    scale, bias = torch.zeros((), requires_grad=True), torch.zeros(logits.shape[1], requires_grad=True)
    # Logits that say nothing would be scaled to nothing, and the bias in their measure would have no end.
    factor = lambda: scale.exp().clamp(min=0.05)
    minimise([scale, bias], lambda: F.cross_entropy(logits * factor() + bias, target))
    return ((bias - bias.mean()) / factor()).detach()


@torch.no_grad()
def correct_priors(model: Labeller, pieces: Pieces, length: int, data: str) -> dict[str, list[float]]:
    """Folds the bias of each class into the heads that want one, and gives it."""
    sets = tuning_sets(model, pieces, length, data)
    found = {}
    for head in CORRECTED:
        with torch.enable_grad():
            bias = bias_of(*joined(sets, head))
        getattr(model.heads, head).bias += bias
        found[head] = [round(value, 2) for value in bias.tolist()]
    return found


def calibrations(model: Labeller, pieces: Pieces, length: int, data: str) -> dict[str, dict]:
    """Per head its temperature and, for token heads, the calibration of spans."""
    sets = tuning_sets(model, pieces, length, data)
    found: dict[str, dict] = {}
    for name, (level, labels) in HEADS.items():
        if level == "sentence":
            found[name] = {"temperature": temperature(*joined(sets, name))}
            continue
        if name == "entities":
            # Names settle on probabilities at the head's temperature, so what is fitted stands behind them: the line alone.
            fitted, line = span_calibration(entity_parts(model, pieces, length, data), [1.0])
        else:
            fitted, line = span_calibration([span_scores(*part[name], labels) for part in sets if len(part[name][0])], GRID)
        found[name] = {"temperature": fitted, "calibration": line}
    return found
