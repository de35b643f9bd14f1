"""What a score says: priors, temperatures and the calibration of spans, fitted on dev data, on what `unseen.py` keeps to tune by, and on
articles by `later` writers, whom the weights have not met: dev parts chose the weights, so on them alone scores come out too sure.

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
from corpora import Document, conll, unseen_part, written
from lattice import spans
from model import HEADS, Labeller
from scores import groups_of, spans_of
from unseen import articles, open_text
from words import Pieces

GRID = [0.4 + 0.02 * step for step in range(180)]  # of temperatures
SPAN_GRID = [0.8, 1.0, 1.2, 1.4, 1.6]  # likewise, for spans: the line through log-odds does the rest
# Not `claim`: a sentence without a claim is the rare thing there, and would be found more rarely still.
CORRECTED = ("certainty", "polarity", "holder")
Logits = dict[str, list[tuple[Tensor, Tensor]]]  # by head, logits and targets of each sentence


@torch.no_grad()
def head_logits(model: Labeller, documents: list[Document], pieces: Pieces, length: int, size: int) -> Logits:
    """Logits and targets of every head over documents, in f32: one pair for each sentence that has targets."""
    found: Logits = {name: [] for name in HEADS}
    windows = sorted((window_of(group, pieces, length) for group in groups_of(documents, size, pieces, length)), key=len)
    for at in range(0, len(windows), 32):
        part = windows[at : at + 32]
        batch = padded(part, pieces.pad)
        logits = model(batch.ids, batch.document, batch.words, batch.sentences)
        sizes = {
            # Words of a sentence lie between its marker and its end.
            "token": [int(((start <= batch.words) & (batch.words < end)).sum()) for start, end in batch.sentences.tolist()],
            "sentence": [1] * len(batch.sentences),
        }
        for name, (level, _) in HEADS.items():
            pairs = zip(logits[name].split(sizes[level]), batch.targets[name].split(sizes[level]))
            found[name] += [(given, target) for given, target in pairs if len(target) and bool((target != IGNORE).all())]
    return found


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


def span_scores(sentences: list[tuple[Tensor, Tensor]], labels: list[str], kinds: set[str] | None = None) -> Callable[[float], tuple[Tensor, Tensor]]:
    """Log-odds of each span that the program finds at a temperature (`lattice.py`), and whether it is right. A sentence is its logits
    [words, labels] and its targets; `kinds` keeps spans of these types."""
    named = [label if "-" in label or label == "O" else f"{label}-X" for label in labels]
    gold = {(number, *span) for number, (_, target) in enumerate(sentences) for span in spans_of([named[c] for c in target.tolist()])}

    def at(t: float) -> tuple[Tensor, Tensor]:
        found = spans([(logits / t).log_softmax(-1) for logits, _ in sentences], labels)
        found = [span for span in found if kinds is None or span.kind in kinds]
        right = [(span.sentence, span.start, span.end, span.kind) in gold for span in found]
        scores = torch.tensor([span.log for span in found], dtype=torch.double).exp()
        return torch.logit(scores, eps=1e-6).float(), torch.tensor(right, dtype=torch.float)

    return at


def span_calibration(parts: list[Callable[[float], tuple[Tensor, Tensor]]], temperatures: list[float]) -> tuple[float, dict[str, float]]:
    """The temperature at which a predicted span is right as often as its score says (least log-loss over spans: words
    one by one are the wrong yardstick, since most are surely "O"), and then the line through log-odds (Platt 1999) that
    mends what no temperature can."""
    at = lambda t: tuple(torch.cat(pair) for pair in zip(*(part(t) for part in parts)))
    found = {t: at(t) for t in temperatures}
    # No temperature changes which spans are found.
    if len(found[temperatures[0]][1]) < FEW_SPANS:
        return 1.0, {"slope": 1.0, "intercept": 0.0}
    t = min(temperatures, key=lambda t: F.binary_cross_entropy_with_logits(*found[t]).item())
    odds, right = found[t]
    slope, intercept = torch.ones((), requires_grad=True), torch.zeros((), requires_grad=True)
    minimise([slope, intercept], lambda: F.binary_cross_entropy_with_logits(slope * odds + intercept, right))
    if slope.item() < 0.05:
        return t, {"slope": 1.0, "intercept": 0.0}
    return t, {"slope": round(slope.item(), 3), "intercept": round(intercept.item(), 3)}


ENTITY_DEV_SENTENCES = 1_000  # of each that entities are calibrated on, beside our own
FEW_SPANS = 50  # fewer give no line


def tuning_articles(later: list[Document]) -> list[Document]:
    """Whole articles to fit on: dev, what is kept to tune by, and those of `later` writers that are not kept to score by."""
    tune = articles("tune")
    known = {document.id for document in tune}
    return written("dev") + tune + [d for d in later if d.id not in known and not any(map(unseen_part, d.sentences))]


def entity_parts(model: Labeller, pieces: Pieces, length: int, data: str, later: list[Document]) -> list[Callable[[float], tuple[Tensor, Tensor]]]:
    """The scores of entities in whole documents whose names have settled, of each set."""
    sets = [(document.sentences[0].language, [document], True) for document in tuning_articles(later)]
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
        labels = HEADS["entities"][1]
        sentences = [(log, torch.tensor([labels.index(label) for label in line.gold]))
                     for article in read for line, log in zip(article, settled(article, language, **AGREEMENT))]
        parts.append(span_scores(sentences, labels, None if misc else {"PER", "ORG", "LOC"}))
    return parts


def tuning_sets(model: Labeller, pieces: Pieces, length: int, data: str, later: list[Document]) -> list[Logits]:
    """Logits on dev parts, on `unseen.py`'s part to tune by and on `later` articles; of the dev parts on our own corpus alone where
    `data` is "open"."""
    model.eval()
    texts = [document for documents in open_text("tune").values() for document in documents]
    sets = [head_logits(model, tuning_articles(later) + [d for d in texts if d.running], pieces, length, 8),
            head_logits(model, [d for d in texts if not d.running], pieces, length, 1)]
    if data == "all":
        labelled = [s for d in conll("conll2002.nl.dev", running=False) for s in d.sentences if s.label]
        sets.append(head_logits(model, [Document("real", labelled)], pieces, length, 1))
    return sets


def joined(sets: list[Logits], head: str) -> tuple[Tensor, Tensor]:
    logits, targets = zip(*(pair for found in sets for pair in found[head]))
    return torch.cat(logits), torch.cat(targets)


def bias_of(logits: Tensor, target: Tensor) -> Tensor:
    """What to add to the logits of each class, so that with some temperature their log-likelihood is greatest; zero on average."""
    scale, bias = torch.zeros((), requires_grad=True), torch.zeros(logits.shape[1], requires_grad=True)
    # Logits that say nothing would be scaled to nothing, and the bias in their measure would have no end.
    factor = lambda: scale.exp().clamp(min=0.05)
    minimise([scale, bias], lambda: F.cross_entropy(logits * factor() + bias, target))
    return ((bias - bias.mean()) / factor()).detach()


@torch.no_grad()
def correct_priors(model: Labeller, pieces: Pieces, length: int, data: str, later: list[Document]) -> dict[str, list[float]]:
    """Folds the bias of each class into the heads that want one, and gives it."""
    sets = tuning_sets(model, pieces, length, data, later)
    found = {}
    for head in CORRECTED:
        with torch.enable_grad():
            bias = bias_of(*joined(sets, head))
        getattr(model.heads, head).bias += bias
        found[head] = [round(value, 2) for value in bias.tolist()]
    return found


def calibrations(model: Labeller, pieces: Pieces, length: int, data: str, later: list[Document]) -> dict[str, dict]:
    """Per head its temperature and, for token heads, the calibration of spans."""
    sets = tuning_sets(model, pieces, length, data, later)
    found: dict[str, dict] = {}
    for name, (level, labels) in HEADS.items():
        if level == "sentence":
            found[name] = {"temperature": temperature(*joined(sets, name))}
            continue
        if name == "entities":
            # Names settle on probabilities at the head's temperature, so what is fitted stands behind them: the line alone.
            fitted, line = span_calibration(entity_parts(model, pieces, length, data, later), [1.0])
        else:
            fitted, line = span_calibration([span_scores(part[name], labels) for part in sets if part[name]], SPAN_GRID)
        found[name] = {"temperature": fitted, "calibration": line}
    return found
