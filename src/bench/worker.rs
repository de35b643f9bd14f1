//! The process of one configuration: it answers one request after another until nobody asks any more.

use std::io::{self, BufRead, Write};

use super::measure::{Subject, encoder_only, end_to_end, latency, logits, stages};
use super::message::{Reply, Request};
use super::{Error, Result};
use crate::inference::Engine;
use crate::loader::ModelSource;
use crate::record::Frame;

/// Answers the requests of `requests` on `replies`. `source` finds a model by the name in a setting, `frame` says what
/// records carry.
///
/// # Errors
/// If the pipes break; what cannot be measured is an answer.
pub fn serve(
    requests: impl BufRead,
    mut replies: impl Write,
    source: impl Fn(&str) -> std::result::Result<ModelSource, String>,
    frame: impl Fn(&Engine) -> Frame,
) -> io::Result<()> {
    let mut subject = None;
    for line in requests.lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let reply = answer(request, &mut subject, &source, &frame);
        let reply = reply.unwrap_or_else(|error| Reply::Failed(error.to_string()));
        serde_json::to_writer(&mut replies, &reply)?;
        replies.write_all(b"\n")?;
        replies.flush()?;
    }
    Ok(())
}

fn answer(
    request: Request,
    subject: &mut Option<Subject>,
    source: &impl Fn(&str) -> std::result::Result<ModelSource, String>,
    frame: &impl Fn(&Engine) -> Frame,
) -> Result<Reply> {
    let ready = subject
        .as_mut()
        .ok_or_else(|| Error::Asked("no model is loaded".to_owned()));
    Ok(match request {
        Request::Load(setting) => {
            let source = source(&setting.model).map_err(Error::Asked)?;
            let (ready, loaded) = Subject::load(&setting, &source, frame)?;
            *subject = Some(ready);
            Reply::Loaded(loaded)
        }
        Request::Survey => Reply::Survey(ready?.survey()?),
        Request::EndToEnd => Reply::Pass(end_to_end::run(ready?)?),
        Request::Encoder => Reply::Pass(encoder_only::run(ready?)?),
        Request::Latency(first) => Reply::Latency(latency::run(ready?, first)?),
        Request::Stages => Reply::Stages(stages::walk(ready?)?.stages),
        Request::Logits => Reply::Logits(logits::run(ready?)?),
    })
}
