"""The best legal labels of sentences, and how probable exactly each of their spans is: what `src/label/viterbi.rs` does, for many
sentences at once, so that calibration is fitted to the scores that the program gives.

Labels are IOB2: "O", then "B" or "B-PER" and "I" or "I-PER". A span's score is the exact marginal over all legal sequences (forward and
backward sums), so it counts every sequence that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

CHUNK = 512  # sentences of like length that are done together


def kind_of(label: str) -> str:
    """The type of a label; "X" where labels name none."""
    return label[2:] or "X"


def transitions(labels: list[str]) -> tuple[Tensor, Tensor]:
    """0 where a label may follow another `[before, after]`, or open a sentence `[label]`, and -inf elsewhere."""
    follows = lambda a, b: b[0] != "I" or a[0] != "O" and kind_of(a) == kind_of(b)
    after = torch.tensor([[0.0 if follows(a, b) else -torch.inf for b in labels] for a in labels], dtype=torch.double)
    first = torch.tensor([-torch.inf if label[0] == "I" else 0.0 for label in labels], dtype=torch.double)
    return after, first


def padded(logs: list[Tensor]) -> Tensor:
    """Log-probabilities [sentences, words, labels]; a word that is not there is surely "O", which may follow anything."""
    rows = torch.full((len(logs), max(map(len, logs)), logs[0].shape[1]), -torch.inf, dtype=torch.double)
    rows[:, :, 0] = 0.0
    for row, log in zip(rows, logs):
        row[: len(log)] = log
    return rows


def viterbi(log: Tensor, after: Tensor, first: Tensor) -> Tensor:
    """The best legal labels [sentences, words]."""
    score, back = log[:, 0] + first, []
    for w in range(1, log.shape[1]):
        best, where = (score[:, :, None] + after).max(1)
        back.append(where)
        score = best + log[:, w]
    labels = [score.argmax(1)]
    for where in reversed(back):
        labels.append(where.gather(1, labels[-1][:, None]).squeeze(1))
    return torch.stack(labels[::-1], 1)


def forward(log: Tensor, after: Tensor, first: Tensor) -> Tensor:
    """Log-sums over all legal beginnings that end in a label at a word [sentences, words, labels]."""
    sums = [log[:, 0] + first]
    for w in range(1, log.shape[1]):
        sums.append((sums[-1][:, :, None] + after).logsumexp(1) + log[:, w])
    return torch.stack(sums, 1)


def backward(log: Tensor, after: Tensor) -> Tensor:
    """Log-sums over all legal endings behind a label at a word [sentences, words, labels]."""
    sums = [torch.zeros_like(log[:, 0])]
    for w in range(log.shape[1] - 1, 0, -1):
        sums.append((after + (log[:, w] + sums[-1])[:, None, :]).logsumexp(2))
    return torch.stack(sums[::-1], 1)


@dataclass
class Span:
    """Words `start..end` of a sentence, and the log of how probable exactly this span is."""

    sentence: int
    start: int
    end: int
    kind: str
    log: float


def of_chunk(logs: list[Tensor], numbers: list[int], labels: list[str]) -> list[Span]:
    after, first = transitions(labels)
    log = padded(logs)
    best, ahead, behind = viterbi(log, after, first), forward(log, after, first), backward(log, after)
    whole = ahead[:, -1].logsumexp(1)
    found = []
    for row, (words, number) in enumerate(zip(map(len, logs), numbers)):
        sequence = best[row, :words].tolist()
        start = 0
        while start < words:
            if labels[sequence[start]][0] == "O":
                start += 1
                continue
            opens = sequence[start]
            kind = kind_of(labels[opens])
            inside = next(i for i, label in enumerate(labels) if label[0] == "I" and kind_of(label) == kind)
            end = start + 1
            while end < words and sequence[end] == inside:
                end += 1
            mass = ahead[row, start, opens] + log[row, start + 1 : end, inside].sum() - whole[row]
            if end < words:
                leaving = after[sequence[end - 1]] + log[row, end] + behind[row, end]
                leaving[inside] = -torch.inf
                mass = mass + leaving.logsumexp(0)
            found.append(Span(number, start, end, kind, min(float(mass), 0.0)))
            start = end
    return found


@torch.no_grad()
def spans(logs: list[Tensor], labels: list[str]) -> list[Span]:
    """The spans of each sentence's best labels; log-probabilities [words, labels] of each."""
    order = sorted((i for i in range(len(logs)) if len(logs[i])), key=lambda i: len(logs[i]))
    found = []
    # Thousands of small steps: on a busy machine threads would wait for one another at each.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    for at in range(0, len(order), CHUNK):
        numbers = order[at : at + CHUNK]
        found += of_chunk([logs[i].double() for i in numbers], numbers, labels)
    torch.set_num_threads(threads)
    return found
