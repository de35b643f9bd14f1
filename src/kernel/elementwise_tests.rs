//! The elementwise functions against their formulas and values of PyTorch and Python.

use super::*;

#[test]
fn gelu_is_the_exact_one() {
    // math.erf of Python: x * 0.5 * (1 + erf(x / sqrt 2)).
    let exact = [
        (-6.0, -5.919526e-9),
        (-3.0, -0.004049694),
        (-1.0, -0.15865526),
        (-0.1, -0.046017215),
        (0.0, 0.0),
        (0.5, 0.34573123),
        (1.0, 0.841_344_8),
        (2.5, 2.4844758),
        (7.0, 7.0),
    ];
    for (x, want) in exact {
        let mut got = [x];
        gelu(&mut got);
        assert!((got[0] - want).abs() < 1e-6, "gelu({x}) = {} for {want}", got[0]);
    }
}

#[test]
fn gelu_tanh_is_its_formula() {
    for step in -1200..=1200 {
        let x = step as f32 / 100.0;
        let exact = f64::from(x);
        let root = (2.0 / std::f64::consts::PI).sqrt();
        let want = 0.5 * exact * (1.0 + (root * (exact + 0.044_715 * exact.powi(3))).tanh());
        let mut got = [x];
        gelu_tanh(&mut got);
        assert!(
            (f64::from(got[0]) - want).abs() < 1e-6,
            "gelu_tanh({x}) = {} for {want}",
            got[0]
        );
    }
    // torch.nn.functional.gelu(torch.tensor(1.0), approximate="tanh")
    let mut got = [1.0];
    gelu_tanh(&mut got);
    assert!((got[0] - 0.841_191_95).abs() < 1e-6);
}

#[test]
fn exp_is_close_over_its_range() {
    for step in 0..8700 {
        let x = -(step as f32) / 100.0;
        let want = f64::from(x).exp();
        assert!(
            (f64::from(exp(x)) / want - 1.0).abs() < 3e-7,
            "exp({x}) = {} for {want}",
            exp(x)
        );
    }
}

#[test]
fn softmax_sees_its_columns_only() {
    let mut rows = [1.0, 2.0, 3.0, 50.0, 4.0, 4.0, 4.0, 4.0];
    softmax(&mut rows, 4, |row| if row == 0 { 1..3 } else { 0..4 });
    assert_eq!((rows[0], rows[3]), (0.0, 0.0));
    assert!((rows[2] - 0.731_058_6).abs() < 1e-6);
    assert!(rows[4..].iter().all(|&value| value == 0.25));
}

#[test]
fn layer_norm_of_a_row() {
    let row: Vec<f32> = (0..20).map(|i| i as f32).collect();
    let out = layer_norm(&row, &[2.0; 20], Some(&[1.0; 20]), 0.0);
    // mean 9.5, standard deviation sqrt(33.25)
    assert!((out[0] - (1.0 - 2.0 * 9.5 / 33.25_f32.sqrt())).abs() < 1e-5);
    assert!((out.iter().sum::<f32>() - 20.0).abs() < 1e-4);
}

#[test]
fn what_is_not_a_number_stays_so() {
    assert!(exp(f32::NAN).is_nan() && relu_one(f32::NAN).is_nan());
    assert_eq!((relu_one(-1.0), relu_one(2.0)), (0.0, 2.0));
    for odd in [f32::NAN, f32::INFINITY] {
        let mut row = [1.0, odd, 2.0, 3.0];
        softmax(&mut row, 4, |_| 0..4);
        assert!(row.iter().any(|value| value.is_nan()), "{row:?}");
        let mut row = [odd; 20];
        gelu(&mut row[..1]);
        softmax(&mut row, 20, |_| 0..20);
        assert!(row[1..].iter().all(|value| value.is_nan()), "{row:?}");
    }
}
