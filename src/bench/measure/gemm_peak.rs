//! How fast this machine multiplies large matrices, with the same products that the encoder is made of: what an encoder
//! could reach if it did nothing else. Each thread multiplies its own matrices, as each thread of the pipeline does.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use candle_core::{DType, Device, Tensor};

use crate::bench::error::Result;
use crate::bench::results::GemmPeak;
use crate::kernel::gemm::{Matrix, matmul};
use crate::loader::{DeviceChoice, device};

/// Rows, depth and columns on the CPU: a pack by wide layers, and square. The depth is one that the kernel does not cut.
const SHAPES: [(usize, usize, usize); 3] = [(256, 512, 2048), (512, 512, 1024), (1024, 512, 1024)];
/// Rows, depth and columns on a GPU.
const ON_GPU: usize = 4096;
/// Seconds of each shape.
const SECONDS: f64 = 0.1;

/// The peak of `threads` threads on the device called `name` (`cpu` or `cuda`), in number type `dtype` where there is a
/// product of that type, else in f32.
///
/// # Errors
/// If the device fails.
pub fn run(name: &str, dtype: &str, threads: usize) -> Result<GemmPeak> {
    let (flop_per_s, dtype) = match device(name.parse::<DeviceChoice>()?)? {
        Device::Cpu => (
            SHAPES
                .into_iter()
                .map(|shape| on_cpu(shape, threads))
                .fold(0.0, f64::max),
            "f32",
        ),
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
fn on_cpu(shape: (usize, usize, usize), threads: usize) -> f64 {
    let (rows, depth, cols) = shape;
    let product = |a: &[f32], b: &[f32], out: &mut [f32]| {
        matmul(
            out,
            cols,
            Matrix::new(a, rows, depth, depth),
            Matrix::new(b, depth, cols, cols),
            false,
        );
        std::hint::black_box(out);
    };
    let matrices = || {
        (
            vec![0.5; rows * depth],
            vec![0.25; depth * cols],
            vec![0.0; rows * cols],
        )
    };
    let (a, b, mut out) = matrices();
    product(&a, &b, &mut out);
    let started = Instant::now();
    product(&a, &b, &mut out);
    let repeats = (SECONDS / started.elapsed().as_secs_f64().max(1e-6)).ceil() as usize;
    let barrier = Barrier::new(threads + 1);
    let seconds = thread::scope(|scope| {
        let work = || {
            let (a, b, mut out) = matrices();
            product(&a, &b, &mut out);
            barrier.wait();
            (0..repeats).for_each(|_| product(&a, &b, &mut out));
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        barrier.wait();
        let started = Instant::now();
        running.into_iter().for_each(|thread| drop(thread.join()));
        started.elapsed().as_secs_f64()
    });
    (threads * repeats * 2 * rows * depth * cols) as f64 / seconds
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
            assert_eq!((peak.dtype.as_str(), peak.threads), ("f32", threads));
            assert!(peak.flop_per_s > 0.0 && peak.flop_per_s.is_finite());
        }
    }
}
