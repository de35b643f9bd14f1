//! Attention against its formula in f64, on every instruction set this CPU has, and what it promises beside: windows,
//! large scores, NaN that stays where it is, the same bits from used memory.

use super::*;
use crate::kernel::testing::noise;

/// Cosines and sines of some angles.
fn angles(count: usize) -> (Vec<f32>, Vec<f32>) {
    let (sin, cos) = (0..count).map(|i| (i as f32 * 0.37).sin_cos()).unzip();
    (cos, sin)
}

/// Attention written out as its formula, in f64, and beside each value how far rounding of the operands to bf16 can move
/// it: `max |v| (e^(2 d) - 1 + 2^-8)`, where `d` bounds the change of a score (2^-8 of the products' absolute values)
/// and the weights and values are rounded by 2^-9 each.
fn formula(qkv: &[f32], layout: &Layout<'_>) -> Vec<(f64, f64)> {
    let (dim, hidden) = (layout.head_dim, layout.heads * layout.head_dim);
    let length = qkv.len() / (3 * hidden);
    let at = |part: usize, i: usize, head: usize, d: usize| {
        let x = |d: usize| f64::from(qkv[i * 3 * hidden + part * hidden + head * dim + d]);
        let (Some((cos, sin)), 0..=1) = (layout.angles, part) else {
            return x(d);
        };
        let angle = i * dim / 2 + d % (dim / 2);
        let (cos, sin) = (f64::from(cos[angle]), f64::from(sin[angle]));
        if d < dim / 2 {
            x(d) * cos - x(d + dim / 2) * sin
        } else {
            x(d) * cos + x(d - dim / 2) * sin
        }
    };
    let mut out = vec![(0.0, 0.0); length * hidden];
    for head in 0..layout.heads {
        let rows = |part: usize| -> Vec<Vec<f64>> {
            let row = |i| (0..dim).map(|d| at(part, i, head, d)).collect();
            (0..length).map(row).collect()
        };
        let (queries, keys, values) = (rows(0), rows(1), rows(2));
        for i in 0..length {
            let near: Vec<usize> = visible(i, i + 1, length, layout.reach).collect();
            let products = |j: &usize| {
                let products = queries[i]
                    .iter()
                    .zip(&keys[*j])
                    .map(|(q, k)| q * k / (dim as f64).sqrt());
                products.fold((0.0, 0.0), |(sum, size), x: f64| (sum + x, size + x.abs()))
            };
            let scores: Vec<(f64, f64)> = near.iter().map(products).collect();
            let top = scores.iter().fold(f64::MIN, |top, score| top.max(score.0));
            let moved = scores.iter().fold(0.0_f64, |most, score| most.max(score.1)) / 256.0;
            let weights: Vec<f64> = scores.iter().map(|score| (score.0 - top).exp()).collect();
            let total: f64 = weights.iter().sum();
            for d in 0..dim {
                let sum: f64 = near
                    .iter()
                    .zip(&weights)
                    .map(|(&j, weight)| weight / total * values[j][d])
                    .sum();
                let most = near.iter().fold(0.0_f64, |most, &j| most.max(values[j][d].abs()));
                out[i * hidden + head * dim + d] = (sum, most * ((2.0 * moved).exp_m1() + 1.0 / 256.0));
            }
        }
    }
    out
}

fn run(qkv: &[f32], layout: &Layout<'_>, precision: Precision, isa: Isa, scratch: &mut Scratch) -> Vec<f32> {
    let mut out = vec![f32::NAN; qkv.len() / 3];
    attend(qkv, layout, precision, isa, scratch, &mut out);
    out
}

fn check(length: usize, layout: &Layout<'_>) {
    let qkv: Vec<f32> = noise(length as u64, length * 3 * layout.heads * layout.head_dim)
        .iter()
        .map(|x| x * 2.0)
        .collect();
    let want = formula(&qkv, layout);
    for isa in Isa::available() {
        for precision in [Precision::F32, Precision::Bf16] {
            let got = run(&qkv, layout, precision, isa, &mut Scratch::new());
            for (index, (&got, &(want, bound))) in got.iter().zip(&want).enumerate() {
                let allowed = 1e-5 + if precision == Precision::Bf16 { bound } else { 0.0 };
                assert!(
                    (f64::from(got) - want).abs() < allowed,
                    "{isa:?} {precision:?}, {length} tokens, head {}, reach {:?}, at {index}: {got} for {want}",
                    layout.head_dim,
                    layout.reach
                );
            }
        }
    }
}

#[test]
fn a_window_is_inclusive_on_both_sides() {
    assert_eq!(visible(10, 11, 100, Some(4)), 6..15);
    assert_eq!(visible(0, 64, 100, Some(4)), 0..68);
    assert_eq!(visible(64, 100, 100, Some(4)), 60..100);
    assert_eq!(visible(3, 4, 9, None), 0..9);
}

#[test]
fn equals_the_formula() {
    for (heads, head_dim) in [(2, 6), (1, 64), (2, 32), (1, 96), (1, 40)] {
        for length in [1, 2, 3, 12, 13, 15, 16, 17, 27, 33, 63, 64, 65, 130] {
            let (cos, sin) = angles(length * head_dim / 2);
            for reach in [None, Some(0), Some(3), Some(40), Some(1000)] {
                let angles = Some((cos.as_slice(), sin.as_slice()));
                check(
                    length,
                    &Layout {
                        heads,
                        head_dim,
                        reach,
                        angles,
                    },
                );
            }
        }
    }
}

#[test]
fn sizes_of_heads_without_positions() {
    for head_dim in [1, 2, 7, 16, 31, 48, 64, 100] {
        for length in [1, 14, 50] {
            check(
                length,
                &Layout {
                    heads: 3,
                    head_dim,
                    reach: None,
                    angles: None,
                },
            );
        }
    }
}

/// More keys than the scores that exist at once.
#[test]
fn long_sequences_equal_the_formula() {
    for length in [511, 512, 513, 700, 1100] {
        for reach in [None, Some(64), Some(300), Some(600)] {
            check(
                length,
                &Layout {
                    heads: 1,
                    head_dim: 8,
                    reach,
                    angles: None,
                },
            );
        }
    }
}

#[test]
fn large_scores_stay_finite() {
    // Scores of up to 1e4 in size, rising, falling and alternating along the keys; the largest takes all the weight.
    let (head_dim, length) = (4, 600);
    for sign in [|_| 1.0, |_| -1.0, |j| if j % 2 == 0 { 1.0 } else { -1.0 }] as [fn(usize) -> f32; 3] {
        let mut qkv = vec![0.0_f32; length * 3 * head_dim];
        for (j, row) in qkv.chunks_exact_mut(3 * head_dim).enumerate() {
            row[0] = 100.0;
            row[head_dim] = sign(j) * (j + 1) as f32 / 3.0;
            row[2 * head_dim] = j as f32;
        }
        let key = |j: &usize| sign(*j) * (j + 1) as f32;
        for reach in [None, Some(0), Some(50)] {
            let layout = Layout {
                heads: 1,
                head_dim,
                reach,
                angles: None,
            };
            for isa in Isa::available() {
                let got = run(&qkv, &layout, Precision::F32, isa, &mut Scratch::new());
                for i in 0..length {
                    let seen = visible(i, i + 1, length, reach);
                    let best = seen.max_by(|a, b| key(a).total_cmp(&key(b))).expect("sees itself");
                    let got = got[i * head_dim];
                    assert!(
                        (got - best as f32).abs() < 1e-3,
                        "{isa:?} {reach:?} {i}: {got} for {best}"
                    );
                }
                let got = run(&qkv, &layout, Precision::Bf16, isa, &mut Scratch::new());
                assert!(got.iter().all(|x| x.is_finite()));
            }
        }
    }
}

/// Also what a longer sequence full of NaN leaves in the memory.
#[test]
fn used_memory_changes_no_bit() {
    let (cos, sin) = angles(600 * 32);
    for isa in Isa::available() {
        for precision in [Precision::F32, Precision::Bf16] {
            let mut scratch = Scratch::new();
            for reach in [None, Some(5)] {
                let layout = Layout {
                    heads: 2,
                    head_dim: 40,
                    reach,
                    angles: Some((&cos, &sin)),
                };
                for length in [1, 2, 7, 16, 27, 61] {
                    let qkv = noise(3, length * 3 * 80);
                    let clean = run(&qkv, &layout, precision, isa, &mut Scratch::new());
                    let poison = run(&[f32::NAN; 540 * 3 * 80], &layout, precision, isa, &mut scratch);
                    assert!(poison.iter().all(|x| x.is_nan()), "NaN was lost");
                    let used = run(&qkv, &layout, precision, isa, &mut scratch);
                    let same = clean.iter().zip(&used).all(|(a, b)| a.to_bits() == b.to_bits());
                    assert!(
                        same && clean.iter().all(|x| x.is_finite()),
                        "{isa:?} {precision:?} {length}"
                    );
                }
            }
        }
    }
}

/// What a local layer cannot see changes nothing.
#[test]
fn a_token_out_of_reach_changes_no_bit() {
    let (length, reach, head_dim) = (200, 20, 32);
    let layout = Layout {
        heads: 1,
        head_dim,
        reach: Some(reach),
        angles: None,
    };
    for isa in Isa::available() {
        for precision in [Precision::F32, Precision::Bf16] {
            let mut qkv = noise(5, length * 3 * head_dim);
            let before = run(&qkv, &layout, precision, isa, &mut Scratch::new());
            let token = 90;
            qkv[(token * 3 + 1) * head_dim..(token + 1) * 3 * head_dim].fill(1e30);
            let after = run(&qkv, &layout, precision, isa, &mut Scratch::new());
            for i in 0..length {
                let rows = i * head_dim..(i + 1) * head_dim;
                let same = before[rows.clone()] == after[rows];
                assert_eq!(same, i.abs_diff(token) > reach, "{isa:?} {precision:?}: token {i}");
            }
        }
    }
}

/// The fused kernel and the one over whole rows are written in two ways.
#[test]
fn agrees_with_the_plain_one() {
    let (cos, sin) = angles(150 * 32);
    let layout = Layout {
        heads: 3,
        head_dim: 64,
        reach: Some(30),
        angles: Some((&cos, &sin)),
    };
    let qkv = noise(8, 150 * 3 * 192);
    let mut want = vec![0.0; qkv.len() / 3];
    plain::attend(&qkv, &layout, &mut want);
    for isa in Isa::available() {
        let got = run(&qkv, &layout, Precision::F32, isa, &mut Scratch::new());
        assert!(got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 2e-6), "{isa:?}");
    }
}
