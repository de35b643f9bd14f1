//! Articles from a seed: sentences in paragraphs, each article in one of six languages, half of them in Dutch. They mean
//! nothing; only their lengths, their words and their layout are those of news.

use super::Lengths;
use super::random::Random;
use super::sentence::{sentence, tokens};
use super::vocabulary::languages;

/// Words of a long article.
const WORDS: (usize, usize) = (200, 700);
/// Most sentences of news in brief.
const MOST_SENTENCES: usize = 8;
/// Most sentences of a paragraph.
const PARAGRAPH: usize = 4;

/// `count` texts; the same for the same seed. [`Lengths::Uniform`] has no texts.
pub fn articles(lengths: Lengths, count: usize, seed: u64) -> Vec<String> {
    let (mut random, languages) = (Random::new(seed), languages());
    let count = if matches!(lengths, Lengths::Uniform(_)) {
        0
    } else {
        count
    };
    (0..count)
        .map(|number| {
            // Dutch is the first of the list; every second article is in it.
            let language = &languages[(number % 2) * (1 + number / 2 % (languages.len() - 1))];
            let most_sentences = 1 + random.below(MOST_SENTENCES);
            let fewest_words = WORDS.0 + random.below(WORDS.1 - WORDS.0);
            let is_done = |sentences: usize, words: usize| match lengths {
                Lengths::News => sentences >= most_sentences,
                _ => words >= fewest_words,
            };
            let (mut text, mut sentences, mut words, mut left) = (String::new(), 0, 0, 0);
            while !is_done(sentences, words) {
                if left == 0 {
                    left = 1 + random.below(PARAGRAPH);
                    text.push_str(if sentences == 0 { "" } else { "\n\n" });
                } else {
                    text.push(' ');
                }
                let tokens = tokens(&mut random);
                let sentence = sentence(tokens, language, &mut random);
                words += sentence.split(' ').count();
                text.push_str(&sentence);
                (sentences, left) = (sentences + 1, left - 1);
            }
            text
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokenizers::Tokenizer;

    use super::*;
    use crate::bench::quantile;
    use crate::sentence::split;
    use crate::words::{Pieces, words};

    #[test]
    fn the_same_seed_gives_the_same_articles() {
        let made = articles(Lengths::News, 20, 7);
        assert_eq!(made, articles(Lengths::News, 20, 7));
        assert_ne!(made, articles(Lengths::News, 20, 8));
        // More articles begin with the same ones.
        assert_eq!(made[..], articles(Lengths::News, 30, 7)[..20]);
        assert!(articles(Lengths::Uniform(9), 20, 7).is_empty());
    }

    #[test]
    fn articles_have_200_to_700_words() {
        let counts: Vec<usize> = articles(Lengths::Article, 60, 1)
            .iter()
            .map(|text| text.split_whitespace().count())
            .collect();
        // The last sentence is finished.
        assert!(counts.iter().all(|count| (200..800).contains(count)), "{counts:?}");
        let middle = counts.iter().sum::<usize>() / counts.len();
        assert!((390..520).contains(&middle), "{middle}");
    }

    /// The sentences that stellig finds, in the pieces of the model that ships, are as long as those of news.
    #[test]
    fn sentences_are_as_long_as_those_of_news() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-small/tokenizer.json");
        let tokenizer = Tokenizer::from_file(file).unwrap();
        let mut pieces = Pieces::new(&tokenizer);
        let mut lengths = Vec::new();
        for text in articles(Lengths::News, 600, 0) {
            for sentence in split(&text, None, None) {
                let mut ids = Vec::new();
                for word in words(sentence.span.slice(&text)) {
                    pieces
                        .append(word.slice(sentence.span.slice(&text)), true, &mut ids)
                        .unwrap();
                }
                lengths.push(ids.len() as f64 + 2.0);
            }
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        let at = |p| quantile(&lengths, p).unwrap();
        // Within what another tokenizer of six languages would change.
        assert!((mean - 26.6).abs() < 3.0, "mean {mean}");
        assert!((at(0.5) - 23.0).abs() < 3.0, "median {}", at(0.5));
        assert!((at(0.95) - 55.0).abs() < 8.0, "95th {}", at(0.95));
    }
}
