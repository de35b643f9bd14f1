//! CPU kernels behind the encoder: matrix product, attention over one sequence, and the elementwise functions between
//! them. None of them starts a thread, and each row's result is the same bits whatever rows stand beside it. Only
//! `gemm.rs` and the instruction sets in `simd/` hold `unsafe` code.

pub mod attention;
pub mod disentangled;
pub mod elementwise;
pub mod gemm;
pub mod isa;
mod scalar;
pub mod simd;
