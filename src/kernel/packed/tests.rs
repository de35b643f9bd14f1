//! Every kernel against a plain product, in f64 or in integers, over shapes that leave something over everywhere.

use super::rounding::{row_to_bytes, through_bf16, weights_to_bytes};
use super::*;
use crate::kernel::elementwise::{gelu_one, gelu_tanh_one};
use crate::kernel::testing::noise;

const PRECISIONS: [Precision; 3] = [Precision::F32, Precision::Bf16, Precision::Int8];
/// Rows, outputs, inputs.
const SHAPES: [(usize, usize, usize); 9] = [
    (0, 5, 7),
    (1, 1, 1),
    (1, 2, 384),
    (2, 9, 33),
    (5, 27, 4),
    (12, 32, 64),
    (13, 33, 65),
    (25, 70, 131),
    (37, 96, 50),
];

pub(super) struct Case {
    weight: Vec<f32>,
    bias: Vec<f32>,
    outputs: usize,
    inputs: usize,
    pub precision: Precision,
    pub choice: Choice,
}

impl Case {
    pub(super) fn packed(&self, gated: bool) -> Packed {
        let weights = Weights {
            values: &self.weight,
            outputs: self.outputs,
            inputs: self.inputs,
            gated,
        };
        Packed::with(weights, Some(&self.bias), self.precision, self.choice)
    }

    pub(super) fn apply(&self, x: &[f32], epilogue: Epilogue) -> Vec<f32> {
        let gated = matches!(epilogue, Epilogue::Gate(_));
        let mut operand = Operand::with(self.precision, self.choice);
        operand.set(x, self.inputs);
        let mut out = vec![0.5; operand.rows() * self.outputs / if gated { 2 } else { 1 }];
        self.packed(gated).apply(&operand, epilogue, &mut out);
        out
    }
}

/// Calls `check` with every kernel of every precision that this CPU has.
pub(super) fn each(outputs: usize, inputs: usize, mut check: impl FnMut(&Case)) {
    for precision in PRECISIONS {
        let mut seen = Vec::new();
        for isa in Isa::available() {
            for choice in Choice::within(precision, isa) {
                if seen.contains(&choice) {
                    continue;
                }
                seen.push(choice);
                check(&Case {
                    weight: noise(1, outputs * inputs),
                    bias: noise(2, outputs),
                    outputs,
                    inputs,
                    precision,
                    choice,
                });
            }
        }
    }
}

pub(super) fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The product of integers that `Int8` promises, with the float operations that it promises.
fn exact_int8(case: &Case, x: &[f32]) -> Vec<f32> {
    let mut out = Vec::new();
    let (mut row, mut weights) = (vec![0_u8; case.inputs], vec![0_i8; case.inputs]);
    for x in x.chunks(case.inputs) {
        let scale = row_to_bytes(x, &mut row);
        for (weight, &bias) in case.weight.chunks(case.inputs).zip(&case.bias) {
            let column = weights_to_bytes(weight, &mut weights);
            let sum: i64 = row
                .iter()
                .zip(&weights)
                .map(|(&x, &w)| (i64::from(x) - i64::from(scale.zero)) * i64::from(w))
                .sum();
            out.push(sum as f32 * column * scale.scale + bias);
        }
    }
    out
}

#[test]
fn products_are_those_of_plain_loops() {
    for (rows, outputs, inputs) in SHAPES {
        let x = noise(3, rows * inputs);
        each(outputs, inputs, |case| {
            let got = case.apply(&x, Epilogue::Store);
            assert_eq!(got.len(), rows * outputs);
            if case.precision == Precision::Int8 {
                assert_eq!(
                    bits(&got),
                    bits(&exact_int8(case, &x)),
                    "{:?} of {rows}×{inputs}",
                    case.choice
                );
                return;
            }
            let round = |value: f32| {
                f64::from(if case.precision == Precision::Bf16 {
                    through_bf16(value)
                } else {
                    value
                })
            };
            for (index, &got) in got.iter().enumerate() {
                let (row, output) = (index / outputs, index % outputs);
                let products =
                    (0..inputs).map(|i| round(x[row * inputs + i]) * round(case.weight[output * inputs + i]));
                let want = products.sum::<f64>() + f64::from(case.bias[output]);
                assert!(
                    (f64::from(got) - want).abs() < 1e-4,
                    "{:?}: {got} for {want}",
                    case.choice
                );
            }
        });
    }
}

/// The largest sums there are, up to depths at which a float no longer holds them. The last output's sum is small again,
/// so that nothing that was lost on the way hides in the rounding of its result.
#[test]
fn int8_is_exact_however_deep() {
    for inputs in [511, 512, 513, 1152, 3072] {
        each(3, inputs, |case| {
            if case.precision != Precision::Int8 {
                return;
            }
            let negative = |output: usize, input: usize| output == 1 || output == 2 && input >= inputs / 2;
            let weight: Vec<f32> = (0..3 * inputs)
                .map(|i| if negative(i / inputs, i % inputs) { -1.0 } else { 1.0 })
                .collect();
            let case = Case {
                weight,
                bias: vec![0.0; 3],
                ..*case
            };
            // 255 everywhere, and with numbers between that leave an odd sum.
            let x: Vec<f32> = (0..2 * inputs)
                .map(|i| if i < inputs || i % 3 > 0 { 1.0 } else { 0.37 })
                .collect();
            assert_eq!(
                bits(&case.apply(&x, Epilogue::Store)),
                bits(&exact_int8(&case, &x)),
                "{:?} of {inputs}",
                case.choice
            );
        });
    }
}

#[test]
fn int8_is_close_to_the_product_of_the_numbers_it_stands_for() {
    let (rows, outputs, inputs) = (7, 40, 384);
    let x = noise(3, rows * inputs);
    each(outputs, inputs, |case| {
        if case.precision != Precision::Int8 {
            return;
        }
        let exact = Case {
            weight: case.weight.clone(),
            bias: case.bias.clone(),
            precision: Precision::F32,
            choice: Choice::new(Precision::F32, Isa::Portable),
            ..*case
        };
        for (got, want) in case
            .apply(&x, Epilogue::Store)
            .iter()
            .zip(exact.apply(&x, Epilogue::Store))
        {
            // A step is 2/255 on both sides, which puts a product off by 0.002 (root mean square), 384 by 0.037.
            assert!((got - want).abs() < 0.25, "{got} for {want}");
        }
    });
}

#[test]
fn epilogues_are_what_their_names_say() {
    for (rows, outputs, inputs) in [(5, 18, 21), (14, 96, 64), (3, 70, 10)] {
        let x = noise(5, rows * inputs);
        each(outputs, inputs, |case| {
            let plain = case.apply(&x, Epilogue::Store);
            let added: Vec<f32> = plain.iter().map(|value| 0.5 + value).collect();
            assert_eq!(bits(&case.apply(&x, Epilogue::Add)), bits(&added));
            let gelu: fn(f32) -> f32 = gelu_one;
            let functions = [
                (Activation::Gelu, gelu),
                (Activation::GeluTanh, gelu_tanh_one),
                (Activation::Relu, |value| value.max(0.0)),
            ];
            for (name, function) in functions {
                let activated: Vec<f32> = plain.iter().map(|&value| function(value)).collect();
                assert_eq!(
                    bits(&case.apply(&x, Epilogue::Activate(name))),
                    bits(&activated),
                    "{name:?}"
                );
                let gated: Vec<f32> = plain
                    .chunks(outputs)
                    .flat_map(|row| {
                        let (input, gate) = row.split_at(outputs / 2);
                        input
                            .iter()
                            .zip(gate)
                            .map(|(&input, gate)| function(input) * gate)
                            .collect::<Vec<_>>()
                    })
                    .collect();
                assert_eq!(
                    bits(&case.apply(&x, Epilogue::Gate(name))),
                    bits(&gated),
                    "{name:?} {:?}",
                    case.choice
                );
            }
        });
    }
}

#[test]
fn a_layer_without_bias_adds_none() {
    for isa in Isa::available() {
        for precision in PRECISIONS {
            let mut operand = Operand::new(precision, isa);
            operand.set(&[1.0, 0.0, 0.0, 1.0], 2);
            let layer = Packed::new(&[1.0, 0.0, 0.0, -1.0, 1.0, 1.0], 3, 2, None, precision, isa);
            let mut out = [9.0; 6];
            layer.apply(&operand, Epilogue::Store, &mut out);
            for (got, want) in out.into_iter().zip([1.0, 0.0, 1.0, 0.0, -1.0, 1.0]) {
                assert!((got - want).abs() < 1e-6, "{isa:?} {precision:?}: {got} for {want}");
            }
            assert!(layer.bytes() >= 6 && Packed::gated(&[1.0; 4], 2, 2, None, precision, isa).bytes() >= 4);
        }
    }
}
