//! Attention over one sequence, straight from its packed queries, keys and values: scores, softmax and weighted sum in
//! one pass over blocks that stay in the cache. A local layer multiplies only the keys that a block of queries can see.
//! A sequence's result is the same bits whatever was done before, on the same instruction set.

#[cfg(all(test, unix))]
mod guard_tests;
mod head;
mod number;
mod pack;
pub mod plain;
mod scratch;
mod softmax;
#[cfg(test)]
mod tests;
mod tile;

use std::marker::PhantomData;

pub use plain::scaled;
pub use scratch::Scratch;

use self::head::Heads;
use self::number::{Exact, Number, Rounded};
use super::isa::Isa;
use super::simd::Simd;
use super::simd::portable::Portable;

/// What attention needs to know of its layer.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// Number of heads.
    pub heads: usize,
    /// Size of a head, an even number where positions are rotary.
    pub head_dim: usize,
    /// How far a token sees to either side, inclusive; `None` sees the whole sequence.
    pub reach: Option<usize>,
    /// Cosines and sines of the rotary angles, `[positions, head_dim / 2]` each, where positions are rotary.
    pub angles: Option<(&'a [f32], &'a [f32])>,
}

/// The number type in which queries meet keys and weights meet values. Sums and softmax are f32 in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// f32 throughout.
    F32,
    /// Operands rounded to bf16, for the CPU's bf16 instructions where it has them. Last bits differ between instruction
    /// sets.
    Bf16,
}

/// The keys that queries `start..end` of a sequence of `length` can see.
pub fn visible(start: usize, end: usize, length: usize, reach: Option<usize>) -> std::ops::Range<usize> {
    match reach {
        Some(reach) => start.saturating_sub(reach)..length.min(end.saturating_add(reach)),
        None => 0..length,
    }
}

/// Attends over one sequence: `qkv [length, 3 * heads * head_dim]` to `out [length, heads * head_dim]`. Where the CPU lacks
/// `isa`, plain loops do it.
///
/// # Panics
/// If a length does not match, there are fewer angles than tokens, or `head_dim` is odd where positions are rotary.
pub fn attend(
    qkv: &[f32],
    layout: &Layout<'_>,
    precision: Precision,
    isa: Isa,
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    let hidden = layout.heads * layout.head_dim;
    assert_eq!(
        qkv.len(),
        3 * out.len(),
        "queries, keys and values do not match the result"
    );
    if out.is_empty() {
        return;
    }
    assert!(hidden > 0 && out.len() % hidden == 0, "result is not whole rows");
    if let Some((cos, sin)) = layout.angles {
        let angles = out.len() / hidden * (layout.head_dim / 2);
        assert!(layout.head_dim % 2 == 0, "rotary positions need an even size of head");
        assert!(cos.len() >= angles && sin.len() >= angles, "fewer angles than tokens");
    }
    let call = Call {
        qkv,
        layout,
        scratch,
        out,
    };
    #[cfg(target_arch = "x86_64")]
    {
        use super::simd::avx2::Avx2;
        use super::simd::avx512::{Avx512, Avx512Bf16};
        match (isa, precision) {
            (Isa::Avx512, Precision::Bf16) => {
                if let Some(simd) = Avx512Bf16::detect() {
                    return call.run::<_, number::Paired>(simd);
                }
                if let Some(simd) = Avx512::detect() {
                    return call.run::<_, Rounded>(simd);
                }
            }
            (Isa::Avx512, Precision::F32) => {
                if let Some(simd) = Avx512::detect() {
                    return call.run::<_, Exact>(simd);
                }
            }
            (Isa::Avx2, precision) => {
                if let Some(simd) = Avx2::detect() {
                    return match precision {
                        Precision::F32 => call.run::<_, Exact>(simd),
                        Precision::Bf16 => call.run::<_, Rounded>(simd),
                    };
                }
            }
            (Isa::Portable, _) => {}
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = isa;
    match precision {
        Precision::F32 => call.run::<_, Exact>(Portable),
        Precision::Bf16 => call.run::<_, Rounded>(Portable),
    }
}

/// The arguments of [`attend`] on their way to an instruction set.
struct Call<'a> {
    qkv: &'a [f32],
    layout: &'a Layout<'a>,
    scratch: &'a mut Scratch,
    out: &'a mut [f32],
}

impl Call<'_> {
    fn run<S: Simd, N: Number<S>>(self, simd: S) {
        let heads = Heads {
            qkv: self.qkv,
            layout: *self.layout,
            scratch: self.scratch,
            out: self.out,
            number: PhantomData::<N>,
        };
        simd.run(heads);
    }
}
