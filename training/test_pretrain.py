"""Checks of packing, masking, windows, resuming and shards that need no corpus: `python training/test_pretrain.py`."""

import ast
import json
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from safetensors.torch import load_file

import pack
from base import encoder_of
from batches import fitting
from checkpoint import Average, Run, read_weights, warm_start
from corpora import Sentence
from fast import FastMaskedLM, StackedMuon, block_mask, edges, first_that_works, flops
from feed import Feed
from heldout import perplexity
from join import join, split
from masking import Kinds, masked, names
from model import Config, Encoder, Labeller, MaskedLM, save_config
from optim import Muon, Optimizers
from pack import shares
from pretrain import on_gpu
from reading import Reading, rows_at
from rows import Rows, best_fit, cut
from text import Text, load_text, save_text, squeezed, unsqueezed
from words import CLS_ID, MASK_ID, PAD_ID

ROOT = Path(__file__).resolve().parent.parent
SHIPS, FIXTURE = ROOT / "models" / "news-small", ROOT / "tests" / "fixtures" / "news-small"
TINY = Config(vocab_size=512, hidden_size=64, num_hidden_layers=4, num_attention_heads=2, intermediate_size=96, local_attention=32)


def documents(count: int, longest: int = 120, seed: int = 0) -> Text:
    """Documents of lines of 3 to 30 ids; no two documents hold the same ids in the same order."""
    draw = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        ids = []
        while len(ids) < draw.integers(5, longest):
            ids += [CLS_ID, *draw.integers(5, 512, draw.integers(3, 30))]
        ids = np.array(ids, np.uint16)
        opens = draw.random(len(ids)) < 0.7
        opens[0] = True
        made.append((ids, opens | (ids == CLS_ID)))
    return Text.of(made)


def kinds(capital=(), letter=(), opener=()) -> Kinds:
    flags = lambda chosen: torch.tensor([i in chosen for i in range(512)])
    return Kinds(flags(capital), flags(letter), flags({CLS_ID, *opener}))


class Packing(unittest.TestCase):
    def test_every_document_is_in_an_epoch_once_and_whole(self):
        text = documents(400)
        rows = Rows(text, 128)
        packed, place = rows.take((0, 0), rows.count())
        self.assertEqual((1, 0), place)
        found = [packed.ids[r][packed.number[r] == n].tolist() for r in range(len(packed.ids)) for n in range(packed.number[r].max() + 1)]
        wanted = []
        for start, size, _ in zip(*cut(text, 128)):
            wanted.append(text.ids[start : start + size].tolist())
        self.assertEqual(sorted(wanted), sorted(found))
        self.assertEqual([len(f) for f in found], packed.sizes.tolist())

    def test_padding_is_marked_and_little(self):
        rows = Rows(documents(2000, 60), 128)
        packed, _ = rows.take((0, 0), rows.count())
        self.assertTrue(((packed.number == -1) == (packed.ids == PAD_ID)).all())
        self.assertGreater(rows.fill(), 0.97)
        self.assertAlmostEqual(rows.fill(), (packed.number >= 0).mean())

    def test_rows_never_start_inside_a_document_that_fits(self):
        text = documents(300, 100)
        rows = Rows(text, 160)
        self.assertLessEqual(text.sizes.max(), 160)
        packed, _ = rows.take((0, 0), rows.count())
        self.assertTrue((packed.ids[:, 0] == CLS_ID).all())
        self.assertEqual(len(text), len(packed.sizes))

    def test_long_documents_are_cut_at_lines_then_at_words(self):
        lines = [CLS_ID, 7, 8, 9, CLS_ID, 10, 11, CLS_ID, 12, 13, 14, 15, 16, 17, 18, 19]
        opens = np.array([i == CLS_ID or i % 2 == 0 for i in lines])
        text = Text.of([(np.array(lines, np.uint16), opens)])
        start, size, _ = cut(text, 8)
        self.assertEqual([(0, 7), (7, 7), (14, 2)], list(zip(start.tolist(), size.tolist())))
        self.assertEqual(18, text.ids[14])

    def test_the_longest_piece_that_fits_comes_next(self):
        members, starts = best_fit([5, 4, 3, 2, 6], 8)
        self.assertEqual([[0, 2], [1, 3], [4]], [members[a:b].tolist() for a, b in zip(starts, starts[1:])])

    def test_weights_are_met_over_the_epochs(self):
        text = documents(200, 50)
        text.times[:] = 2.5
        rows = Rows(text, 128)
        taken = [len(rows.pack(epoch)[0]) / len(text) for epoch in range(10)]
        self.assertAlmostEqual(2.5, float(np.mean(taken)), delta=0.05)
        self.assertNotEqual(rows.pack(0)[0].tolist(), rows.pack(1)[0].tolist())


class Resuming(unittest.TestCase):
    def test_batches_go_on_where_they_stopped_also_into_the_next_epoch(self):
        feed = lambda: Feed(Rows(documents(60), 128, seed=3), kinds(), 512, 7)
        steps = 2 * Rows(documents(60), 128).count() // 7 + 2
        run = feed().run((0, 0), 0)
        whole = [next(run) for _ in range(steps)]
        self.assertGreater(whole[-1].place[0], 1)
        for cut_at in (1, steps // 2, steps - 2):
            again = next(feed().run(whole[cut_at - 1].place, cut_at))
            for name in ("ids", "number", "where", "target"):
                self.assertTrue(torch.equal(getattr(whole[cut_at], name), getattr(again, name)))

    def test_a_resumed_run_ends_with_the_same_weights(self):
        def begin() -> Run:
            torch.manual_seed(1)
            model = MaskedLM(Encoder(TINY))
            return Run(model, 0.9, Optimizers(model, 1e-3))

        def train(run: Run, steps: int) -> None:
            batches = Feed(Rows(documents(60), 64), kinds(), 512, 4).run(run.place, run.step)
            for _ in range(steps):
                batch = next(batches)
                run.model(batch.ids, batch.number, batch.where, batch.target).backward()
                run.optimizers.step(1.0)
                run.step += 1
                run.average.update(run.step)
                run.place = batch.place

        whole = begin()
        train(whole, 6)
        with tempfile.TemporaryDirectory() as folder:
            first, second = begin(), begin()
            train(first, 3)
            first.save(Path(folder) / "checkpoint.pt")
            second.load(Path(folder) / "checkpoint.pt", 1)
            train(second, 3)
        for a, b in ((whole.model, second.model), (whole.average.model, second.average.model)):
            for name, tensor in a.state_dict().items():
                self.assertTrue(torch.equal(tensor, b.state_dict()[name]), name)

    def test_checkpoints_of_older_versions_load(self):
        model = MaskedLM(Encoder(TINY))
        optimizers = Optimizers(model, 1e-3)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "checkpoint.pt"
            torch.save(dict(model=model.state_dict(), optimizers=optimizers.state_dict(), step=9, spent=60.0, tokens=250), path)
            run = Run(MaskedLM(Encoder(TINY)), 0.998, Optimizers(model, 1e-3))
            run.load(path, 100)
        self.assertEqual((9, (2, 0)), (run.step, run.place))
        self.assertTrue(torch.equal(run.model.bias, model.bias))

    def test_the_average_follows(self):
        model = torch.nn.Linear(1, 1, bias=False)
        average = Average(model, 2.0)  # a half-life of two steps
        for step in range(1, 101):
            model.weight.data.fill_(float(step >= 99))
            average.update(step)
        self.assertAlmostEqual(0.5, float(average.model.weight), delta=0.01)


class Masking(unittest.TestCase):
    def test_whole_words_are_masked_at_the_rate(self):
        rows = Rows(documents(3000), 128)
        packed, _ = rows.take((0, 0), 600)
        ids, opens = torch.from_numpy(packed.ids), torch.from_numpy(packed.opens)
        changed, where = masked(ids, opens, 0.3, 512, torch.Generator().manual_seed(0))
        chosen = torch.zeros(ids.numel(), dtype=torch.bool)
        chosen[where] = True
        word = opens.flatten().cumsum(0)
        real = ids.flatten() >= 5
        parts = torch.zeros(int(word[-1]) + 1, 2).index_add(0, word[real], torch.stack([chosen, ~chosen], 1)[real].float())
        self.assertFalse(bool((parts.min(1).values > 0).any()))  # never a part of a word
        there = parts.sum(1) > 0
        self.assertAlmostEqual(0.3, float((parts[there, 0] > 0).float().mean()), delta=0.01)
        self.assertFalse(bool(chosen[~real].any()))
        self.assertTrue(torch.equal(changed.flatten()[~chosen], ids.flatten()[~chosen]))
        self.assertAlmostEqual(0.8, float((changed.flatten()[where] == MASK_ID).float().mean()), delta=0.02)

    def test_names_are_capitals_where_no_sentence_starts(self):
        # 100 "The", 101 "Haag", 102 "I", 103 ".", 104 "sees", 105 "##en"
        row = torch.tensor([[CLS_ID, 100, 104, 101, 105, 102, 104, 103, 101, 104, 102, 105]])
        opens = torch.tensor([[1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0]]).bool()
        found = names(row, opens, kinds(capital=(100, 101, 102), letter=(102,), opener=(103,)))
        self.assertEqual([3, 10], found[0].nonzero().squeeze(1).tolist())

    def test_a_bias_takes_names_twice_as_often_at_the_same_rate(self):
        draw = torch.Generator().manual_seed(1)
        ids = torch.randint(5, 512, (400, 128), generator=draw)
        likely = ids < 80
        opens = torch.ones_like(likely)
        _, where = masked(ids, opens, 0.3, 512, draw, likely, 2.0)
        chosen = torch.zeros(ids.numel(), dtype=torch.bool)
        chosen[where] = True
        of = lambda group: float(chosen[group.flatten()].float().mean())
        self.assertAlmostEqual(0.3, float(chosen.float().mean()), delta=0.01)
        self.assertAlmostEqual(2.0, of(likely) / of(~likely), delta=0.1)


class Fast(unittest.TestCase):
    """The fast path computes what the reference does."""

    def rows(self, length: int = 128):
        packed, _ = Rows(documents(60, 100), length).take((0, 0), 3)
        return torch.from_numpy(packed.ids), torch.from_numpy(packed.number)

    def agree(self, attention: str):
        torch.manual_seed(0)
        fast = FastMaskedLM(Encoder(TINY), attention)
        for parameter in fast.parameters():
            parameter.data += 0.05 * torch.randn_like(parameter)
        for length in (128, 256):
            ids, number = self.rows(length)
            with torch.no_grad():
                ours, reference = fast.encode(ids, fast.prepare(number)), fast.model(ids, number)
            self.assertLess(float((ours - reference)[number >= 0].abs().max()), 1e-4)
            self.assertEqual(reference.shape, ours.shape)

    def test_dense(self):
        self.agree("dense")

    def test_flex(self):
        try:
            self.agree("flex")
        except (ImportError, NotImplementedError, RuntimeError) as error:
            print(f"SKIPPED: flex attention does not run here: {error}", file=sys.stderr)
            self.skipTest("no flex attention")

    def test_blocks_of_the_mask_hold_every_pair_and_no_more_than_they_need(self):
        _, number = self.rows(128)
        place = torch.arange(128)
        for window in (None, 16, 40):
            near = (place[:, None] - place[None, :]).abs() <= (window or 128)
            pairs = (number[:, :, None] == number[:, None, :]) & near
            wanted = pairs.view(3, 8, 16, 8, 16).any(4).any(2)
            some = block_mask(number, window, 16).to_dense()[:, 0].bool()
            self.assertFalse(bool((wanted & ~some).any()))
            self.assertLess(int((some & ~wanted).sum()), 0.1 * int(wanted.sum()) if window else 1)

    @unittest.skipUnless(torch.cuda.is_available(), "varlen attention needs a GPU")
    def test_varlen(self):
        torch.manual_seed(0)
        fast = FastMaskedLM(Encoder(TINY), "varlen").cuda().bfloat16()
        ids, number = self.rows()
        with torch.no_grad():
            ours, reference = fast.encode(ids.cuda(), fast.prepare(number)), fast.model(ids.cuda(), number.cuda())
        self.assertLess(float((ours - reference)[number >= 0].float().norm() / reference.float().norm()), 2e-2)

    def test_the_loss_is_the_same(self):
        ids, number = self.rows()
        fast = FastMaskedLM(Encoder(TINY), "dense")
        feed = Feed(Rows(documents(60), 128), kinds(), 512, 4)
        plain, static = feed.at((0, 0), 0), Feed(feed.rows, kinds(), 512, 4, static=True).at((0, 0), 0)
        reference = MaskedLM.forward(fast, plain.ids, plain.number, plain.where, plain.target)
        ours = fast(static.ids, fast.prepare(static.number), static.where, static.target)
        self.assertAlmostEqual(reference.item(), ours.item(), delta=0.02)  # the reference computes in bf16
        self.assertEqual(0, len(static.where) % 128)

    def test_a_kernel_that_reads_the_wrong_tokens_is_found_out(self):
        fast = FastMaskedLM(Encoder(TINY), "dense", torch.bfloat16)
        before = fast.model.layers[1].attn.Wo.weight.clone()
        ids, number = self.rows(128)
        with torch.autocast("cpu", torch.bfloat16):
            right = fast.disagreement(ids, number, fast.prepare(number))
            wrong = fast.disagreement(ids, number, fast.prepare(number // 2))
        self.assertLess(right, 0.05)
        self.assertGreater(wrong, 0.2)
        with self.assertRaises(Exception), torch.autocast("cpu", torch.bfloat16):
            fast.disagreement(ids, number, "no mask")
        self.assertTrue(torch.equal(before, fast.model.layers[1].attn.Wo.weight))

    def test_the_fast_path_trains_on_static_batches(self):
        torch.manual_seed(0)
        fast, cpu = FastMaskedLM(Encoder(TINY), residual=torch.bfloat16), torch.device("cpu")
        batch = Feed(Rows(documents(60), 128), kinds(), 512, 8, static=True).at((0, 0), 0)
        loss_of = on_gpu(fast, cpu, "dense", False, batch)
        loss_of(batch).backward()
        self.assertTrue(all(p.grad is not None for p in fast.parameters()))
        text = documents(30)
        found = perplexity(fast, {"nl": text, "fr": Text.of([])}, 128, cpu)
        self.assertEqual(["nl"], list(found))
        self.assertTrue(300 < found["nl"] < 900)

    def test_edges_of_documents_in_one_long_row(self):
        found = edges(np.array([[0, 0, 1, -1], [0, 1, 1, 1]]))
        self.assertEqual([0, 2, 3, 4, 5, 8, 8], found[:7].tolist())
        self.assertEqual(65, len(found))

    def test_stacked_muon_is_muon(self):
        def stepped(kind) -> list[torch.Tensor]:
            torch.manual_seed(0)
            params = [torch.nn.Parameter(torch.randn(shape)) for shape in ((8, 16), (8, 16), (16, 8), (8, 8))]
            optimizer = kind(params, lr=0.1)
            for _ in range(3):
                for p in params:
                    p.grad = torch.randn(p.shape)
                optimizer.step()
            return params

        for a, b in zip(stepped(Muon), stepped(StackedMuon)):
            self.assertLess(float((a - b).detach().norm() / a.detach().norm()), 1e-2)

    def test_operations_are_counted(self):
        n, config = 50, TINY
        sees = sum(abs(i - j) <= config.local_attention // 2 for i in range(n) for j in range(n))
        pairs = 2 * n * n + 2 * sees  # layers 0 and 3 are global
        layers = 4 * (4 * 64 * 64 + 3 * 64 * 96)
        self.assertEqual(6 * (n * layers + 9 * (64 * 64 + 64 * 512)) + 12 * 64 * pairs, flops(config, np.array([n]), 9))

    def test_the_first_that_works_is_taken(self):
        def fails():
            raise RuntimeError("no kernel")

        self.assertEqual(("b", 2), first_that_works({"a": fails, "b": lambda: 2, "c": fails}))


class ReadingOn(unittest.TestCase):
    CPU = torch.device("cpu")

    def reading(self, model: Labeller) -> Reading:
        return Reading(model.model, documents(60), {}, kinds(), 128, 4, 0.5, 0)

    def test_rows_fall_to_none(self):
        self.assertEqual([40, 40, 20, 0], [rows_at(progress, 40) for progress in (0.0, 0.5, 0.75, 1.0)])

    def test_reading_teaches_the_encoder_and_leaves_the_heads(self):
        torch.manual_seed(0)
        model = Labeller(Encoder(TINY))
        model.model.dropout = 0.2
        reading = self.reading(model)
        optimizers = Optimizers(model, 3e-3, head_lr=1e-2, beside=reading.own())
        heads = {name: p.clone() for name, p in model.named_parameters() if name.startswith("heads.")}
        found = []
        for step in range(40):
            found.append(reading.backward(step, 0.0, self.CPU))
            optimizers.step(1.0)
        losses, tokens = zip(*found)
        self.assertLess(sum(losses[-5:]) / 5, sum(losses[:5]) / 5 - 0.1)
        self.assertTrue(all(0 < count <= 4 * 128 for count in tokens))
        self.assertEqual(0.2, model.model.dropout)
        self.assertTrue(all(torch.equal(p, heads[name]) for name, p in model.named_parameters() if name in heads))
        self.assertEqual((0.0, 0), reading.backward(40, 1.0, self.CPU))

    def test_it_resumes_at_the_row(self):
        torch.manual_seed(0)
        model = Labeller(Encoder(TINY))
        first, second = self.reading(model), self.reading(model)
        first.backward(0, 0.0, self.CPU)
        second.load_state_dict(first.state_dict())
        found = [reading.backward(1, 0.0, self.CPU) for reading in (first, second)]
        self.assertEqual(*found)
        self.assertEqual(first.place, second.place)


class Files(unittest.TestCase):
    def test_text_survives_squeezing_and_caching(self):
        text = documents(50)
        again = unsqueezed(squeezed(text), len(text), 2.0)
        with tempfile.TemporaryDirectory() as folder:
            save_text(Path(folder) / "text.npz", text, {"nl": text.part(3, 5)})
            train, held = load_text(Path(folder) / "text.npz")
        for other in (again, train):
            for name in ("ids", "opens", "starts"):
                self.assertTrue(np.array_equal(getattr(text, name), getattr(other, name)), name)
        self.assertTrue((again.times == 2).all())
        self.assertEqual(text.sizes[3:5].tolist(), held["nl"].sizes.tolist())

    def test_what_is_packed_imports_nothing_else_of_ours(self):
        for name in pack.CODE:
            nodes = list(ast.walk(ast.parse((pack.HERE / name).read_text(encoding="utf-8"))))
            wanted = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
            wanted |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
            for file in (f"{module}.py" for module in wanted):
                self.assertTrue(file in pack.CODE or not (pack.HERE / file).exists(), f"{name} imports {file}")

    def test_the_largest_sources_are_cut_first(self):
        kept = shares({"news": 40, "law": 400, "old": 10}, {"news": 2, "law": 1, "old": 1}, 110)
        self.assertEqual((1.0, 1.0), (round(kept["news"], 6), round(kept["old"], 6)))
        self.assertAlmostEqual(60 / 400, kept["law"], delta=1e-6)

    def test_shards_join_and_damage_is_seen(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "in").mkdir()
            (folder / "in" / "model.safetensors").write_bytes(bytes(range(256)) * 10)
            (folder / "in" / "config.json").write_text("{}")
            shards = split(folder / "in" / "model.safetensors", folder / "shards", 1000)
            self.assertEqual([1000, 1000, 560], [shard.stat().st_size for shard in shards])
            joined = join(folder / "shards", folder / "out")
            self.assertEqual(bytes(range(256)) * 10, joined.read_bytes())
            self.assertTrue((folder / "out" / "config.json").exists())
            shards[1].write_bytes(b"x" * 1000)
            with self.assertRaises(SystemExit):
                join(folder / "shards", folder / "other")
            self.assertFalse((folder / "other").exists())

    def test_weights_alone_start_another_run(self):
        model = MaskedLM(Encoder(TINY))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            Run(model, 0.998, Optimizers(model, 1e-3)).save(folder / "checkpoint.pt")
            save_config(TINY, folder / "config.json")
            split(folder / "checkpoint.pt", folder / "shards", 100_000, weights_only=True)
            join(folder / "shards", folder / "out")
            other = MaskedLM(Encoder(TINY))
            warm_start(other, folder / "out")
        table = other.model.embeddings.tok_embeddings.weight
        self.assertTrue(torch.allclose(model.model.embeddings.tok_embeddings.weight, table, atol=1e-4))

    @torch.no_grad()
    def test_training_goes_on_from_the_model_that_ships(self):
        model = Labeller(encoder_of(SHIPS)).eval()
        model.load_state_dict(read_weights(SHIPS))
        text, reference = json.loads((FIXTURE / "texts.json").read_text())[0], load_file(FIXTURE / "reference.safetensors")
        ids, words = torch.tensor([text["ids"]]), torch.tensor(text["words"])
        logits = model(ids, torch.zeros_like(ids), words, torch.tensor([[0, ids.shape[1] - 1]]))
        for head, given in logits.items():
            self.assertTrue(torch.allclose(given, reference[f"00.{head}"], atol=1e-4), head)


class Windows(unittest.TestCase):
    def test_sentences_are_whole_and_none_is_lost(self):
        pieces = SimpleNamespace(sentence=lambda text: (text.split(), None, None))
        sentences = [Sentence("a " * length, "nl") for length in (3, 4, 2, 20, 1)]
        groups = [[len(s.text.split()) for s in group] for group in fitting(sentences, pieces, 10)]
        self.assertEqual([[3, 4], [2], [20], [1]], groups)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
