//! `stellig eval`: measures the model on gold files, the splitter on the corpus, or two runs against each other. This
//! file reads arguments, fetches predictions and prints; every figure is computed in [`crate::eval`].

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Serialize;

use super::output::{input_is_output, is_written};
use super::result_file::ResultFile;
use crate::eval::compare::{Comparison, Run, compare};
use crate::eval::conll::{Together, TokenFile};
use crate::eval::corpus::{self, CorpusDocument};
use crate::eval::{
    self, BoundaryReport, CorpusReport, GoldDocument, GoldKind, Labeller, Marks, PairReport, PredictedSentence,
    TokenReport,
};

/// Measure the model on gold data, or compare two runs
///
/// GOLD files are .tsv (a token, a tab and an IOB2 tag a line), .txt (the corpus format of the annotation guidelines)
/// or two .jsonl files of records to compare; each may also end in .xz, .gz or .zst. Every .tsv is scored on its own;
/// all .txt files are scored as one set. Gold sentences are taken as given.
///
/// Entities are scored strictly: exactly the gold tokens and type. A type is scored under the model's own name where a .tsv
/// has that name (GPE), else under the one that records give it (LOC). A predicted entity that begins or ends inside a
/// token counts as all the tokens it touches; where two then overlap, the first stays.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct EvalArgs {
    /// Gold files, or two .jsonl files of records
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,

    /// Score these entity types only, in gold and predictions (.tsv), e.g. PER,ORG,LOC for a set without MISC
    #[arg(long, value_delimiter = ',', value_parser = name, value_name = "TYPES", help_heading = "Entities")]
    pub types: Option<Vec<String>>,

    /// Which sentences are read together, as those of an article are (.tsv); --context alone is --context=always [default: marked]
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "always", value_name = "WHEN",
        help_heading = "Entities")]
    pub context: Option<Together>,

    /// Write token, gold tag and predicted tag to FILE, for other scorers (one .tsv)
    #[arg(long, value_name = "FILE", help_heading = "Entities")]
    pub predictions_out: Option<PathBuf>,

    /// Score only the documents that this file (document id, tab, part) puts into --part (.txt)
    #[arg(long, value_name = "FILE", requires = "part", help_heading = "Claims")]
    pub split: Option<PathBuf>,

    /// Part of the split to score, e.g. dev
    #[arg(long, value_name = "PART", requires = "split", help_heading = "Claims")]
    pub part: Option<String>,

    /// Measure the sentence splitter instead of the model (.txt)
    #[arg(long, conflicts_with_all = ["types", "context", "predictions_out"], help_heading = "Claims")]
    pub boundaries: bool,

    /// Score minimal pairs: documents of two sentences, right only if both are; by topic and by language (.txt)
    #[arg(long, conflicts_with_all = ["types", "context", "predictions_out", "boundaries"], help_heading = "Claims")]
    pub pairs: bool,

    /// List at most N changed labels (two .jsonl files) [default: 20]
    #[arg(long, value_parser = super::number::whole::<usize>, value_name = "N", help_heading = "Output")]
    pub changes: Option<usize>,

    /// Print one JSON object instead of tables
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    // The model's flags (--model, --device, --threads) are flattened in here by the command line that owns them.
}

/// A name as given, without the blanks around it.
fn name(given: &str) -> Result<String, Infallible> {
    Ok(given.trim().to_owned())
}

/// Changed labels that are listed where nothing else is asked for.
const CHANGES: usize = 20;

const EXAMPLES: &str = "\
Examples:
  stellig eval gold.tsv corpus.txt             # entities; claims and certainty
  stellig eval gold.tsv --context=always --types PER,ORG,LOC
  stellig eval corpus.txt --split parts.tsv --part dev --json
  stellig eval --pairs tests/data/pairs/*.txt  # minimal pairs
  stellig eval before.jsonl after.jsonl        # two runs against each other";

/// Everything that one call measures; what was not asked for is left out.
#[derive(Debug, Default, Serialize)]
struct Report {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<TokenReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corpus: Option<CorpusReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs: Option<PairReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boundaries: Option<BoundaryReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Comparison>,
}

/// Runs the command. `labeller` loads the model and is called only if gold files have to be labelled.
pub fn run(args: EvalArgs, labeller: impl FnOnce() -> Result<Box<dyn Labeller>>) -> Result<ExitCode> {
    let report = measure(&args, labeller)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match print(&report, args.json, &mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot write the report"),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn print(report: &Report, json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json {
        serde_json::to_writer_pretty(&mut *out, report)?;
        return writeln!(out);
    }
    for tokens in &report.tokens {
        eval::render::tokens(out, tokens)?;
    }
    report
        .corpus
        .iter()
        .try_for_each(|report| eval::render::corpus(out, report))?;
    report
        .pairs
        .iter()
        .try_for_each(|report| eval::render::pairs(out, report))?;
    report
        .boundaries
        .iter()
        .try_for_each(|report| eval::render::boundaries(out, report))?;
    report
        .comparison
        .iter()
        .try_for_each(|report| eval::render::comparison(out, report))
}

fn measure(args: &EvalArgs, labeller: impl FnOnce() -> Result<Box<dyn Labeller>>) -> Result<Report> {
    let (mut tokens, mut corpora, mut records) = (Vec::new(), Vec::new(), Vec::new());
    for path in &args.gold {
        match eval::gold_kind(path) {
            Some(GoldKind::Tokens) => tokens.push(path),
            Some(GoldKind::Corpus) => corpora.push(path),
            Some(GoldKind::Records) => records.push(path),
            None => bail!(
                "{}: expected .tsv, .txt or .jsonl, or one of them with .xz, .gz or .zst",
                path.display()
            ),
        }
    }
    ensure!(
        args.predictions_out.is_none() || tokens.len() == 1,
        "--predictions-out needs exactly one .tsv"
    );
    ensure!(args.split.is_none() || !corpora.is_empty(), "--split needs a .txt");
    ensure!(args.types.is_none() || !tokens.is_empty(), "--types needs a .tsv");
    ensure!(
        args.context.is_none() || !tokens.is_empty(),
        "--context needs a .tsv; the sentences of a .txt are read together, but for documents marked `single`"
    );
    ensure!(
        args.changes.is_none() || !records.is_empty(),
        "--changes needs two .jsonl files"
    );
    if let Some(out) = &args.predictions_out {
        let inputs = args.gold.iter().chain(&args.split);
        if let Some(input) = inputs.into_iter().find(|input| is_written(input, out)) {
            return Err(input_is_output(input));
        }
    }
    if !records.is_empty() {
        ensure!(
            !args.pairs && !args.boundaries,
            "--pairs and --boundaries need .txt files"
        );
        let [a, b] = records.as_slice() else {
            bail!("give exactly two .jsonl files to compare")
        };
        ensure!(
            args.gold.len() == 2,
            "two .jsonl files are compared with each other; leave the other files out"
        );
        let read = |path: &PathBuf| Run::parse(&path.display().to_string(), &eval::read_text(path)?);
        let comparison = compare(&read(a)?, &read(b)?, args.changes.unwrap_or(CHANGES));
        ensure!(
            comparison.matched_records > 0,
            "no record of {} is in {}; are ids or texts different?",
            a.display(),
            b.display()
        );
        return Ok(Report {
            comparison: Some(comparison),
            ..Report::default()
        });
    }
    let (names, documents) = read_corpora(args, &corpora)?;
    if args.boundaries {
        ensure!(
            tokens.is_empty(),
            "--boundaries needs .txt files; tokens joined by blanks are no running text"
        );
        ensure!(
            documents.iter().any(|document| !document.single),
            "nothing to measure: every document is marked `single`, and its sentences are no running text"
        );
        return Ok(Report {
            boundaries: Some(eval::score_boundaries(&documents)),
            ..Report::default()
        });
    }
    if args.pairs {
        ensure!(tokens.is_empty(), "--pairs needs .txt files");
        let predictions = label_corpus(&documents, labeller()?.as_ref())?;
        return Ok(Report {
            pairs: Some(eval::score_pairs(&documents, &predictions)?),
            ..Report::default()
        });
    }
    let mut golds: Vec<TokenFile> = tokens
        .into_iter()
        .map(|path| read_tokens(path))
        .collect::<Result<_>>()?;
    let labeller = labeller()?;
    let marks = labeller.marks();
    ensure!(
        golds.is_empty() || marks.entities.is_some(),
        "the model marks no entities, and a .tsv measures nothing else; name a token classifier, or leave the .tsv out"
    );
    if let Some(types) = &args.types {
        eval::require_types(types, &golds, &marks)?;
        golds.iter_mut().for_each(|gold| gold.keep_types(types));
    }
    // An output that cannot be written is told before the labelling, not after it.
    let mut out = args.predictions_out.as_deref().map(ResultFile::open).transpose()?;
    let mut report = Report::default();
    for gold in &golds {
        report
            .tokens
            .push(score_tokens(args, gold, labeller.as_ref(), &marks, out.take())?);
    }
    if !documents.is_empty() {
        let predictions = label_corpus(&documents, labeller.as_ref())?;
        report.corpus = Some(eval::score_corpus(names, &documents, &predictions, &marks));
    }
    Ok(report)
}

fn read_tokens(path: &Path) -> Result<TokenFile> {
    let name = path.display().to_string();
    Ok(TokenFile::parse(
        &name,
        eval::language_of(path),
        &eval::read_text(path)?,
    )?)
}

fn read_corpora(args: &EvalArgs, paths: &[&PathBuf]) -> Result<(Vec<String>, Vec<CorpusDocument>)> {
    let mut files = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let documents = corpus::parse(&name, eval::language_of(path), &eval::read_text(path)?)?;
        files.push((name, documents));
    }
    let names = files.iter().map(|(name, _)| name.clone()).collect();
    let mut documents = corpus::join(files)?;
    if let (Some(file), Some(part)) = (&args.split, &args.part) {
        let split = eval::Split::parse(&file.display().to_string(), &eval::read_text(file)?, part)?;
        split.restrict(&mut documents);
        ensure!(
            !documents.is_empty(),
            "{}: no document of these files is in part `{part}`",
            file.display()
        );
    }
    Ok((names, documents))
}

/// Labels documents and reads the answer sentence by sentence, in order. `types`: the entities that their gold has.
fn label(
    documents: Vec<GoldDocument>,
    types: &BTreeSet<String>,
    labeller: &dyn Labeller,
) -> Result<Vec<PredictedSentence>> {
    let records = labeller.label(documents.clone())?;
    ensure!(
        records.len() == documents.len(),
        "{} records for {} documents",
        records.len(),
        documents.len()
    );
    let mut sentences = Vec::new();
    for (document, record) in documents.iter().zip(&records) {
        sentences.extend(eval::predicted_sentences(document, record, types)?);
    }
    Ok(sentences)
}

fn score_tokens(
    args: &EvalArgs,
    gold: &TokenFile,
    labeller: &dyn Labeller,
    marks: &Marks,
    out: Option<ResultFile<'_>>,
) -> Result<TokenReport> {
    let documents = gold.documents(args.context.unwrap_or(Together::Marked));
    let sentences = label(documents, &gold.types, labeller)?;
    let snapped: Vec<_> = gold
        .sentences
        .iter()
        .zip(&sentences)
        .map(|(gold, predicted)| eval::snap(gold, &predicted.spans, args.types.as_deref()))
        .collect();
    if let Some(out) = out {
        out.write(|file| eval::write_predictions(file, gold, &snapped))?;
    }
    let mut report = eval::score_tokens(gold, &snapped);
    if let Some(types) = &args.types {
        report.types_without_model = eval::types_without_model(types, gold, marks);
    }
    Ok(report)
}

fn label_corpus(documents: &[CorpusDocument], labeller: &dyn Labeller) -> Result<Vec<Vec<PredictedSentence>>> {
    let texts = documents.iter().flat_map(CorpusDocument::documents).collect();
    // A corpus file marks PER, ORG, LOC and MISC, which are the names of records.
    let mut sentences = label(texts, &BTreeSet::new(), labeller)?.into_iter();
    Ok(documents
        .iter()
        .map(|document| sentences.by_ref().take(document.sentences.len()).collect())
        .collect())
}

#[cfg(test)]
#[path = "eval_tests.rs"]
mod tests;
