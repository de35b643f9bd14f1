//! From f32 to the numbers that kernels multiply: bf16, and 8 bits with a scale. All of it is plain arithmetic that the
//! compiler vectorises and that gives the same bits on every CPU.

/// What the 8-bit numbers of a row stand for: `scale * (number - zero)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub scale: f32,
    pub zero: i32,
}

impl Scale {
    /// Of numbers that stand for themselves.
    pub(super) const ONE: Self = Self { scale: 1.0, zero: 0 };
}

/// The nearest bf16, ties to even, as its bits; what is not a number stays so.
#[inline(always)]
pub(super) fn to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1));
    let quiet = bits | 0x0040_0000;
    ((if value.is_nan() { quiet } else { rounded }) >> 16) as u16
}

/// The nearest bf16 as an f32.
#[inline(always)]
pub(super) fn through_bf16(value: f32) -> f32 {
    f32::from_bits(u32::from(to_bf16(value)) << 16)
}

/// The nearest whole number, ties to even, of a value below 2^22 in size; any number of others.
#[inline(always)]
fn nearest(value: f32) -> i32 {
    /// Adding it rounds to a whole number and leaves that number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    ((value + ROUND).to_bits().wrapping_sub(ROUND.to_bits())).cast_signed()
}

/// Rows, 8 bits without sign. The range is that of the row itself, widened to hold 0, in 255 steps: what comes out of an
/// activation reaches far on one side only, where a range that is symmetric around 0 would leave half of the steps
/// unused; elsewhere both are as fine. The zero costs one product with the sum of a column's weights.
///
/// A row that holds an infinity or what is not a number has a scale that is none, and so have its results.
#[inline(always)]
pub(super) fn row_to_bytes<T: From<u8>>(row: &[f32], out: &mut [T]) -> Scale {
    let (least, most, finite) = range(row);
    // Each for itself, since the difference could overflow.
    let scale = most / 255.0 - least / 255.0;
    // Below the normal numbers a scale has no inverse; such a row is 0 to any weight there is.
    let inverse = if finite && scale >= f32::MIN_POSITIVE {
        1.0 / scale
    } else {
        0.0
    };
    let zero = nearest(-least * inverse);
    let shift = zero as f32;
    for (out, &value) in out.iter_mut().zip(row) {
        let value = if finite { value } else { 0.0 };
        *out = T::from(nearest(value * inverse + shift).clamp(0, 255) as u8);
    }
    match (finite, inverse > 0.0) {
        (false, _) => Scale {
            scale: f32::NAN,
            zero: 0,
        },
        (true, false) => Scale { scale: 0.0, zero: 0 },
        (true, true) => Scale { scale, zero },
    }
}

/// The least value or 0, the greatest or 0, and whether all are finite.
///
/// Floats of one sign are ordered as their bits are, and what is not finite lies behind the rest on both sides, so that
/// two maxima of integers tell all three. (A maximum of floats has to look for what is not a number.)
#[inline(always)]
fn range(row: &[f32]) -> (f32, f32, bool) {
    const SIGN: u32 = 1 << 31;
    let (mut least, mut most) = (SIGN, 0_i32);
    for value in row {
        least = least.max(value.to_bits());
        most = most.max(value.to_bits().cast_signed());
    }
    let most = most.cast_unsigned();
    let finite = (least ^ SIGN).max(most) < f32::INFINITY.to_bits();
    (f32::from_bits(least), f32::from_bits(most), finite)
}

/// The weights of one output, 8 bits with sign, symmetric around 0: `scale = max |w| / 127`. Gives the scale, which is
/// none where a weight is not finite.
pub(super) fn weights_to_bytes<T: Copy + From<i8>>(weights: &[f32], out: &mut [T]) -> f32 {
    let (least, most, finite) = range(weights);
    let scale = most.max(-least) / 127.0;
    if !finite || scale == 0.0 {
        out.fill(T::from(0));
        return if finite { 0.0 } else { f32::NAN };
    }
    for (out, weight) in out.iter_mut().zip(weights) {
        *out = T::from(nearest(weight / scale).clamp(-127, 127) as i8);
    }
    scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bf16_is_the_nearest() {
        for bits in (0..=u32::MAX).step_by(9973) {
            let value = f32::from_bits(bits);
            let got = through_bf16(value);
            assert_eq!(value.is_nan(), got.is_nan());
            let below = f32::from_bits(bits & 0xffff_0000);
            let above = f32::from_bits((bits & 0xffff_0000).wrapping_add(0x0001_0000));
            if value.is_finite() && above.is_finite() {
                let [value, got, below, above] = [value, got, below, above].map(f64::from);
                assert!(got == below || got == above, "{value}");
                assert!(
                    (value - got).abs() <= (value - below).abs().min((value - above).abs()),
                    "{value}"
                );
            }
        }
        // Halfway between two: the even one.
        assert_eq!(to_bf16(f32::from_bits(0x3f80_8000)), 0x3f80);
        assert_eq!(to_bf16(f32::from_bits(0x3f81_8000)), 0x3f82);
        assert_eq!(to_bf16(f32::INFINITY), 0x7f80);
    }

    fn back(row: &[f32]) -> (Vec<u8>, Vec<f32>, Scale) {
        let mut out = vec![0_u8; row.len()];
        let scale = row_to_bytes(row, &mut out);
        let values = out
            .iter()
            .map(|&number| (i32::from(number) - scale.zero) as f32 * scale.scale)
            .collect();
        (out, values, scale)
    }

    #[test]
    fn a_row_comes_back_within_half_a_step() {
        for (low, high) in [
            (-1.0, 1.0),
            (-0.17, 30.0),
            (2.0, 3.0),
            (-9.0, -8.5),
            (-1e38, 2e38),
            (0.0, 1e-30),
        ] {
            let row: Vec<f32> = (0..77).map(|i| low + (high / 76.0 - low / 76.0) * i as f32).collect();
            let (_, values, scale) = back(&row);
            for (value, back) in row.iter().zip(values) {
                // Half a step of the value, and as much for the zero, which is rounded too.
                assert!(
                    (value - back).abs() <= scale.scale * 1.001,
                    "{value} came back as {back}"
                );
            }
        }
    }

    #[test]
    fn zero_stays_zero_and_an_odd_row_says_so() {
        let (_, values, _) = back(&[0.0, -0.3, 0.0, 0.7]);
        assert_eq!((values[0], values[2]), (0.0, 0.0));
        let (numbers, _, scale) = back(&[0.0; 5]);
        assert_eq!((numbers, scale.scale), (vec![0; 5], 0.0));
        assert_eq!(back(&[1e-40, -1e-40]).2.scale, 0.0);
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(back(&[1.0, odd, 2.0]).2.scale.is_nan());
        }
    }

    #[test]
    fn weights_are_rounded_to_127_steps_on_each_side() {
        let mut out = [0_i8; 5];
        let scale = weights_to_bytes(&[-2.0, 0.0, 1.0, 4.2 / 127.0, 2.0], &mut out);
        assert_eq!((scale, out), (2.0 / 127.0, [-127, 0, 64, 2, 127]));
        assert_eq!(weights_to_bytes(&[0.0; 5], &mut out), 0.0);
        assert_eq!(out, [0; 5]);
        assert!(weights_to_bytes(&[f32::NAN, 1.0], &mut out).is_nan());
    }
}
