//! Which kernel computes a precision on an instruction set, by what the CPU has, and how numbers lie for it. Where the
//! CPU lacks what was asked for, the next narrower kernel is taken: a choice can always run.

use super::{
    Precision,
    portable::{F32Portable, WholePortable},
};
#[cfg(target_arch = "x86_64")]
use super::{
    bf16_avx512::Bf16Avx512,
    f32_avx2::F32Avx2,
    f32_avx512::F32Avx512,
    int8_avx2::{BytesAvx2, WordsAvx2},
    int8_avx512::{BytesAvx512, WordsAvx512},
};
use crate::kernel::isa::Isa;

/// A kernel that this CPU runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    #[cfg(target_arch = "x86_64")]
    F32Avx512(F32Avx512),
    #[cfg(target_arch = "x86_64")]
    F32Avx2(F32Avx2),
    F32Portable(F32Portable),
    #[cfg(target_arch = "x86_64")]
    Bf16Avx512(Bf16Avx512),
    #[cfg(target_arch = "x86_64")]
    BytesAvx512(BytesAvx512),
    #[cfg(target_arch = "x86_64")]
    WordsAvx512(WordsAvx512),
    #[cfg(target_arch = "x86_64")]
    BytesAvx2(BytesAvx2),
    #[cfg(target_arch = "x86_64")]
    WordsAvx2(WordsAvx2),
    WholePortable(WholePortable),
}

/// How the numbers of rows and weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(target_arch = "x86_64"),
    expect(dead_code, reason = "only the kernels of x86-64 read halves and integers")
)]
pub(super) enum Format {
    /// f32 and f32.
    F32,
    /// The upper halves of f32, both.
    Bf16,
    /// u8 and i8.
    Bytes,
    /// The same numbers, both as i16.
    Words,
    /// The same numbers, both as f32.
    Whole,
}

impl Choice {
    /// The fastest kernel for `precision` within `isa`.
    pub(super) fn new(precision: Precision, isa: Isa) -> Self {
        Self::within(precision, isa)[0]
    }

    /// All kernels for `precision` within `isa`, the fastest first and one that every CPU runs last. Without bf16 in the
    /// CPU its numbers are multiplied as f32.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn within(precision: Precision, isa: Isa) -> Vec<Self> {
        let wide = isa == Isa::Avx512;
        let vectors = wide || isa == Isa::Avx2;
        let kernels = match precision {
            Precision::F32 | Precision::Bf16 => [
                (wide && precision == Precision::Bf16)
                    .then(Bf16Avx512::detect)
                    .flatten()
                    .map(Self::Bf16Avx512),
                wide.then(F32Avx512::detect).flatten().map(Self::F32Avx512),
                vectors.then(F32Avx2::detect).flatten().map(Self::F32Avx2),
                None,
                Some(Self::F32Portable(F32Portable)),
            ],
            Precision::Int8 => [
                wide.then(BytesAvx512::detect).flatten().map(Self::BytesAvx512),
                wide.then(WordsAvx512::detect).flatten().map(Self::WordsAvx512),
                vectors.then(BytesAvx2::detect).flatten().map(Self::BytesAvx2),
                vectors.then(WordsAvx2::detect).flatten().map(Self::WordsAvx2),
                Some(Self::WholePortable(WholePortable)),
            ],
        };
        kernels.into_iter().flatten().collect()
    }

    /// All kernels for `precision`: the portable one.
    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn within(precision: Precision, _: Isa) -> Vec<Self> {
        vec![match precision {
            Precision::F32 | Precision::Bf16 => Self::F32Portable(F32Portable),
            Precision::Int8 => Self::WholePortable(WholePortable),
        }]
    }

    /// How its numbers are stored.
    pub(super) fn format(self) -> Format {
        match self {
            Self::F32Portable(_) => Format::F32,
            Self::WholePortable(_) => Format::Whole,
            #[cfg(target_arch = "x86_64")]
            Self::F32Avx512(_) | Self::F32Avx2(_) => Format::F32,
            #[cfg(target_arch = "x86_64")]
            Self::Bf16Avx512(_) => Format::Bf16,
            #[cfg(target_arch = "x86_64")]
            Self::BytesAvx512(_) | Self::BytesAvx2(_) => Format::Bytes,
            #[cfg(target_arch = "x86_64")]
            Self::WordsAvx512(_) | Self::WordsAvx2(_) => Format::Words,
        }
    }

    /// Outputs in one panel.
    pub(super) fn columns(self) -> usize {
        match self {
            Self::F32Portable(_) | Self::WholePortable(_) => 8,
            #[cfg(target_arch = "x86_64")]
            Self::F32Avx2(_) | Self::BytesAvx2(_) | Self::WordsAvx2(_) => 16,
            #[cfg(target_arch = "x86_64")]
            Self::F32Avx512(_) | Self::Bf16Avx512(_) | Self::BytesAvx512(_) | Self::WordsAvx512(_) => 32,
        }
    }
}

impl Format {
    /// Numbers of a row that a kernel reads at once.
    pub(super) fn group(self) -> usize {
        match self {
            Self::F32 | Self::Whole => 1,
            Self::Bf16 | Self::Words => 2,
            Self::Bytes => 4,
        }
    }
}
