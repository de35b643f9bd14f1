//! Which row of the table stands for the distance of two tokens: near ones have each their own, far ones share buckets
//! that widen with the logarithm of the distance.

use candle_core::{Device, Tensor};

use super::config::Relative;

/// The rows of all distances that the longest sequence has.
#[derive(Debug, Clone)]
pub struct Distances {
    /// The row of distance `d`, query less key, is at `d + longest - 1`.
    places: Vec<u32>,
    longest: usize,
}

impl Distances {
    /// The rows for sequences of at most `longest` tokens.
    pub fn new(relative: &Relative, longest: usize) -> Self {
        let longest = longest.max(1);
        let last = longest as i64 - 1;
        let span = relative.span() as i64;
        let place = |distance: i64| {
            let bucket = match relative.position_buckets {
                Some(buckets) => bucket(distance, buckets, relative.max_relative_positions),
                None => distance,
            };
            (bucket + span).clamp(0, 2 * span - 1) as u32
        };
        Self {
            places: (-last..=last).map(place).collect(),
            longest,
        }
    }

    /// The rows for a sequence of `length` tokens, at least one: `2 * length - 1`, from the query farthest before its
    /// key to the one farthest behind.
    pub fn within(&self, length: usize) -> &[u32] {
        &self.places[self.longest - length..self.longest + length - 1]
    }

    /// The same as a matrix of queries and keys, `[length, length]`, counted from the first row that occurs.
    ///
    /// # Errors
    /// If the device fails.
    pub fn pairs(&self, length: usize, device: &Device) -> candle_core::Result<Tensor> {
        let near = self.within(length);
        let row = |query: usize| near[query..query + length].iter().rev();
        let values: Vec<u32> = (0..length).flat_map(row).map(|place| place - near[0]).collect();
        Tensor::from_vec(values, (length, length), device)
    }
}

/// The bucket of a distance. In f32 and in this order, as PyTorch computes it, so that no bucket's edge moves.
fn bucket(distance: i64, buckets: usize, max: usize) -> i64 {
    let mid = (buckets / 2) as i64;
    if distance.abs() <= mid {
        return distance;
    }
    let far = distance.abs() as f32 / mid as f32;
    let farthest = ((max - 1) as f64 / mid as f64) as f32;
    let steps = (far.ln() / farthest.ln() * (mid - 1) as f32).ceil() as i64;
    (steps + mid) * distance.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `make_log_bucket_position` of transformers for 256 buckets and 512 positions.
    #[test]
    fn buckets_are_those_of_transformers() {
        let known = [
            (0, 0),
            (1, 1),
            (127, 127),
            (128, 128),
            (129, 129),
            (130, 130),
            (131, 131),
            (132, 131),
            (150, 143),
            (200, 169),
            (255, 192),
            (256, 192),
            (257, 192),
            (300, 207),
            (400, 233),
            (500, 254),
            (510, 255),
            (511, 255),
            (512, 256),
            (600, 270),
        ];
        for (distance, want) in known {
            assert_eq!(bucket(distance, 256, 512), want, "{distance}");
            assert_eq!(bucket(-distance, 256, 512), -want, "-{distance}");
        }
    }

    #[test]
    fn a_shorter_sequence_sees_the_middle() {
        let relative = Relative {
            max_relative_positions: 3,
            position_buckets: None,
            share_att_key: false,
            norm_rel_ebd: false,
        };
        let distances = Distances::new(&relative, 6);
        assert_eq!(distances.within(6), [0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5]);
        assert_eq!(distances.within(2), [2, 3, 4]);
        assert_eq!(distances.within(1), [3]);
        let pairs = distances.pairs(3, &Device::Cpu).unwrap().to_vec2::<u32>().unwrap();
        assert_eq!(pairs, [[2, 1, 0], [3, 2, 1], [4, 3, 2]]);
    }
}
