//! The benchmark itself: a process for each configuration, which take turns. All run once, then all run again, every
//! other round in the opposite order, so that what slows the machine down for a while slows no configuration alone.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{Error, Result};
use super::machine::{Machine, now};
use super::measure::{gemm_peak, latency::MOST};
use super::message::{Loaded, Pass, Reply, Request, Stages, Survey};
use super::plan::Plan;
use super::results::{GemmPeak, InputSummary, Results, SCHEMA};
use super::setting::{Input, Setting};
use super::worker_process::WorkerProcess;

/// `[sequences]` of `[tokens * labels]`, for each number type.
pub type LogitsByType = BTreeMap<String, Vec<Vec<f32>>>;

/// One configuration on its way.
pub(super) struct Turn {
    pub setting: Setting,
    pub loaded: Loaded,
    pub survey: Survey,
    pub end_to_end: Vec<Pass>,
    pub encoder: Vec<Pass>,
    pub latency: Vec<f64>,
    pub stages: Option<Stages>,
    pub peak_bytes: Option<u64>,
    worker: WorkerProcess,
    spent: f64,
}

/// Runs `plan`: `program` with `arguments` is the process that measures. Sets out what it does by `tell`, and stops with
/// [`Error::Interrupted`] when `stop` is set.
///
/// # Errors
/// If a configuration cannot be measured.
pub fn run(
    plan: &Plan,
    program: &Path,
    arguments: &[OsString],
    stop: &AtomicBool,
    mut tell: impl FnMut(&str),
) -> Result<(Results, LogitsByType)> {
    plan.settings.iter().try_for_each(|setting| setting.input.check())?;
    let (date, machine) = (now(), Machine::here());
    let measured = all(plan, program, arguments, stop, &mut tell);
    let (turns, peaks, logits) = match measured {
        // Ctrl-C ends the other processes too; what they leave behind is no fault.
        Err(_) if stop.load(Ordering::Relaxed) => return Err(Error::Interrupted),
        measured => measured?,
    };
    let Some(first) = turns.first() else {
        return Err(Error::Asked("no configuration to measure".to_owned()));
    };
    let model = first.loaded.model.clone();
    let machine = machine.with_gpu(first.loaded.gpu.clone());
    let input = InputSummary {
        lengths: plan.lengths.clone(),
        seed: plan.seed,
        articles: first.survey.articles,
        failures: first.survey.failures,
        bytes: first.survey.bytes,
        sequences: first.survey.sequences,
        tokens: first.survey.tokens,
        longest: first.survey.longest,
    };
    let configurations = turns.iter().map(|turn| turn.summary(&plan.lengths, &peaks));
    let results = Results {
        schema: SCHEMA,
        stellig: env!("CARGO_PKG_VERSION").to_owned(),
        date,
        machine,
        model,
        input,
        runs: plan.runs,
        warm_up: plan.warm_up,
        configurations: configurations.collect::<Option<_>>().ok_or_else(nothing)?,
        gemm_peaks: peaks,
    };
    Ok((results, logits))
}

fn nothing() -> Error {
    Error::Asked("a configuration was never run".to_owned())
}

type Measured = (Vec<Turn>, Vec<GemmPeak>, LogitsByType);

fn all(
    plan: &Plan,
    program: &Path,
    arguments: &[OsString],
    stop: &AtomicBool,
    tell: &mut dyn FnMut(&str),
) -> Result<Measured> {
    let start = |setting: &Setting| Turn::start(setting, program, arguments);
    if let (Some(first), true) = (plan.settings.first(), plan.warm_up > 0) {
        // The first to load would find cold files.
        drop(start(first)?);
    }
    let mut turns = Vec::new();
    for setting in &plan.settings {
        check(stop)?;
        let turn = start(setting)?;
        let twin = turns.iter().find(|there: &&Turn| there.runs_as(&turn));
        if let Some(twin) = twin {
            // Two configurations of one key could not be told apart afterwards.
            let (name, there) = (setting.name(), twin.setting.name());
            tell(&format!("left out: {name}; it is measured already, as {there}"));
            continue;
        }
        turns.push(turn);
        tell(&format!("loaded: {}", setting.name()));
    }
    if let Some(remark) = turns.first().and_then(|turn| turn.loaded.remark.as_ref()) {
        tell(remark);
    }
    if let Some(failure) = turns.first().and_then(|turn| turn.survey.first_failure.as_ref()) {
        tell(failure);
    }
    let mut logits = LogitsByType::new();
    for turn in turns.iter_mut().filter(|_| plan.logits) {
        if !logits.contains_key(&turn.loaded.dtype) {
            logits.insert(turn.loaded.dtype.clone(), turn.logits()?);
        }
    }
    for _ in 0..plan.warm_up {
        for turn in &mut turns {
            check(stop)?;
            turn.warm_up()?;
        }
    }
    let mut peaks: Vec<GemmPeak> = Vec::new();
    for round in 0..plan.runs {
        let is_back = round % 2 == 1;
        let mut order: Vec<usize> = (0..turns.len()).collect();
        if is_back {
            order.reverse();
        }
        for number in order {
            let turn = &mut turns[number];
            if plan.seconds.is_some_and(|most| round > 0 && turn.spent >= most) {
                continue;
            }
            check(stop)?;
            turn.run(round)?;
            tell(&turn.told(round, plan.runs));
            let peak = gemm_peak::run(&turn.loaded.device, &turn.loaded.dtype, turn.setting.threads)?;
            keep(&mut peaks, peak);
        }
    }
    Ok((turns, peaks, logits))
}

fn check(stop: &AtomicBool) -> Result<()> {
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    Ok(())
}

/// Keeps the best of each kind.
fn keep(peaks: &mut Vec<GemmPeak>, new: GemmPeak) {
    let same = |old: &&mut GemmPeak| (&old.device, &old.dtype, old.threads) == (&new.device, &new.dtype, new.threads);
    match peaks.iter_mut().find(same) {
        Some(old) => old.flop_per_s = old.flop_per_s.max(new.flop_per_s),
        None => peaks.push(new),
    }
}

impl Turn {
    fn start(setting: &Setting, program: &Path, arguments: &[OsString]) -> Result<Self> {
        let mut worker = WorkerProcess::start(program, arguments, setting.name())?;
        let Reply::Loaded(loaded) = worker.ask(&Request::Load(Box::new(setting.clone())))? else {
            return Err(worker.out_of_step());
        };
        let Reply::Survey(survey) = worker.ask(&Request::Survey)? else {
            return Err(worker.out_of_step());
        };
        Ok(Self {
            setting: setting.clone(),
            loaded,
            survey,
            end_to_end: Vec::new(),
            encoder: Vec::new(),
            latency: Vec::new(),
            stages: None,
            peak_bytes: None,
            worker,
            spent: 0.0,
        })
    }

    /// Whether `other` would measure the same, whatever its options were called.
    fn runs_as(&self, other: &Self) -> bool {
        self.key("") == other.key("")
    }

    fn reads_articles(&self) -> bool {
        matches!(self.setting.input, Input::Articles(_))
    }

    fn pass(&mut self, request: &Request) -> Result<Pass> {
        match self.worker.ask(request)? {
            Reply::Pass(pass) => Ok(pass),
            _ => Err(self.worker.out_of_step()),
        }
    }

    fn warm_up(&mut self) -> Result<()> {
        if self.reads_articles() {
            self.pass(&Request::EndToEnd)?;
        }
        self.pass(&Request::Encoder)?;
        Ok(())
    }

    /// One run of everything.
    fn run(&mut self, round: usize) -> Result<()> {
        if self.reads_articles() {
            let pass = self.pass(&Request::EndToEnd)?;
            self.spent += pass.seconds;
            self.peak_bytes = pass.peak_bytes;
            self.end_to_end.push(pass);
            let Reply::Stages(stages) = self.worker.ask(&Request::Stages)? else {
                return Err(self.worker.out_of_step());
            };
            self.spent += stages.named().iter().map(|(_, seconds)| seconds).sum::<f64>();
            self.stages = Some(self.stages.unwrap_or_default().plus(stages));
        }
        let pass = self.pass(&Request::Encoder)?;
        self.spent += pass.seconds;
        if !self.reads_articles() {
            self.peak_bytes = pass.peak_bytes;
        }
        self.encoder.push(pass);
        // Other articles in each round, as far as there are others.
        let most = if self.reads_articles() {
            self.survey.articles
        } else {
            self.survey.sequences
        };
        let first = (round * MOST) % most.next_multiple_of(MOST).max(MOST);
        let Reply::Latency(milliseconds) = self.worker.ask(&Request::Latency(first))? else {
            return Err(self.worker.out_of_step());
        };
        self.spent += milliseconds.iter().sum::<f64>() / 1e3;
        self.latency.extend(milliseconds);
        Ok(())
    }

    fn logits(&mut self) -> Result<Vec<Vec<f32>>> {
        match self.worker.ask(&Request::Logits)? {
            Reply::Logits(logits) => Ok(logits),
            _ => Err(self.worker.out_of_step()),
        }
    }

    fn told(&self, round: usize, rounds: usize) -> String {
        let speed = |passes: &[Pass]| passes.last().map(|pass| pass.tokens as f64 / pass.seconds);
        let shown = |speed: Option<f64>, what: &str| speed.map(|speed| format!("{speed:.0} tokens/s {what}"));
        let parts = [
            shown(speed(&self.end_to_end), "end to end"),
            shown(speed(&self.encoder), "encoder"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!(
            "run {} of {rounds}: {}: {}",
            round + 1,
            self.setting.name(),
            parts.join(", ")
        )
    }
}
