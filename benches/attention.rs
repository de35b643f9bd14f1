//! Attention of one sequence: the fused kernel in each precision on the best instruction set, beside the plain one over
//! whole rows of scores. Shapes are those of the encoders, with rotary positions; items are tokens.
//!
//!     cargo bench --bench attention

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use stellig::kernel::attention::{Layout, Precision, Scratch, attend, plain};
use stellig::kernel::isa::Isa;

fn main() {
    divan::main();
}

/// Heads, size of a head, tokens, reach.
type Case = (usize, usize, usize, Option<usize>);

fn cases() -> impl Iterator<Item = Case> {
    [(6, 64), (12, 64), (12, 32)].into_iter().flat_map(|(heads, head_dim)| {
        let whole = [16, 27, 64, 128, 256, 512].map(|length| (heads, head_dim, length, None));
        let local = [128, 256, 512].map(|length| (heads, head_dim, length, Some(64)));
        whole.into_iter().chain(local)
    })
}

fn measure(bencher: Bencher<'_, '_>, case: Case, mut kernel: impl FnMut(&[f32], &Layout<'_>, &mut [f32])) {
    let (heads, head_dim, length, reach) = case;
    let hidden = heads * head_dim;
    let qkv: Vec<f32> = (0..length * 3 * hidden).map(|i| (i as f32 * 0.7).sin()).collect();
    let angles = (0..length * head_dim / 2).map(|i| (i as f32 * 0.37).sin_cos());
    let (sin, cos): (Vec<f32>, Vec<f32>) = angles.unzip();
    let layout = Layout {
        heads,
        head_dim,
        reach,
        angles: Some((&cos, &sin)),
    };
    let mut out = vec![0.0; length * hidden];
    bencher
        .counter(ItemsCount::new(length))
        .bench_local(|| kernel(black_box(&qkv), &layout, black_box(&mut out)));
}

fn fused(bencher: Bencher<'_, '_>, case: Case, precision: Precision) {
    let mut scratch = Scratch::new();
    measure(bencher, case, |qkv, layout, out| {
        attend(qkv, layout, precision, Isa::best(), &mut scratch, out);
    });
}

#[divan::bench(args = cases().collect::<Vec<_>>())]
fn whole_rows(bencher: Bencher<'_, '_>, case: &Case) {
    measure(bencher, *case, plain::attend);
}

#[divan::bench(args = cases().collect::<Vec<_>>())]
fn fused_f32(bencher: Bencher<'_, '_>, case: &Case) {
    fused(bencher, *case, Precision::F32);
}

#[divan::bench(args = cases().collect::<Vec<_>>())]
fn fused_bf16(bencher: Bencher<'_, '_>, case: &Case) {
    fused(bencher, *case, Precision::Bf16);
}
