//! The logits of the model's first token head for sequences of ids, so that other engines can be checked against them
//! before anybody times a wrong thing.

use super::Subject;
use crate::bench::error::{Error, Result};
use crate::bench::setting::Input;

/// `[tokens * labels]` of each sequence, in the order of the input.
///
/// # Errors
/// If the input is articles, the model has no token head, or the encoder fails.
pub fn run(subject: &Subject) -> Result<Vec<Vec<f32>>> {
    if matches!(subject.setting.input, Input::Articles(_)) {
        let message = "logits are those of --sequences or --lengths uniform:N, not of articles";
        return Err(Error::Asked(message.to_owned()));
    }
    let model = subject.model()?;
    let mut found = Vec::new();
    for pack in &subject.packs {
        let hidden = model.encoder.encode(pack)?;
        let all = model.heads.token_logits(&hidden)?;
        let Some(logits) = all.first() else {
            return Err(Error::Asked(
                "the model has no head over tokens, so no logits".to_owned(),
            ));
        };
        let labels = logits.head.labels.len();
        let rows = (0..pack.len()).map(|i| pack.rows(i));
        found.extend(rows.map(|rows| logits.values[rows.start * labels..rows.end * labels].to_vec()));
    }
    Ok(found)
}
