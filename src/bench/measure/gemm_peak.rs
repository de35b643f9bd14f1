//! How fast this machine multiplies large matrices, with the same products that the encoder is made of: what an encoder
//! could reach if it did nothing else. Each thread multiplies its own matrices, as each thread of the pipeline does. On the
//! CPU the rows are made ready for the product once, outside the clock.

use std::thread;
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use crossbeam_channel::bounded;

use crate::bench::error::{Error, Result};
use crate::bench::results::GemmPeak;
use crate::kernel::isa::Isa;
use crate::kernel::packed::{Epilogue, Operand, Packed, Precision};
use crate::loader::{DeviceChoice, Dtype, device};
use crate::threads::start_in;

/// Rows, inputs and outputs on the CPU: a pack by wide layers, and square.
const SHAPES: [(usize, usize, usize); 3] = [(256, 768, 2048), (512, 512, 1024), (1024, 1024, 1024)];
/// Rows, depth and columns on a GPU.
const ON_GPU: usize = 4096;
/// Seconds of each shape.
const SECONDS: f64 = 0.1;

/// The peak of `threads` threads on the device called `name` (`cpu` or `cuda`), in number type `dtype` where there is a
/// product of that type, else in f32.
///
/// # Errors
/// If the device fails, or there are fewer threads to be had.
pub fn run(name: &str, dtype: &str, threads: usize) -> Result<GemmPeak> {
    let (flop_per_s, dtype) = match device(name.parse::<DeviceChoice>()?, |_| ())? {
        Device::Cpu => {
            let precision = Dtype::named(dtype).and_then(Dtype::precision);
            let (precision, dtype) = precision.map_or((Precision::F32, "f32"), |precision| (precision, dtype));
            let mut speeds = SHAPES.into_iter().map(|shape| on_cpu(shape, precision, threads));
            (
                speeds.try_fold(0.0, |best: f64, speed| Ok::<_, Error>(best.max(speed?)))?,
                dtype,
            )
        }
        device => on_gpu(&device, dtype)?,
    };
    Ok(GemmPeak {
        device: name.to_owned(),
        dtype: dtype.to_owned(),
        threads,
        flop_per_s,
    })
}

/// FLOP a second of all threads together.
fn on_cpu(shape: (usize, usize, usize), precision: Precision, threads: usize) -> Result<f64> {
    let (rows, inputs, outputs) = shape;
    let weight: Vec<f32> = (0..inputs * outputs).map(|i| (i % 251) as f32 / 125.0 - 1.0).collect();
    let weight = Packed::new(&weight, outputs, inputs, None, precision, Isa::best());
    let rows_of = || {
        let mut x = Operand::new(precision, Isa::best());
        x.set(&vec![0.5; rows * inputs], inputs);
        (x, vec![0.0; rows * outputs])
    };
    let product = |x: &Operand, out: &mut [f32]| {
        weight.apply(x, Epilogue::Store, out);
        std::hint::black_box(out);
    };
    let (x, mut out) = rows_of();
    product(&x, &mut out);
    let started = Instant::now();
    product(&x, &mut out);
    let repeats = (SECONDS / started.elapsed().as_secs_f64().max(1e-6)).ceil() as usize;
    let (ready, all_ready) = bounded::<()>(threads);
    let (start, started_by) = bounded::<()>(0);
    let seconds = thread::scope(|scope| {
        let work = || {
            let (x, mut out) = rows_of();
            product(&x, &mut out);
            let _ = ready.send(());
            // Nothing comes: all begin when the other end is gone, also where one of them could not be started.
            let _ = started_by.recv();
            (0..repeats).for_each(|_| product(&x, &mut out));
        };
        let start = start;
        let running = (0..threads).map(|_| start_in(scope, work));
        let running = running.collect::<std::result::Result<Vec<_>, _>>()?;
        all_ready.iter().take(threads).for_each(drop);
        drop(start);
        let started = Instant::now();
        running.into_iter().for_each(|thread| drop(thread.join()));
        Ok::<_, Error>(started.elapsed().as_secs_f64())
    })?;
    Ok((threads * repeats * 2 * rows * inputs * outputs) as f64 / seconds)
}

fn on_gpu<'d>(device: &Device, asked: &'d str) -> Result<(f64, &'d str)> {
    let (dtype, name) = match asked {
        "bf16" => (DType::BF16, asked),
        "f16" => (DType::F16, asked),
        _ => (DType::F32, "f32"),
    };
    let matrix = || Tensor::randn(0.0_f32, 1.0, (ON_GPU, ON_GPU), device)?.to_dtype(dtype);
    let (a, b) = (matrix()?, matrix()?);
    drop(a.matmul(&b)?);
    device.synchronize()?;
    let (started, mut repeats) = (Instant::now(), 0);
    while started.elapsed().as_secs_f64() < SECONDS {
        for _ in 0..4 {
            drop(a.matmul(&b)?);
        }
        device.synchronize()?;
        repeats += 4;
    }
    let flop = repeats as f64 * 2.0 * (ON_GPU as f64).powi(3);
    Ok((flop / started.elapsed().as_secs_f64(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_found_for_any_number_of_threads() {
        for threads in [1, 2] {
            let peak = run("cpu", "int8", threads).unwrap();
            assert_eq!((peak.dtype.as_str(), peak.threads), ("int8", threads));
            assert!(peak.flop_per_s > 0.0 && peak.flop_per_s.is_finite());
        }
    }
}
