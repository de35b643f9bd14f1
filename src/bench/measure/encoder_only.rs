//! The encoder alone, over the packs that labelling makes, by all threads: each takes the next pack when it is done with
//! one, as the threads of the pipeline do. Up to the hidden states; heads are not run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use super::Subject;
use crate::bench::error::Result;
use crate::bench::machine::peak_memory;
use crate::bench::message::Pass;
use crate::threads::start_in;

/// Encodes all packs.
///
/// # Errors
/// If the encoder fails, or there are fewer threads to be had.
pub fn run(subject: &Subject) -> Result<Pass> {
    let (encoder, device) = (subject.encoder()?, &subject.model()?.device);
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(pack) = subject.packs.get(next.fetch_add(1, Ordering::Relaxed)) {
            std::hint::black_box(encoder.encode(pack)?);
        }
        // A GPU only begins there, on a stream of this thread's own: nobody else could wait for it.
        Ok(device.synchronize()?)
    };
    let started = Instant::now();
    thread::scope(|scope| {
        let threads = (0..subject.setting.threads).map(|_| start_in(scope, work));
        let threads = threads.collect::<std::result::Result<Vec<_>, _>>()?;
        let mut joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.try_for_each(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(Pass {
        seconds: started.elapsed().as_secs_f64(),
        tokens: subject.packs.iter().map(|pack| pack.ids.len() as u64).sum(),
        articles: 0,
        peak_bytes: peak_memory(),
    })
}
