//! Results beside other results: configurations are matched by their key, and one that only one side has is said.
//! A ratio above 1 says that the new results are faster.

use super::results::{GemmPeak, Results};

/// New results beside older ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What the older ones are called.
    pub name: String,
    /// One for each new configuration, in order.
    pub rows: Vec<Ratios>,
    /// Keys that only the older results have.
    pub only_there: Vec<String>,
    /// What differs besides and may explain a difference.
    pub remarks: Vec<String>,
}

/// A configuration and how much faster it is than its counterpart; all `None` where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratios {
    /// The configuration's key.
    pub key: String,
    /// Tokens a second end to end, or of the encoder where only that ran: the figure that `--fail-below` reads.
    pub throughput: Option<f64>,
    /// Tokens a second of the encoder.
    pub encoder: Option<f64>,
    /// Median latency, the older divided by the new.
    pub latency: Option<f64>,
    /// Peak memory, the older divided by the new.
    pub memory: Option<f64>,
}

impl Comparison {
    /// `new` beside `old`, which is called `name`.
    pub fn of(new: &Results, old: &Results, name: &str) -> Self {
        let rows = new.configurations.iter().map(|here| {
            let there = old.configurations.iter().find(|there| there.key == here.key);
            let ratio = |new: f64, old: f64| (old > 0.0 && new > 0.0).then(|| new / old);
            Ratios {
                key: here.key.clone(),
                throughput: there.and_then(|there| ratio(here.tokens_per_s().median, there.tokens_per_s().median)),
                encoder: there
                    .and_then(|there| ratio(here.encoder.tokens_per_s.median, there.encoder.tokens_per_s.median)),
                latency: there.and_then(|there| ratio(there.latency.p50_ms, here.latency.p50_ms)),
                memory: there.and_then(|there| ratio(there.peak_memory_bytes? as f64, here.peak_memory_bytes? as f64)),
            }
        });
        let is_here = |key: &String| new.configurations.iter().any(|here| here.key == *key);
        let keys = old.configurations.iter().map(|there| there.key.clone());
        Self {
            name: name.to_owned(),
            rows: rows.collect(),
            only_there: keys.filter(|key| !is_here(key)).collect(),
            remarks: remarks(new, old),
        }
    }
}

fn remarks(new: &Results, old: &Results) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, new: &str, old: &str| {
        if new != old {
            found.push(format!("{what}: {old} there, {new} here"));
        }
    };
    differ("processor", &new.machine.cpu, &old.machine.cpu);
    differ("cores", &new.machine.cores.to_string(), &old.machine.cores.to_string());
    let said = |name: &Option<String>| name.clone().unwrap_or_else(|| "none".to_owned());
    differ("GPU", &said(&new.machine.gpu), &said(&old.machine.gpu));
    differ(
        "GPU driver",
        &said(&new.machine.gpu_driver),
        &said(&old.machine.gpu_driver),
    );
    differ(
        "CPU features",
        &new.machine.features.join(" "),
        &old.machine.features.join(" "),
    );
    differ("stellig", &new.stellig, &old.stellig);
    differ("weights", &new.model.revision, &old.model.revision);
    differ(
        "tokens in a run",
        &new.input.tokens.to_string(),
        &old.input.tokens.to_string(),
    );
    found.extend(
        new.gemm_peaks
            .iter()
            .filter_map(|here| other_peak(here, &old.gemm_peaks)),
    );
    found
}

/// How much two measurements of one machine's peak may differ, as a ratio: virtual machines hide what they run on behind
/// one name, and their peaks tell them apart.
const SAME_PEAK: std::ops::Range<f64> = 0.8..1.25;

/// What to say where the peak of a machine is not that of the other.
fn other_peak(here: &GemmPeak, others: &[GemmPeak]) -> Option<String> {
    let same =
        |there: &&GemmPeak| (&there.device, &there.dtype, there.threads) == (&here.device, &here.dtype, here.threads);
    let there = others.iter().find(same)?;
    let differs = !SAME_PEAK.contains(&(here.flop_per_s / there.flop_per_s));
    differs.then(|| {
        format!(
            "{}: {:.0} GFLOP/s there, {:.0} here",
            here.what(),
            there.flop_per_s / 1e9,
            here.flop_per_s / 1e9
        )
    })
}

/// Whether new results are fast enough.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Every configuration that both have is.
    Good,
    /// These are not; each with its share of the older figure.
    Slower(Vec<(String, f64)>),
    /// No configuration could be compared.
    Nothing,
}

/// Whether each configuration of `comparison` reaches `share` of its counterpart's throughput.
pub fn verdict(comparison: &Comparison, share: f64) -> Verdict {
    let matched = comparison
        .rows
        .iter()
        .filter_map(|row| Some((row.key.clone(), row.throughput?)));
    let matched: Vec<(String, f64)> = matched.collect();
    if matched.is_empty() {
        return Verdict::Nothing;
    }
    let slower: Vec<_> = matched.into_iter().filter(|(_, ratio)| *ratio < share).collect();
    if slower.is_empty() {
        Verdict::Good
    } else {
        Verdict::Slower(slower)
    }
}

#[cfg(test)]
mod tests {
    use super::super::made_up::made_up;
    use super::*;

    #[test]
    fn configurations_are_matched_by_key() {
        let (new, mut old) = (
            made_up(&[("f32", 15_000.0), ("bf16", 30_000.0)]),
            made_up(&[("int8", 50_000.0), ("f32", 10_000.0)]),
        );
        old.machine.cpu = "another".to_owned();
        let found = Comparison::of(&new, &old, "old.json");
        assert_eq!(
            (found.rows[0].throughput, found.rows[0].latency),
            (Some(1.5), Some(1.5))
        );
        assert_eq!(found.rows[1].throughput, None);
        assert!(found.only_there.len() == 1 && found.only_there[0].contains("int8"));
        assert!(found.remarks.len() == 1 && found.remarks[0].contains("another there"));
    }

    #[test]
    fn a_peak_tells_machines_of_one_name_apart() {
        let of = |flop_per_s: f64| {
            let mut results = made_up(&[("int8", 1.0)]);
            results.gemm_peaks = vec![GemmPeak {
                device: "cpu".to_owned(),
                dtype: "int8".to_owned(),
                threads: 1,
                flop_per_s,
            }];
            results
        };
        let remarks = |there: f64| Comparison::of(&of(440e9), &of(there), "old").remarks;
        assert!(remarks(460e9).is_empty());
        assert_eq!(
            remarks(866e9),
            ["matrix product, int8, 1 thread: 866 GFLOP/s there, 440 here"]
        );
    }

    #[test]
    fn another_gpu_is_said() {
        let on = |gpu: &str, driver: &str| {
            let mut results = made_up(&[("bf16", 1.0)]);
            results.machine.gpu = Some(gpu.to_owned());
            results.machine.gpu_driver = Some(driver.to_owned());
            results
        };
        let remarks = |new: &Results, old: &Results| Comparison::of(new, old, "old").remarks;
        let here = on("NVIDIA L4", "580.65.06");
        assert!(remarks(&here, &here).is_empty());
        let found = remarks(&here, &on("NVIDIA H100", "580.65.06"));
        assert_eq!(found, ["GPU: NVIDIA H100 there, NVIDIA L4 here"]);
        let found = remarks(&here, &on("NVIDIA L4", "570.1"));
        assert_eq!(found, ["GPU driver: 570.1 there, 580.65.06 here"]);
        assert_eq!(remarks(&here, &made_up(&[("bf16", 1.0)])).len(), 2);
    }

    #[test]
    fn the_share_decides() {
        let new = made_up(&[("f32", 8_500.0), ("bf16", 30_000.0)]);
        let comparison = |old: &[(&str, f64)]| Comparison::of(&new, &made_up(old), "old");
        let old = comparison(&[("f32", 10_000.0), ("bf16", 30_000.0)]);
        assert_eq!(verdict(&old, 0.85), Verdict::Good);
        let Verdict::Slower(slower) = verdict(&old, 0.9) else {
            panic!("8,500 is less than nine tenths of 10,000")
        };
        assert_eq!(slower.len(), 1);
        assert!(slower[0].0.contains("f32") && slower[0].1 == 0.85);
        assert_eq!(verdict(&comparison(&[("int8", 1.0)]), 0.9), Verdict::Nothing);
    }

    #[test]
    fn without_an_end_to_end_figure_the_encoder_counts() {
        let (mut new, mut old) = (made_up(&[("f32", 90.0)]), made_up(&[("f32", 100.0)]));
        new.configurations[0].end_to_end = None;
        old.configurations[0].end_to_end = None;
        new.configurations[0].encoder.tokens_per_s.median = 50.0;
        old.configurations[0].encoder.tokens_per_s.median = 100.0;
        assert_eq!(Comparison::of(&new, &old, "old").rows[0].throughput, Some(0.5));
    }
}
