//! Results as text: a few tables of at most 100 columns, numbers to the right, one row a configuration. Names come from
//! outside (models, processors, files); nothing of them can steer a terminal.

use super::compare::{Comparison, Ratios};
use super::results::{Configuration, Results};
use super::statistics::Spread;
use crate::terminal::{counted, sanitize};

/// Results, and what they are beside others, as text.
pub fn table(results: &Results, comparisons: &[Comparison]) -> String {
    let mut text = head(results);
    let all = &results.configurations;
    if all.iter().any(|c| c.end_to_end.is_some()) {
        text += &section(
            "From reading to writing: median of the runs (smallest to largest)",
            &["tokens/s", "articles/s"],
            all.iter().map(end_to_end),
        );
    }
    text += &section(
        "The encoder alone",
        &["tokens/s", "GFLOP/s", "of peak"],
        all.iter().map(encoder),
    );
    let of = all.first().map_or("article", |first| first.latency.of.as_str());
    text += &section(
        &format!("One {of} at a time, ms; loading; peak memory"),
        &["p50", "p95", "p99", "n", "load s", "MB"],
        all.iter().map(latency),
    );
    if all.iter().any(|c| c.stages.is_some()) {
        text += &section(
            "Where a thread's time goes, %",
            &["read", "sentences", "tokenize", "encode", "heads", "write"],
            all.iter().map(stages),
        );
    }
    text += &section(
        "Positions without a token, %: packed as here, and padded in batches of as many positions",
        &["packed", "padded", "padded, sorted by length"],
        all.iter().map(padding),
    );
    for comparison in comparisons {
        text += &section(
            &format!("Beside {}: above 1 is faster or smaller here", comparison.name),
            &["throughput", "encoder", "p50", "memory"],
            all.iter().zip(&comparison.rows).map(ratios),
        );
        let only_there = comparison
            .only_there
            .iter()
            .map(|key| format!("only in {}: {key}", comparison.name));
        for remark in only_there.chain(comparison.remarks.iter().cloned()) {
            text += &format!("  {}\n", sanitize(&remark));
        }
    }
    text
}

fn head(results: &Results) -> String {
    let Results {
        machine, model, input, ..
    } = results;
    let memory = machine.memory_bytes.map(|bytes| format!(", {} GiB", bytes >> 30));
    let load = machine.load_average.map(|load| format!(", load {load:.1}"));
    let mut lines = vec![
        format!(
            "stellig {}, {}@{}, {}",
            results.stellig, model.name, model.revision, results.date
        ),
        format!(
            "{}, {}{}{}",
            machine.cpu,
            counted(machine.cores, "core"),
            memory.unwrap_or_default(),
            load.unwrap_or_default()
        ),
        format!("{}; {}", machine.features.join(" "), machine.os),
    ];
    if let Some(gpu) = &machine.gpu {
        let driver = machine.gpu_driver.as_ref().map(|version| format!(", driver {version}"));
        lines.push(format!("{gpu}{}", driver.unwrap_or_default()));
    }
    let articles = format!("{}, {} bytes, ", counted(input.articles, "article"), input.bytes);
    lines.push(format!(
        "{}: {}{}, {} (longest {}); {} after {} to warm up",
        input.lengths,
        if input.articles > 0 { articles.as_str() } else { "" },
        counted(input.sequences, "sequence"),
        counted(input.tokens, "token"),
        input.longest,
        counted(results.runs, "run"),
        results.warm_up
    ));
    if input.failures > 0 {
        let failed = counted(input.failures, "article");
        lines.push(format!("{failed} could not be read or labelled, and count for nothing"));
    }
    lines.extend(
        results
            .gemm_peaks
            .iter()
            .map(|peak| format!("{}: {:.0} GFLOP/s", peak.what(), peak.flop_per_s / 1e9)),
    );
    lines.iter().map(|line| sanitize(line) + "\n").collect()
}

fn named(configuration: &Configuration, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    let Configuration {
        dtype,
        threads,
        batch_tokens,
        ..
    } = configuration;
    let name = [dtype.clone(), threads.to_string(), batch_tokens.to_string()];
    name.into_iter().chain(cells).collect()
}

fn end_to_end(configuration: &Configuration) -> Vec<String> {
    let both = configuration.end_to_end.as_ref();
    let shown = |spread: Option<&Spread>, digits: usize| spread.map_or("-".to_owned(), |spread| ranged(spread, digits));
    let (tokens, articles) = (both.map(|b| &b.tokens_per_s), both.map(|b| &b.articles_per_s));
    named(configuration, [shown(tokens, 0), shown(articles, 1)])
}

fn encoder(configuration: &Configuration) -> Vec<String> {
    let encoder = &configuration.encoder;
    let peak = match (encoder.utilisation, &encoder.peak_dtype) {
        (Some(share), Some(of)) if *of == configuration.dtype => format!("{:.0} %", share * 100.0),
        (Some(share), Some(of)) => format!("{:.0} % ({of})", share * 100.0),
        _ => "-".to_owned(),
    };
    let speed = format!("{:.0}", encoder.flop_per_s / 1e9);
    named(configuration, [ranged(&encoder.tokens_per_s, 0), speed, peak])
}

fn latency(configuration: &Configuration) -> Vec<String> {
    let latency = &configuration.latency;
    let [p50, p95, p99] = [latency.p50_ms, latency.p95_ms, latency.p99_ms].map(|ms| format!("{ms:.1}"));
    let memory = configuration.peak_memory_bytes;
    let memory = memory.map_or("-".to_owned(), |bytes| format!("{:.0}", bytes as f64 / 1e6));
    let cells = [
        p50,
        p95,
        p99,
        latency.samples.to_string(),
        format!("{:.2}", configuration.load_s),
        memory,
    ];
    named(configuration, cells)
}

fn stages(configuration: &Configuration) -> Vec<String> {
    let stages = configuration.stages.unwrap_or_default().named();
    let whole: f64 = stages.iter().map(|(_, seconds)| seconds).sum();
    named(
        configuration,
        stages.map(|(_, seconds)| format!("{:.1}", 100.0 * seconds / whole.max(1e-9))),
    )
}

fn padding(configuration: &Configuration) -> Vec<String> {
    let padding = &configuration.padding;
    let shares = [padding.packed, padding.padded_in_order, padding.padded_sorted];
    named(configuration, shares.map(|share| format!("{:.0}", share * 100.0)))
}

fn ratios((configuration, ratios): (&Configuration, &Ratios)) -> Vec<String> {
    let all = [ratios.throughput, ratios.encoder, ratios.latency, ratios.memory];
    named(
        configuration,
        all.map(|ratio| ratio.map_or("missing".to_owned(), |ratio| format!("{ratio:.2}"))),
    )
}

fn ranged(spread: &Spread, digits: usize) -> String {
    let [median, min, max] = [spread.median, spread.min, spread.max].map(|x| format!("{x:.digits$}"));
    format!("{median} ({min} to {max})")
}

/// A title and a table below it, its first columns the configuration's; the first to the left, the others to the right.
fn section(title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head = ["dtype", "threads", "batch"]
        .iter()
        .chain(head)
        .map(|cell| (*cell).to_owned());
    let rows: Vec<Vec<String>> = std::iter::once(head.collect())
        .chain(rows)
        .map(|row: Vec<String>| row.iter().map(|cell| sanitize(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = format!("\n{}\n", sanitize(title));
    for row in &rows {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            text += &match column {
                0 => format!("  {cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::made_up::made_up;
    use super::*;

    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [["f32", "1", "64", "12345"], ["\u{1b}[2J", "12", "256", "9"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let text = section("T", &["x"], rows.into_iter());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[3], "  f32              1     64  12345");
        assert_eq!(lines[4], "  \\u{1b}[2J       12    256      9");
    }

    #[test]
    fn everything_fits_a_hundred_columns() {
        let mut new = made_up(&[("f32", 1_234_567.0), ("bf16", 9_234_567.0)]);
        new.machine.cpu = "AMD EPYC 9V74 80-Core Processor".to_owned();
        new.machine.features = ["avx2", "fma", "avx512f", "avx512bf16", "avx512vnni"]
            .map(str::to_owned)
            .to_vec();
        let comparison = Comparison::of(&new, &made_up(&[("f32", 1.0)]), "old.json");
        let mut text = table(&new, &[comparison]);
        assert!(text.contains("1234567 (925925 to 1543209)"), "{text}");
        assert!(text.contains("missing"), "{text}");
        assert!(!text.contains("driver"), "{text}");
        new.machine.gpu = Some("NVIDIA H100 80GB HBM3".to_owned());
        new.machine.gpu_driver = Some("580.65.06".to_owned());
        text += &table(&new, &[]);
        assert!(text.contains("\nNVIDIA H100 80GB HBM3, driver 580.65.06\n"), "{text}");
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(wide.is_empty(), "{wide:?}");
    }
}
