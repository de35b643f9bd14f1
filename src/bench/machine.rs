//! The machine that was measured on, as far as a figure means nothing without it. It names no host and no user.

use std::fs;
use std::thread::available_parallelism;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The machine. What the system does not say is empty or `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's own name.
    pub cpu: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// The GPU's own name, where it was measured on.
    pub gpu: Option<String>,
    /// Version of that GPU's driver.
    pub gpu_driver: Option<String>,
    /// Those of `avx2`, `fma`, `avx512f`, `avx512bf16` and `avx512vnni` that it has.
    pub features: Vec<String>,
    /// Bytes of memory.
    pub memory_bytes: Option<u64>,
    /// Name and version of the system.
    pub os: String,
    /// Version of its kernel.
    pub kernel: String,
    /// Processes that wanted a core when the measurement began, averaged over a minute: near 0 on a quiet machine.
    pub load_average: Option<f64>,
}

impl Machine {
    /// This machine, now.
    pub fn here() -> Self {
        let cpu_info = read("/proc/cpuinfo");
        let release = read("/etc/os-release");
        Self {
            cpu: field(&cpu_info, "model name", ':').unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            gpu: None,
            gpu_driver: None,
            features: features(),
            memory_bytes: kilobytes(&read("/proc/meminfo"), "MemTotal"),
            os: field(&release, "PRETTY_NAME", '=').unwrap_or_else(|| std::env::consts::OS.to_owned()),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load_average: read("/proc/loadavg")
                .split(' ')
                .next()
                .and_then(|load| load.parse().ok()),
        }
    }

    /// The same machine, with the GPU of this name where one was measured on.
    pub fn with_gpu(self, gpu: Option<String>) -> Self {
        Self {
            gpu_driver: gpu.as_ref().and_then(|_| driver(&read("/proc/driver/nvidia/version"))),
            gpu,
            ..self
        }
    }
}

/// The most memory that this process has had, in bytes (`VmHWM`, resident pages, mapped files among them).
pub fn peak_memory() -> Option<u64> {
    kilobytes(&read("/proc/self/status"), "VmHWM")
}

/// Now in UTC, as `YYYY-MM-DDTHH:MM:SSZ`.
pub fn now() -> String {
    timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO))
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The value of the first line `name: value`.
fn field(text: &str, name: &str, separator: char) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(separator));
    let (_, value) = pairs.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches('"').to_owned())
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let value = field(text, name, ':')?;
    value
        .split(' ')
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes << 10)
}

/// The version in what NVIDIA's driver says of itself: the first word of numbers and dots.
fn driver(text: &str) -> Option<String> {
    let is_version = |word: &&str| word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.split_whitespace().find(is_version).map(str::to_owned)
}

#[cfg(target_arch = "x86_64")]
fn features() -> Vec<String> {
    let all = [
        ("avx2", is_x86_feature_detected!("avx2")),
        ("fma", is_x86_feature_detected!("fma")),
        ("avx512f", is_x86_feature_detected!("avx512f")),
        ("avx512bf16", is_x86_feature_detected!("avx512bf16")),
        ("avx512vnni", is_x86_feature_detected!("avx512vnni")),
    ];
    let there = all.into_iter().filter(|(_, there)| *there);
    there.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> Vec<String> {
    Vec::new()
}

/// A time since 1970 as a date: years start in March here, so that the leap day is their last (Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn timestamp(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // `date -u -d @N +%FT%TZ`
        for (seconds, want) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_704_067_199, "2023-12-31T23:59:59Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(Duration::from_secs(seconds)), want);
        }
    }

    #[test]
    fn a_driver_is_told_by_its_version() {
        let open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder)\n\
                    GCC version:  gcc version 13.3.0\n";
        assert_eq!(driver(open).unwrap(), "580.65.06");
        let closed = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\n";
        assert_eq!(driver(closed).unwrap(), "535.129.03");
        assert_eq!(driver(""), None);
        let alone = Machine::default().with_gpu(None);
        assert_eq!((alone.gpu, alone.gpu_driver), (None, None));
    }

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "MemTotalHuge: 1 kB\nMemTotal:       24 kB\nPRETTY_NAME=\"Some System 1\"\n";
        assert_eq!(kilobytes(text, "MemTotal"), Some(24 << 10));
        assert_eq!(field(text, "PRETTY_NAME", '=').unwrap(), "Some System 1");
        assert_eq!(field(text, "Mem", ':'), None);
    }
}
