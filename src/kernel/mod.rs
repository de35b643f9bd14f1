//! CPU kernels behind the encoder: matrix product, attention over one sequence, and the elementwise functions between
//! them. None of them starts a thread, and each row's result is the same bits whatever rows stand beside it. `unsafe`
//! code stands in `gemm.rs`, in `simd/` and in the files of `packed/` that are named after an instruction set.

pub mod activation;
pub(crate) mod aligned;
pub mod attention;
pub mod disentangled;
pub mod elementwise;
pub mod gemm;
pub mod isa;
pub mod packed;
mod scalar;
pub mod simd;
#[cfg(test)]
mod testing;
