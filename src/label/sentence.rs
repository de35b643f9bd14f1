//! What the sentence heads say of one sentence.

use crate::record::{Certainty, CertaintyLabel, CertaintyScores, Claim, Factuality, Holder, Polarity, Scored};

use super::argmax;

/// Probabilities of each sentence head, in the order of the labels in `record.rs`; none for a head the model lacks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgement {
    /// `[none, claim]`.
    pub claim: Option<[f64; 2]>,
    /// `[certain, probable, possible, uncommitted]`.
    pub certainty: Option<[f64; 4]>,
    /// `[positive, negative]`.
    pub polarity: Option<[f64; 2]>,
    /// `[author, source, hearsay]`.
    pub holder: Option<[f64; 3]>,
}

/// The fields of a record's sentence that come from a [`Judgement`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// Whether it is a claim.
    pub claim: Option<Claim>,
    /// How certain.
    pub certainty: Option<Certainty>,
    /// Whether it is said to hold.
    pub polarity: Option<Scored<Polarity>>,
    /// Who answers for it.
    pub holder: Option<Scored<Holder>>,
    /// Certainty and polarity joined.
    pub factuality: Option<Factuality>,
}

/// Four digits: what the record carries.
pub fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

impl Judgement {
    /// The most probable label of each head; all but `claim` are none for a sentence that is no claim.
    pub fn verdict(&self) -> Verdict {
        let claim = self.claim.map(|p| {
            let (label, score) = argmax(&p);
            Claim {
                label: label == 1,
                score: rounded(score),
            }
        });
        if claim.as_ref().is_some_and(|claim| !claim.label) {
            return Verdict {
                claim,
                ..Verdict::default()
            };
        }
        let certainty = self.certainty.map(|p| {
            use CertaintyLabel::{Certain, Possible, Probable, Uncommitted};
            let (label, score) = argmax(&p);
            let [certain, probable, possible, uncommitted] = p.map(rounded);
            let scores = CertaintyScores {
                certain,
                probable,
                possible,
                uncommitted,
            };
            Certainty {
                label: [Certain, Probable, Possible, Uncommitted][label],
                score: rounded(score),
                scores,
            }
        });
        let polarity = self.polarity.map(|p| {
            let (label, score) = argmax(&p);
            Scored {
                label: [Polarity::Positive, Polarity::Negative][label],
                score: rounded(score),
            }
        });
        let holder = self.holder.map(|p| {
            let (label, score) = argmax(&p);
            Scored {
                label: [Holder::Author, Holder::Source, Holder::Hearsay][label],
                score: rounded(score),
            }
        });
        let factuality = match (&certainty, &polarity) {
            (Some(certainty), Some(polarity)) => Some(Factuality::join(certainty.label, polarity.label)),
            _ => None,
        };
        Verdict {
            claim,
            certainty,
            polarity,
            holder,
            factuality,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_is_no_claim_has_no_certainty() {
        let judgement = Judgement {
            claim: Some([0.9, 0.1]),
            certainty: Some([0.7, 0.1, 0.1, 0.1]),
            polarity: Some([1.0, 0.0]),
            holder: Some([1.0, 0.0, 0.0]),
        };
        let verdict = judgement.verdict();
        assert_eq!(
            verdict.claim,
            Some(Claim {
                label: false,
                score: 0.9
            })
        );
        assert_eq!(
            (verdict.certainty, verdict.holder, verdict.factuality),
            (None, None, None)
        );
    }

    #[test]
    fn the_most_probable_labels_are_joined() {
        let judgement = Judgement {
            claim: Some([0.1, 0.9]),
            certainty: Some([0.1, 0.1, 0.123_456, 0.676_544]),
            polarity: Some([0.3, 0.7]),
            holder: Some([0.2, 0.2, 0.6]),
        };
        let verdict = judgement.verdict();
        assert_eq!(verdict.factuality, Some(Factuality::UMinus));
        assert_eq!(
            verdict.holder,
            Some(Scored {
                label: Holder::Hearsay,
                score: 0.6
            })
        );
        assert_eq!(verdict.certainty.unwrap().scores.possible, 0.1235);
    }
}
