//! Linear layers of the encoders' shapes, one thread: packed in each precision, with what it takes to prepare the rows,
//! next to crate `gemm` on the same shape. It measures and asserts nothing. `cargo bench --bench kernels`, and for one
//! kind or shape `-- packed_int8` or `-- 384x1536`; the items of the throughput are floating-point operations, two for
//! each product, so that Gitem/s are GFLOP/s.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use stellig::kernel::gemm::{Matrix, matmul};
use stellig::kernel::isa::Isa;
use stellig::kernel::packed::{Activation, Epilogue, Operand, Packed, Precision};

fn main() {
    divan::main();
}

/// Rows, inputs and outputs of a layer.
#[derive(Clone, Copy)]
struct Shape(usize, usize, usize);

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows {}x{}", self.0, self.1, self.2)
    }
}

const ROWS: [usize; 3] = [1, 32, 256];

/// Layers of a 384-wide and a 768-wide encoder.
const LAYERS: [(usize, usize); 8] = [
    (384, 1152),
    (384, 384),
    (384, 1536),
    (768, 384),
    (768, 2304),
    (768, 768),
    (768, 3072),
    (3072, 768),
];

fn shapes() -> Vec<Shape> {
    LAYERS
        .iter()
        .flat_map(|&(inputs, outputs)| ROWS.map(|rows| Shape(rows, inputs, outputs)))
        .collect()
}

/// Numbers in -1..1 without a pattern.
fn noise(len: usize) -> Vec<f32> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

#[divan::bench(args = shapes())]
fn crate_gemm(bencher: Bencher<'_, '_>, Shape(rows, inputs, outputs): Shape) {
    let (x, weight, mut out) = (noise(rows * inputs), noise(inputs * outputs), vec![0.0; rows * outputs]);
    bencher
        .counter(ItemsCount::new(2 * rows * inputs * outputs))
        .bench_local(|| {
            let x = Matrix::new(black_box(&x), rows, inputs, inputs);
            matmul(&mut out, outputs, x, Matrix::new(&weight, inputs, outputs, outputs));
            black_box(out[0])
        });
}

#[divan::bench(args = shapes())]
fn packed_f32(bencher: Bencher<'_, '_>, shape: Shape) {
    packed(bencher, shape, Precision::F32, Isa::best());
}

#[divan::bench(args = shapes())]
fn packed_bf16(bencher: Bencher<'_, '_>, shape: Shape) {
    packed(bencher, shape, Precision::Bf16, Isa::best());
}

#[divan::bench(args = shapes())]
fn packed_int8(bencher: Bencher<'_, '_>, shape: Shape) {
    packed(bencher, shape, Precision::Int8, Isa::best());
}

#[divan::bench(args = Isa::available())]
fn f32_256_rows_384x1536(bencher: Bencher<'_, '_>, isa: &Isa) {
    packed(bencher, Shape(256, 384, 1536), Precision::F32, *isa);
}

#[divan::bench(args = Isa::available())]
fn int8_256_rows_384x1536(bencher: Bencher<'_, '_>, isa: &Isa) {
    packed(bencher, Shape(256, 384, 1536), Precision::Int8, *isa);
}

fn packed(bencher: Bencher<'_, '_>, Shape(rows, inputs, outputs): Shape, precision: Precision, isa: Isa) {
    let (x, weight, bias) = (noise(rows * inputs), noise(inputs * outputs), noise(outputs));
    let layer = Packed::new(&weight, outputs, inputs, Some(&bias), precision, isa);
    let mut operand = Operand::new(precision, isa);
    let mut out = vec![0.0; rows * outputs];
    bencher
        .counter(ItemsCount::new(2 * rows * inputs * outputs))
        .bench_local(|| {
            operand.set(black_box(&x), inputs);
            layer.apply(&operand, Epilogue::Store, &mut out);
            black_box(&mut out);
        });
}

/// Both halves of a gated layer, its GELU and its product: 384 -> 2 × 768.
#[divan::bench(args = [Precision::F32, Precision::Bf16, Precision::Int8])]
fn gated_256_rows_384x1536(bencher: Bencher<'_, '_>, precision: &Precision) {
    let (rows, inputs, outputs) = (256, 384, 1536);
    let (x, weight) = (noise(rows * inputs), noise(inputs * outputs));
    let layer = Packed::gated(&weight, outputs, inputs, None, *precision, Isa::best());
    let mut operand = Operand::new(*precision, Isa::best());
    let mut out = vec![0.0; rows * outputs / 2];
    bencher
        .counter(ItemsCount::new(2 * rows * inputs * outputs))
        .bench_local(|| {
            operand.set(black_box(&x), inputs);
            layer.apply(&operand, Epilogue::Gate(Activation::Gelu), &mut out);
            black_box(&mut out);
        });
}
