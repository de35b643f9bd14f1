//! What a benchmark is to do.

use super::Lengths;
use super::setting::Setting;

/// Configurations, and how often each runs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// All configurations; they differ in number type, threads and pack size.
    pub settings: Vec<Setting>,
    /// What the input is called in the results.
    pub lengths: String,
    /// Seed of what is made; none for files.
    pub seed: Option<u64>,
    /// Runs that are counted.
    pub runs: usize,
    /// Runs before those.
    pub warm_up: usize,
    /// Seconds of counted runs after which a configuration takes no further one.
    pub seconds: Option<f64>,
    /// Whether the logits of each number type are wanted.
    pub logits: bool,
}

impl Lengths {
    /// How many articles or sequences a run has where nobody says: about 30,000 tokens.
    pub fn usual_count(self) -> usize {
        match self {
            Self::News => 256,
            Self::Article => 48,
            Self::Uniform(length) => (32_768 / length.max(1)).max(1),
        }
    }
}
