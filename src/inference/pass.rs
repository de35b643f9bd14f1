//! One pass of one model over documents: windows, packed batches, encoder, heads, decoding.

use std::ops::Range;

use candle_core::Tensor;

use super::cut::{Cut, cut};
use super::role::{Role, Use};
use super::{Error, HeadError, LabelledSpan, Labels, SentenceLabels};
use crate::batch;
use crate::document::Document;
use crate::encoder::PackedBatch;
use crate::label::agreement::Mentions;
use crate::label::{Decoder, Rows, ScoredSpan, sigmoid, softmax};
use crate::loader::{HeadSpec, Level, Model};
use crate::span::Span;
use crate::window::{self, Window};
use crate::words::Pieces;

/// A model and what its heads are used for.
pub(super) struct Pass {
    pub model: Model,
    pub roles: Vec<(HeadSpec, Role)>,
    pub batch_tokens: usize,
}

/// One window of one document, as the encoder reads it.
struct Sequence {
    document: usize,
    window: Window,
    ids: Vec<u32>,
    /// For each part: its rows, the marker first, and the row of the first piece of each of its words.
    rows: Vec<(Range<usize>, Vec<usize>)>,
}

/// Logits of one sentence, gathered from the windows that own them.
struct Gathered {
    /// Per head, `[words, labels]` for token heads and `[labels]`, summed over parts, for sentence heads.
    heads: Vec<Vec<f32>>,
    parts: usize,
}

impl Gathered {
    /// The logits of a sentence head, averaged over the parts of the sentence.
    fn mean(&self, sums: &[f32]) -> Vec<f32> {
        sums.iter().map(|sum| sum / self.parts.max(1) as f32).collect()
    }
}

impl Pass {
    /// Checks the model's heads, and puts those to use that are asked for.
    pub fn new(model: Model, wanted: Use, batch_tokens: usize) -> Result<Self, HeadError> {
        let role = |head: &HeadSpec| Ok((head.clone(), Role::of(head, &model.manifest)?.kept(wanted)));
        let roles = model.heads.specs().map(role).collect::<Result<_, _>>()?;
        Ok(Self {
            model,
            roles,
            batch_tokens: batch_tokens.max(1),
        })
    }

    /// Labels documents, in order. Also returns the number of tokens that the encoder read.
    ///
    /// # Errors
    /// If the tokenizer or the device fails, or the model's results are no numbers.
    pub fn label(&self, documents: &[Document], pieces: &mut Pieces<'_>) -> Result<(Vec<Labels>, usize), Error> {
        let cut = |document: &Document| -> Result<Vec<Cut>, Error> {
            let text = document.read();
            let sentences = document
                .sentences
                .iter()
                .map(|sentence| document.in_reading(sentence.span));
            let cuts = sentences.map(|sentence| cut(text, sentence, &self.model, pieces));
            cuts.collect::<Result<_, _>>().map_err(Error::Tokenizer)
        };
        let cuts: Vec<Vec<Cut>> = documents.iter().map(cut).collect::<Result<_, _>>()?;
        let mut gathered: Vec<Vec<Gathered>> = cuts
            .iter()
            .map(|cuts| cuts.iter().map(|cut| self.empty(cut)).collect())
            .collect();
        let sequences: Vec<Sequence> = (0..documents.len())
            .flat_map(|d| self.plan(d, &documents[d], &cuts[d]))
            .collect();
        let lengths: Vec<usize> = sequences.iter().map(|sequence| sequence.ids.len()).collect();
        for run in batch::runs(&lengths, self.batch_tokens) {
            self.encode(&sequences[run], &mut gathered)?;
        }
        let each = documents.iter().zip(cuts.iter().zip(&gathered));
        let labels = each.map(|(document, (cuts, gathered))| self.decode(document, cuts, gathered));
        Ok((labels.collect(), lengths.iter().sum()))
    }

    fn empty(&self, cut: &Cut) -> Gathered {
        let size = |head: &HeadSpec| match head.level {
            Level::Token => head.labels.len() * cut.words.len(),
            Level::Sentence => head.labels.len(),
        };
        Gathered {
            heads: self.roles.iter().map(|(head, _)| vec![0.0; size(head)]).collect(),
            parts: 0,
        }
    }

    fn plan(&self, number: usize, document: &Document, cuts: &[Cut]) -> Vec<Sequence> {
        let lengths: Vec<Vec<usize>> = cuts
            .iter()
            .map(|cut| cut.starts.windows(2).map(|pair| pair[1] - pair[0]).collect())
            .collect();
        let manifest = &self.model.manifest;
        let windows = window::plan(&lengths, manifest.window, document.context && manifest.context);
        let sequence = |window: Window| {
            let mut ids = Vec::new();
            let mut rows = Vec::new();
            for part in &window.parts {
                let cut = &cuts[part.sentence];
                let marker = ids.len();
                ids.push(self.model.marker);
                let pieces = cut.starts[part.words.start]..cut.starts[part.words.end];
                // A word that shares its piece with the one before may stand where a long sentence is cut.
                let row = |w: usize| marker + 1 + cut.rows[w].max(pieces.start) - pieces.start;
                let words = part.words.clone().map(row).collect();
                ids.extend_from_slice(&cut.ids[pieces.clone()]);
                rows.push((marker..ids.len(), words));
            }
            ids.push(self.model.separator);
            // Checkpoints pool over the whole sequence.
            if let (Some(_), Some((sentence, _))) = (&manifest.checkpoint, rows.last_mut()) {
                sentence.end = ids.len();
            }
            Sequence {
                document: number,
                window,
                ids,
                rows,
            }
        };
        windows.into_iter().map(sequence).collect()
    }

    /// Runs one pack and puts the logits of what each window owns in their place.
    fn encode(&self, sequences: &[Sequence], gathered: &mut [Vec<Gathered>]) -> Result<(), Error> {
        let pack: PackedBatch = sequences.iter().map(|sequence| &sequence.ids).collect();
        let hidden = self.model.encoder.encode(&pack)?;
        let (mut words, mut sentences) = (Vec::new(), Vec::new());
        for (i, sequence) in sequences.iter().enumerate() {
            let base = pack.rows(i).start;
            for (part, (sentence, rows)) in sequence.window.parts.iter().zip(&sequence.rows) {
                let owned = part.owned.start - part.words.start..part.owned.end - part.words.start;
                words.extend(rows[owned].iter().map(|row| (base + row) as u32));
                if part.labels {
                    sentences.push(base + sentence.start..base + sentence.end);
                }
            }
        }
        let count = words.len();
        let words = hidden.index_select(&Tensor::from_vec(words, count, hidden.device())?, 0)?;
        let token = self.model.heads.token_logits(&words)?;
        let sentence = self.model.heads.sentence_logits(&hidden, &sentences)?;
        let all: Vec<_> = token.into_iter().chain(sentence).collect();
        for (h, (head, role)) in self.roles.iter().enumerate() {
            let Some(logits) = all.iter().find(|logits| logits.head.name == head.name) else {
                continue;
            };
            if !matches!(role, Role::Unused) && !logits.values.iter().all(|x| x.is_finite()) {
                return Err(Error::NoNumbers(head.name.clone()));
            }
            let labels = head.labels.len();
            let mut row = 0;
            for sequence in sequences {
                for part in &sequence.window.parts {
                    let target = &mut gathered[sequence.document][part.sentence];
                    match head.level {
                        Level::Token => {
                            let count = part.owned.len();
                            target.heads[h][part.owned.start * labels..part.owned.end * labels]
                                .copy_from_slice(&logits.values[row * labels..(row + count) * labels]);
                            row += count;
                        }
                        Level::Sentence if part.labels => {
                            target.heads[h]
                                .iter_mut()
                                .zip(logits.row(row))
                                .for_each(|(sum, x)| *sum += x);
                            row += 1;
                        }
                        Level::Sentence => {}
                    }
                }
            }
        }
        for sequence in sequences {
            for part in sequence.window.parts.iter().filter(|part| part.labels) {
                gathered[sequence.document][part.sentence].parts += 1;
            }
        }
        Ok(())
    }

    /// The labels of one document out of the logits of its sentences.
    fn decode(&self, document: &Document, cuts: &[Cut], gathered: &[Gathered]) -> Labels {
        let mut labels: Labels = vec![SentenceLabels::default(); cuts.len()];
        for (h, (head, role)) in self.roles.iter().enumerate() {
            let temperature = f64::from(head.temperature);
            let logits = gathered.iter().map(|gathered| gathered.heads[h].as_slice());
            match role {
                Role::Spans(field, decoder) => {
                    for ((labels, cut), found) in labels
                        .iter_mut()
                        .zip(cuts)
                        .zip(spans(head, decoder, document, cuts, logits))
                    {
                        let labelled = found.into_iter().map(|found| LabelledSpan {
                            span: Span::new(cut.words[found.words.start].start, cut.words[found.words.end - 1].end),
                            kind: decoder.scheme().kinds[found.kind].clone(),
                            score: head.calibration.apply(found.score),
                        });
                        // A lone sign, or a part of an emoji, is nobody's name and says nothing. What the labels of
                        // somebody else's token classifier stand for is not known: some are of signs.
                        let is_ours = self.model.manifest.checkpoint.is_none();
                        let text = document.read();
                        let is_said =
                            |found: &LabelledSpan| !is_ours || found.span.slice(text).contains(char::is_alphanumeric);
                        let in_text = |found: LabelledSpan| LabelledSpan {
                            span: document.in_text(found.span),
                            ..found
                        };
                        *labels.spans_mut(*field) = labelled.filter(is_said).map(in_text).collect();
                    }
                }
                Role::Judgement(field, places) => {
                    for ((labels, gathered), logits) in labels.iter_mut().zip(gathered).zip(logits) {
                        let p = softmax(&gathered.mean(logits), temperature);
                        labels.judgement.set(*field, |label| p[places[label]]);
                    }
                }
                Role::Classes => {
                    for ((labels, gathered), logits) in labels.iter_mut().zip(gathered).zip(logits) {
                        let mean = gathered.mean(logits);
                        let scores = if head.multi_label {
                            sigmoid(&mean)
                        } else {
                            softmax(&mean, temperature)
                        };
                        labels.classes = Some(head.labels.iter().cloned().zip(scores).collect());
                    }
                }
                Role::Unused => {}
            }
        }
        labels
    }
}

/// The spans that a token head finds in each sentence of a document.
fn spans<'l>(
    head: &HeadSpec,
    decoder: &Decoder,
    document: &Document,
    cuts: &[Cut],
    logits: impl Iterator<Item = &'l [f32]>,
) -> Vec<Vec<ScoredSpan>> {
    let rows = logits.map(|logits| Rows::of_logits(logits, head.labels.len(), f64::from(head.temperature)));
    let Some(agreement) = head.agreement else {
        return rows.map(|rows| decoder.decode(&rows)).collect();
    };
    let words = |cut: &Cut| cut.words.iter().map(|word| word.slice(document.read())).collect();
    let sentences = cuts.iter().zip(rows).map(|(cut, rows)| Mentions {
        words: words(cut),
        rows,
    });
    let mut article: Vec<Mentions<'_>> = sentences.collect();
    let best = agreement.settle(decoder, document.language.as_deref(), &mut article);
    let each = article.iter().zip(&best);
    each.map(|(sentence, best)| decoder.score(&sentence.rows, best))
        .collect()
}
