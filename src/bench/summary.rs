//! From what the runs of a configuration took to its figures.

use super::message::Pass;
use super::results::{Configuration, EncoderOnly, EndToEnd, GemmPeak, Latency};
use super::setting::Input;
use super::statistics::{Spread, quantile};
use super::take_turns::Turn;

impl Turn {
    /// What matches this configuration, on an input called `lengths`, with others.
    pub(super) fn key(&self, lengths: &str) -> String {
        let (setting, loaded) = (&self.setting, &self.loaded);
        Configuration::key_of(
            &loaded.model.name,
            &loaded.device,
            &loaded.dtype,
            setting.threads,
            setting.batch_tokens,
            lengths,
        )
    }

    /// The figures of this configuration, on an input called `lengths`; `None` if it never ran.
    pub(super) fn summary(&self, lengths: &str, peaks: &[GemmPeak]) -> Option<Configuration> {
        let (setting, loaded) = (&self.setting, &self.loaded);
        let end_to_end = match tokens_per_s(&self.end_to_end) {
            Some(tokens_per_s) => Some(EndToEnd {
                tokens_per_s,
                articles_per_s: a_second(&self.end_to_end, |pass| pass.articles)?,
            }),
            None => None,
        };
        let tokens_per_s = tokens_per_s(&self.encoder)?;
        let flop_per_s = tokens_per_s.median * self.survey.flop / self.survey.tokens as f64;
        let fits = |peak: &&GemmPeak| peak.device == loaded.device && peak.threads == setting.threads;
        let own = |peak: &&GemmPeak| fits(peak) && peak.dtype == loaded.dtype;
        let peak = peaks.iter().find(own).or_else(|| peaks.iter().find(fits));
        let at = |p| quantile(&self.latency, p);
        Some(Configuration {
            key: self.key(lengths),
            device: loaded.device.clone(),
            dtype: loaded.dtype.clone(),
            threads: setting.threads,
            batch_tokens: setting.batch_tokens,
            load_s: loaded.seconds,
            peak_memory_bytes: self.peak_bytes,
            end_to_end,
            encoder: EncoderOnly {
                flop_per_s,
                utilisation: peak.map(|peak| flop_per_s / peak.flop_per_s),
                peak_dtype: peak.map(|peak| peak.dtype.clone()),
                tokens_per_s,
            },
            latency: Latency {
                of: match setting.input {
                    Input::Articles(_) => "article",
                    _ => "sequence",
                }
                .to_owned(),
                samples: self.latency.len(),
                p50_ms: at(0.5)?,
                p95_ms: at(0.95)?,
                p99_ms: at(0.99)?,
                max_ms: at(1.0)?,
            },
            stages: self.stages,
            padding: self.survey.padding,
        })
    }
}

fn tokens_per_s(passes: &[Pass]) -> Option<Spread> {
    a_second(passes, |pass| pass.tokens)
}

fn a_second(passes: &[Pass], count: impl Fn(&Pass) -> u64) -> Option<Spread> {
    Spread::of(
        passes
            .iter()
            .map(|pass| count(pass) as f64 / pass.seconds.max(1e-9))
            .collect(),
    )
}
