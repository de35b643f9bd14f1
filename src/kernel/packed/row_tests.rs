//! What a row's result hangs on: that row, and nothing that stands beside it or stood there before.

use super::tests::{bits, each};
use super::*;
use crate::kernel::elementwise::layer_norm;
use crate::kernel::testing::noise;

#[test]
fn a_row_does_not_depend_on_the_others() {
    for (rows, outputs, inputs) in [(29, 45, 37), (60, 66, 384), (700, 8, 200)] {
        let x = noise(4, rows * inputs);
        each(outputs, inputs, |case| {
            let all = case.apply(&x, Epilogue::Store);
            for row in [0, 1, rows / 2, rows - 1] {
                let alone = case.apply(&x[row * inputs..][..inputs], Epilogue::Store);
                assert_eq!(
                    bits(&all[row * outputs..][..outputs]),
                    bits(&alone),
                    "{:?} row {row}",
                    case.choice
                );
            }
            let some = case.apply(&x[inputs..8 * inputs], Epilogue::Store);
            assert_eq!(bits(&all[outputs..8 * outputs]), bits(&some), "{:?}", case.choice);
        });
    }
}

#[test]
fn what_is_odd_stays_in_its_row() {
    let (rows, outputs, inputs) = (13, 35, 40);
    let clean = noise(6, rows * inputs);
    each(outputs, inputs, |case| {
        let want = case.apply(&clean, Epilogue::Store);
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-40, -1e-45, 3e38] {
            let mut x = clean.clone();
            x[4 * inputs + 7] = odd;
            let got = case.apply(&x, Epilogue::Store);
            assert_eq!(
                bits(&got[..4 * outputs]),
                bits(&want[..4 * outputs]),
                "{odd} {:?}",
                case.choice
            );
            assert_eq!(
                bits(&got[5 * outputs..]),
                bits(&want[5 * outputs..]),
                "{odd} {:?}",
                case.choice
            );
            let row = &got[4 * outputs..5 * outputs];
            assert_eq!(
                row.iter().all(|value| value.is_finite()),
                odd.is_finite(),
                "{odd} {:?}",
                case.choice
            );
        }
    });
}

#[test]
fn an_operand_forgets_what_it_held() {
    each(30, 50, |case| {
        let x = noise(7, 9 * 50);
        let want = case.apply(&x, Epilogue::Store);
        let mut operand = Operand::with(case.precision, case.choice);
        operand.set(&[f32::NAN; 40 * 77], 77);
        assert_eq!(operand.rows(), 40);
        operand.set(&[f32::NAN; 3 * 51], 51);
        operand.set(&x, 50);
        let mut out = vec![0.0; 9 * 30];
        case.packed(false).apply(&operand, Epilogue::Store, &mut out);
        assert_eq!(bits(&out), bits(&want), "{:?}", case.choice);
    });
}

#[test]
fn normed_rows_are_layer_norm_and_then_the_same() {
    let (weight, bias) = (noise(8, 50), noise(9, 50));
    each(30, 50, |case| {
        for bias in [None, Some(&bias[..])] {
            let x = noise(10, 11 * 50);
            let want = case.apply(&layer_norm(&x, &weight, bias, 1e-5), Epilogue::Store);
            let mut operand = Operand::with(case.precision, case.choice);
            operand.set_normed(&x, &weight, bias, 1e-5);
            let mut out = vec![0.0; 11 * 30];
            case.packed(false).apply(&operand, Epilogue::Store, &mut out);
            assert_eq!(bits(&out), bits(&want), "{:?}", case.choice);
        }
    });
}
