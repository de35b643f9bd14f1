//! Results for tests, whose figures nobody measured. Their numbers are short in binary, so that JSON gives them back to the
//! last bit.

use super::machine::Machine;
use super::message::Stages;
use super::padding::Padding;
use super::results::{Configuration, EncoderOnly, EndToEnd, InputSummary, Latency, Model, Results, SCHEMA};
use super::statistics::Spread;

/// Results with made-up figures: one configuration for each of `speeds`, with that many tokens a second.
pub fn made_up(speeds: &[(&str, f64)]) -> Results {
    let spread = |x: f64| Spread::of(vec![x * 0.75, x, x * 1.25]).unwrap();
    let configuration = |&(dtype, speed): &(&str, f64)| Configuration {
        key: Configuration::key_of("made-up", "cpu", dtype, 2, 256, "news"),
        device: "cpu".to_owned(),
        dtype: dtype.to_owned(),
        threads: 2,
        batch_tokens: 256,
        load_s: 0.25,
        peak_memory_bytes: Some(200 << 20),
        end_to_end: Some(EndToEnd {
            tokens_per_s: spread(speed),
            articles_per_s: spread(speed / 512.0),
        }),
        encoder: EncoderOnly {
            tokens_per_s: spread(speed * 1.5),
            flop_per_s: speed * 1.5 * 2e7,
            utilisation: Some(0.5),
            peak_dtype: Some("f32".to_owned()),
        },
        latency: Latency {
            of: "article".to_owned(),
            samples: 30,
            p50_ms: 1e6 / speed,
            p95_ms: 2e6 / speed,
            p99_ms: 3e6 / speed,
            max_ms: 4e6 / speed,
        },
        stages: Some(Stages {
            read: 0.1,
            sentences: 0.2,
            tokenize: 0.3,
            encode: 9.0,
            heads: 0.3,
            write: 0.1,
        }),
        padding: Padding {
            packed: 0.0,
            padded_in_order: 0.5,
            padded_sorted: 0.1,
        },
    };
    Results {
        schema: SCHEMA,
        stellig: "0.0.0".to_owned(),
        date: "2000-01-01T00:00:00Z".to_owned(),
        machine: Machine {
            cpu: "A <made-up> processor".to_owned(),
            cores: 2,
            ..Machine::default()
        },
        model: Model {
            name: "made-up".to_owned(),
            revision: "000000000000".to_owned(),
            family: "bert".to_owned(),
            layers: 6,
            hidden: 384,
            flop_per_token: 2e7,
        },
        input: InputSummary {
            lengths: "news".to_owned(),
            seed: Some(0),
            articles: 10,
            failures: 0,
            bytes: 20_000,
            sequences: 40,
            tokens: 5_000,
            longest: 142,
        },
        runs: 3,
        warm_up: 1,
        gemm_peaks: Vec::new(),
        configurations: speeds.iter().map(configuration).collect(),
    }
}
