//! Sentences as long as those of news. The tokens of a sentence follow a lognormal distribution with median 23 and mean
//! 26.6 (95 in a hundred have at most 55), cut off at 142; words follow from tokens.

use super::random::Random;
use super::vocabulary::Language;

/// Median number of tokens, special tokens included.
const MEDIAN: f64 = 23.0;
/// Standard deviation of the logarithm of their number: mean / median = exp(deviation² / 2).
const DEVIATION: f64 = 0.539;
/// Longest and shortest.
const RANGE: (f64, f64) = (6.0, 142.0);
/// Special tokens around a sentence, and its full stop.
const FRAME: f64 = 3.0;
/// Tokens for each word, comma included, of these vocabularies, as the tokenizer of the model that ships cuts them
/// (measured). Other tokenizers differ; the results say how many tokens there were.
const TOKENS_PER_WORD: f64 = 1.56;

/// A number of tokens.
pub fn tokens(random: &mut Random) -> f64 {
    let drawn = MEDIAN * (DEVIATION * random.normal()).exp();
    drawn.clamp(RANGE.0, RANGE.1)
}

/// A sentence of about `tokens` tokens.
pub fn sentence(tokens: f64, language: &Language, random: &mut Random) -> String {
    let words = ((tokens - FRAME) / TOKENS_PER_WORD).round().max(2.0) as usize;
    let mut text = String::new();
    for place in 0..words {
        let word = word(language, random);
        if place == 0 {
            let mut letters = word.chars();
            text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            text.push_str(letters.as_str());
            continue;
        }
        text.push_str(if random.unit() < 0.06 { ", " } else { " " });
        text.push_str(&word);
    }
    text.push('.');
    text
}

/// A word: small words often, and now and then one that no list holds, as in news.
fn word(language: &Language, random: &mut Random) -> String {
    match random.unit() {
        x if x < 0.45 => random.one(&language.small).to_owned(),
        x if x < 0.85 => random.one(&language.content).to_owned(),
        x if x < 0.93 => name(random),
        x if x < 0.97 => {
            let (first, second) = (random.one(&language.content), random.one(&language.content));
            if language.joins {
                format!("{first}{second}")
            } else {
                format!("{first}-{second}")
            }
        }
        _ => (1 + random.below(2_500)).to_string(),
    }
}

/// An invented name.
fn name(random: &mut Random) -> String {
    const START: [&str; 12] = [
        "Bra", "Do", "El", "Fen", "Ka", "Lo", "Mar", "Ni", "Ost", "Ru", "Ver", "Zan",
    ];
    const MIDDLE: [&str; 8] = ["de", "la", "mi", "no", "ri", "sta", "ve", ""];
    const END: [&str; 10] = ["berg", "dam", "kers", "lin", "mond", "ner", "ro", "sen", "tis", "ville"];
    [random.one(&START), random.one(&MIDDLE), random.one(&END)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::quantile;

    #[test]
    fn lengths_follow_the_distribution_of_news() {
        let mut random = Random::new(0);
        let drawn: Vec<f64> = (0..20_000).map(|_| tokens(&mut random)).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        assert!((mean - 26.6).abs() < 0.4, "mean {mean}");
        for (p, want, within) in [(0.5, 23.0, 0.4), (0.95, 55.6, 1.5), (1.0, 142.0, 0.0)] {
            let got = quantile(&drawn, p).unwrap();
            assert!((got - want).abs() <= within, "{p}: {got}");
        }
    }
}
