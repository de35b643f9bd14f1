//! An encoder around an encoder, which can note what goes through it: the packs as the pipeline makes them, and when
//! each was encoded. What runs before the first pack of a job is cutting, what runs around the others is heads; so the
//! stages of labelling are timed without a clock inside labelling. While nobody listens it does nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use candle_core::{Device, Tensor};

use crate::encoder::{self, Encoder, PackedBatch};
use crate::loader::Model;

/// One pack that went through.
#[derive(Debug)]
pub struct Encoded {
    /// The pack.
    pub pack: PackedBatch,
    /// When it came.
    pub started: Instant,
    /// When its hidden states were there.
    pub ended: Instant,
}

/// What went through, while someone listens.
#[derive(Debug, Default)]
pub struct Log {
    listening: AtomicBool,
    noted: Mutex<Vec<Encoded>>,
}

impl Log {
    /// Starts or stops listening.
    pub fn listen(&self, listening: bool) {
        self.listening.store(listening, Ordering::Relaxed);
    }

    /// Takes what was noted.
    pub fn take(&self) -> Vec<Encoded> {
        std::mem::take(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The encoder around an encoder.
struct Probe {
    inner: Box<dyn Encoder>,
    device: Device,
    log: Arc<Log>,
}

/// Puts a probe around the encoder of `model`.
pub fn probed(model: Model) -> (Model, Arc<Log>) {
    let log = Arc::new(Log::default());
    let probe = Probe {
        inner: model.encoder,
        device: model.device.clone(),
        log: Arc::clone(&log),
    };
    let encoder = Box::new(probe);
    (Model { encoder, ..model }, log)
}

impl Encoder for Probe {
    fn hidden_size(&self) -> usize {
        self.inner.hidden_size()
    }

    fn max_length(&self) -> usize {
        self.inner.max_length()
    }

    fn encode(&self, batch: &PackedBatch) -> encoder::Result<Tensor> {
        if !self.log.listening.load(Ordering::Relaxed) {
            return self.inner.encode(batch);
        }
        let started = Instant::now();
        let hidden = self.inner.encode(batch)?;
        // A GPU only begins here; its work counts where it is done.
        self.device.synchronize()?;
        let noted = Encoded {
            pack: batch.clone(),
            started,
            ended: Instant::now(),
        };
        self.log
            .noted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(noted);
        Ok(hidden)
    }
}
