"""Held-out perplexity: how well masked pieces of documents that were kept apart are predicted, per language."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch

from masking import masked
from model import MaskedLM
from rows import Rows
from text import Text


@torch.no_grad()
def perplexity(model: MaskedLM, held: dict[str, Text], length: int, device: torch.device, most: int = 16384) -> dict[str, float]:
    """exp of the mean loss on masked pieces of the held-out documents, per language; of `most` cells at most."""
    model.eval()
    result = {}
    for language, text in held.items():
        if not len(text):
            continue
        rows = Rows(replace(text, times=np.ones(len(text), np.float32)), length)
        packed, _ = rows.take((0, 0), min(rows.count(), max(1, most // length)))
        ids, number, opens = (torch.from_numpy(a) for a in (packed.ids, packed.number, packed.opens))
        generator = torch.Generator().manual_seed(1)
        total, count = 0.0, 0
        for part in range(0, len(ids), 16):
            rows16 = slice(part, part + 16)
            changed, where = masked(ids[rows16], opens[rows16], 0.3, model.model.config.vocab_size, generator)
            target = ids[rows16].flatten()[where].to(device)
            with torch.autocast(device.type, torch.bfloat16):
                # The reference path, whatever the model is trained with.
                loss = MaskedLM.forward(model, changed.to(device), number[rows16].to(device), where.to(device), target)
            total += loss.item() * len(target)
            count += len(target)
        result[language] = math.exp(total / max(count, 1))
    model.train()
    return result
