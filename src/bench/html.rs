//! Results as one page that stands alone: bars drawn in SVG, a table, no script, nothing fetched, light or dark as the
//! reader's system is. Whatever comes from outside (names of models, processors, files) is escaped.

use std::fmt::Write;

use super::compare::Comparison;
use super::results::{Configuration, Results};
use super::statistics::Spread;
use super::table::table;
use crate::terminal::counted;

/// Width of the names, of the longest bar, and height of a bar, in SVG units.
const NAMES: f64 = 230.0;
const BARS: f64 = 420.0;
const ROW: f64 = 26.0;
/// Room for the figure behind a bar.
const FIGURES: f64 = 215.0;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c1c1c;--paper:#fdfdfb;--bar:#2f6f9f;--other:#b7c9d6;--line:#444}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--paper:#161616;--bar:#6fb1e0;--other:#37505f;--line:#bbb}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}pre{overflow-x:auto;font-size:.8rem}
svg{width:100%;height:auto;font:13px system-ui,sans-serif}svg text{fill:var(--ink)}
.bar{fill:var(--bar)}.other{fill:var(--other)}.range{stroke:var(--line);stroke-width:1.5}";

/// Colours of the stages, from reading to writing; they can be told apart in grey too.
const STAGES: [&str; 6] = ["#c9a227", "#8f6f1d", "#d9793d", "#2f6f9f", "#7fb069", "#6b4e71"];

/// The page.
pub fn page(results: &Results, comparisons: &[Comparison]) -> String {
    let all = &results.configurations;
    let title = format!("stellig bench: {}", results.model.name);
    let mut body = format!("<h1>{}</h1>\n", escaped(&title));
    let throughput = |c: &Configuration| c.end_to_end.as_ref().map(|both| both.tokens_per_s.clone());
    body += &bars("Tokens a second, end to end", all, throughput);
    body += &bars("Tokens a second, encoder alone", all, |c| {
        Some(c.encoder.tokens_per_s.clone())
    });
    let of = all.first().map_or("article", |c| c.latency.of.as_str());
    let latency = |c: &Configuration| Spread::of(vec![c.latency.p50_ms, c.latency.p50_ms, c.latency.p95_ms]);
    let name = format!("Milliseconds for one {of} at a time: median, and up to the 95th in a hundred");
    body += &bars(&name, all, latency);
    let memory = |c: &Configuration| Spread::of(vec![c.peak_memory_bytes? as f64 / 1e6]);
    body += &bars("Peak memory, MB", all, memory);
    body += &stages(all);
    let _ = writeln!(
        body,
        "<h2>All figures</h2>\n<pre>{}</pre>",
        escaped(&table(results, comparisons))
    );
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>\n{STYLE}\n</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        escaped(&title)
    )
}

/// A bar for each configuration that has the figure, with a line from its smallest to its largest.
fn bars(title: &str, all: &[Configuration], figure: impl Fn(&Configuration) -> Option<Spread>) -> String {
    let rows: Vec<(String, Spread)> = all.iter().filter_map(|c| Some((name(c), figure(c)?))).collect();
    let longest = rows.iter().map(|(_, spread)| spread.max).fold(0.0, f64::max);
    if longest <= 0.0 {
        return String::new();
    }
    let mut inner = String::new();
    for (number, (name, spread)) in rows.iter().enumerate() {
        let (y, at) = (number as f64 * ROW, |value: f64| NAMES + BARS * value / longest);
        let (middle, end) = (y + ROW / 2.0, at(spread.max) + 8.0);
        let _ = writeln!(
            inner,
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <rect class=\"bar\" x=\"{NAMES}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>\
             <line class=\"range\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>\
             <text x=\"{end:.1}\" y=\"{:.1}\">{}</text>",
            NAMES - 8.0,
            middle + 4.5,
            escaped(name),
            y + 4.0,
            at(spread.median) - NAMES,
            ROW - 8.0,
            at(spread.min),
            at(spread.max),
            middle + 4.5,
            shown(spread)
        );
    }
    drawn(title, rows.len(), &inner)
}

/// Where a thread's time goes: a bar of six parts for each configuration.
fn stages(all: &[Configuration]) -> String {
    let rows: Vec<_> = all.iter().filter_map(|c| Some((name(c), c.stages?.named()))).collect();
    let mut inner = String::new();
    for (number, (name, stages)) in rows.iter().enumerate() {
        let (y, whole) = (
            number as f64 * ROW,
            stages.iter().map(|(_, s)| s).sum::<f64>().max(1e-9),
        );
        let _ = write!(
            inner,
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            NAMES - 8.0,
            y + ROW / 2.0 + 4.5,
            escaped(name)
        );
        let mut left = NAMES;
        for ((stage, seconds), colour) in stages.iter().zip(STAGES) {
            let width = (BARS + FIGURES - 10.0) * seconds / whole;
            let _ = write!(
                inner,
                "<rect fill=\"{colour}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\">\
                 <title>{stage}: {:.1} %</title></rect>",
                y + 4.0,
                ROW - 8.0,
                100.0 * seconds / whole
            );
            left += width;
        }
        inner.push('\n');
    }
    if rows.is_empty() {
        return String::new();
    }
    let below = rows.len() as f64 * ROW + 16.0;
    for (number, ((stage, _), colour)) in rows[0].1.iter().zip(STAGES).enumerate() {
        let x = NAMES + number as f64 * 98.0;
        let _ = write!(
            inner,
            "<rect fill=\"{colour}\" x=\"{x:.0}\" y=\"{:.1}\" width=\"12\" height=\"12\"/>\
             <text x=\"{:.0}\" y=\"{below:.1}\">{stage}</text>",
            below - 11.0,
            x + 17.0
        );
    }
    drawn("Where a thread's time goes", rows.len() + 1, &inner)
}

fn drawn(title: &str, rows: usize, inner: &str) -> String {
    let (width, height) = (NAMES + BARS + FIGURES, rows as f64 * ROW + 4.0);
    let title = escaped(title);
    format!(
        "<h2>{title}</h2>\n<svg viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"{title}\">\n{inner}</svg>\n"
    )
}

fn name(configuration: &Configuration) -> String {
    let Configuration {
        dtype,
        threads,
        batch_tokens,
        ..
    } = configuration;
    let threads = counted(*threads, "thread");
    format!("{dtype}, {threads}, packs of {batch_tokens}")
}

fn shown(spread: &Spread) -> String {
    let digits = usize::from(spread.median < 100.0);
    let one = |value: f64| format!("{value:.digits$}");
    if spread.min == spread.max {
        return one(spread.median);
    }
    format!("{} ({} to {})", one(spread.median), one(spread.min), one(spread.max))
}

/// Text that means nothing to HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::made_up::made_up;
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_write_html() {
        let mut results = made_up(&[("<img src=x onerror=alert(1)>", 1_000.0)]);
        results.model.name = "</title><script>alert('&')</script>\u{1b}[2J".to_owned();
        let comparison = Comparison::of(&results, &results, "\"><svg onload=alert(1)>");
        let page = page(&results, &[comparison]);
        for attack in ["<script", "<img", "<svg onload", "\u{1b}", "alert('"] {
            assert!(!page.contains(attack), "{attack}");
        }
        assert!(page.contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"));
        assert_eq!(page.matches("<svg ").count(), page.matches("</svg>").count());
    }

    #[test]
    fn a_page_stands_alone_and_shows_what_there_is() {
        let mut results = made_up(&[("f32", 1_000.0), ("int8", 4_000.0)]);
        let whole = page(&results, &[]);
        assert_eq!(whole.matches("<svg ").count(), 5);
        assert!(!whole.contains("http") && !whole.contains("<script") && whole.contains("prefers-color-scheme:dark"));
        // The longest bar ends at the largest run of the fastest: 5,000 tokens a second; its median is at 4,000.
        let median = format!("width=\"{:.1}\"", BARS * 4_000.0 / 5_000.0);
        assert!(whole.contains(&median), "{median}");
        for configuration in &mut results.configurations {
            (configuration.end_to_end, configuration.stages) = (None, None);
        }
        assert_eq!(page(&results, &[]).matches("<svg ").count(), 3);
    }
}
