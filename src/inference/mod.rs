//! Documents in, labels out: words and pieces, windows, packed batches, encoder, heads, decoding. The labels of a
//! document depend on nothing but the document and the model.

mod role;

use std::ops::Range;

use candle_core::Tensor;
use thiserror::Error;

use crate::batch;
use crate::document::Document;
use crate::encoder::{self, PackedBatch};
use crate::label::{Judgement, decode, softmax};
use crate::loader::{HeadSpec, Level, Model};
use crate::span::Span;
use crate::window::{self, Window};
use crate::words::{Pieces, words};

pub use role::HeadError;
use role::Role;

/// The labels of one document, sentence by sentence.
pub type Labels = Vec<SentenceLabels>;

/// The labels of one sentence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentenceLabels {
    /// What the sentence heads say.
    pub judgement: Judgement,
    /// Named entities; `kind` is the model's type.
    pub entities: Vec<LabelledSpan>,
    /// Who the claim comes from.
    pub source: Vec<LabelledSpan>,
    /// Attribution cues.
    pub cue: Vec<LabelledSpan>,
    /// Certainty cues.
    pub hedge: Vec<LabelledSpan>,
}

/// A span of the article's text with its type and probability.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledSpan {
    /// Bytes of the article's text.
    pub span: Span,
    /// Name of the type; empty for heads with one nameless type.
    pub kind: String,
    /// Calibrated probability that exactly this span and type are right.
    pub score: f64,
}

/// What can go wrong while labelling.
#[derive(Debug, Error)]
pub enum Error {
    /// The tokenizer refused a word.
    #[error("the tokenizer failed: {0}")]
    Tokenizer(tokenizers::Error),
    /// The encoder failed.
    #[error("the encoder failed: {0}")]
    Encoder(#[from] encoder::Error),
    /// A tensor operation failed.
    #[error("the model failed: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// A model made ready to label; shared by all threads.
pub struct Engine {
    model: Model,
    roles: Vec<(HeadSpec, Role)>,
    batch_tokens: usize,
}

/// A sentence cut to words and pieces.
struct Cut {
    /// Bytes of the article's text.
    words: Vec<Span>,
    ids: Vec<u32>,
    /// Where each word's pieces start in `ids`, and their end: `[words + 1]`.
    starts: Vec<usize>,
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

impl Engine {
    /// Checks the model's heads.
    ///
    /// # Errors
    /// If a head that stellig knows by name has labels that it cannot use.
    pub fn new(model: Model, batch_tokens: usize) -> Result<Self, HeadError> {
        let roles = model
            .heads
            .specs()
            .map(|head| Ok((head.clone(), Role::of(head)?)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            model,
            roles,
            batch_tokens: batch_tokens.max(1),
        })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// A word cache over this model's tokenizer; one for each thread.
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces::new(&self.model.tokenizer)
    }

    /// Labels documents, in order. Also returns the number of tokens that the encoder read.
    ///
    /// # Errors
    /// If the tokenizer or the device fails.
    pub fn label(&self, documents: &[Document], pieces: &mut Pieces<'_>) -> Result<(Vec<Labels>, usize), Error> {
        let cuts: Vec<Vec<Cut>> = documents
            .iter()
            .map(|d| self.cut(d, pieces))
            .collect::<Result<_, _>>()?;
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
        let labels = cuts.iter().zip(&gathered).map(|(cuts, gathered)| {
            cuts.iter()
                .zip(gathered)
                .map(|(cut, gathered)| self.decode(cut, gathered))
                .collect()
        });
        Ok((labels.collect(), lengths.iter().sum()))
    }

    fn cut(&self, document: &Document, pieces: &mut Pieces<'_>) -> Result<Vec<Cut>, Error> {
        let text = document.article.text.as_str();
        let mut cut = |sentence: Span| {
            let words: Vec<Span> = words(sentence.slice(text))
                .into_iter()
                .map(|word| word.shifted(sentence.start))
                .collect();
            let mut ids = Vec::new();
            let mut starts = vec![0];
            let mut end = None;
            for word in &words {
                let start = ids.len();
                pieces
                    .append(word.slice(text), end != Some(word.start), &mut ids)
                    .map_err(Error::Tokenizer)?;
                // A word is read at its first piece. One that alone overflows the window (a megabyte without a blank)
                // keeps as many pieces as fit, and its label with them.
                ids.truncate(start + self.model.manifest.window - 2);
                if ids.len() == start {
                    ids.push(self.model.marker);
                }
                starts.push(ids.len());
                end = Some(word.end);
            }
            Ok(Cut { words, ids, starts })
        };
        document.sentences.iter().map(|sentence| cut(sentence.span)).collect()
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
        let windows = window::plan(&lengths, self.model.manifest.window, document.context);
        let sequence = |window: Window| {
            let mut ids = Vec::new();
            let mut rows = Vec::new();
            for part in &window.parts {
                let cut = &cuts[part.sentence];
                let marker = ids.len();
                ids.push(self.model.marker);
                let first = cut.starts[part.words.start];
                let words = part.words.clone().map(|w| marker + 1 + cut.starts[w] - first).collect();
                ids.extend_from_slice(&cut.ids[first..cut.starts[part.words.end]]);
                rows.push((marker..ids.len(), words));
            }
            ids.push(self.model.separator);
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
        for (h, (head, _)) in self.roles.iter().enumerate() {
            let Some(logits) = all.iter().find(|logits| logits.head.name == head.name) else {
                continue;
            };
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

    fn decode(&self, cut: &Cut, gathered: &Gathered) -> SentenceLabels {
        let mut labels = SentenceLabels::default();
        for ((head, role), logits) in self.roles.iter().zip(&gathered.heads) {
            let temperature = f64::from(head.temperature);
            match role {
                Role::Spans(field, scheme) => {
                    let rows: Vec<Vec<f64>> = logits
                        .chunks_exact(head.labels.len())
                        .map(|row| softmax(row, temperature))
                        .collect();
                    let spans = decode(scheme, &rows).into_iter().map(|found| LabelledSpan {
                        span: Span::new(cut.words[found.words.start].start, cut.words[found.words.end - 1].end),
                        kind: scheme.kinds[found.kind].name.clone(),
                        score: head.calibration.apply(found.score),
                    });
                    *labels.spans_mut(*field) = spans.collect();
                }
                Role::Judgement(field, places) => {
                    let mean: Vec<f32> = logits.iter().map(|sum| sum / gathered.parts.max(1) as f32).collect();
                    let p = softmax(&mean, temperature);
                    labels.judgement.set(*field, |label| p[places[label]]);
                }
                Role::Unused => {}
            }
        }
        labels
    }
}
