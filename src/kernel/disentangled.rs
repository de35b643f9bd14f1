//! DeBERTa's attention over one sequence (He et al. 2021): to the product of query and key come the query's product with
//! the key of their distance, and the key's with the query of their distance. A token is multiplied with each distance
//! once, never a pair of tokens with their own.

use super::attention::scaled;
use super::elementwise::softmax;
use super::gemm::{Matrix, matmul};

/// Queries done at once, as in plain attention.
const BLOCK: usize = 64;

/// What attention needs to know of its layer.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// Number of heads.
    pub heads: usize,
    /// Size of a head.
    pub head_dim: usize,
    /// What the sum of products is multiplied by.
    pub scale: f32,
    /// Keys of the distances, `[heads, rows, head_dim]`, where queries look at them.
    pub keys: Option<&'a [f32]>,
    /// Queries of the distances, `[heads, rows, head_dim]`, where keys look at them.
    pub queries: Option<&'a [f32]>,
    /// The row of each distance: that of query `i` from key `j` is `places[i + length - 1 - j]`. Rows never fall as
    /// distances grow. `2 * length - 1` numbers; unread where neither `keys` nor `queries` are there.
    pub places: &'a [u32],
}

impl Layout<'_> {
    /// The rows that queries `start..end` meet, on all keys.
    fn rows(&self, start: usize, end: usize, length: usize) -> std::ops::Range<usize> {
        self.places[start] as usize..self.places[end + length - 2] as usize + 1
    }

    /// One head's part of a table.
    fn head<'t>(&self, table: &'t [f32], head: usize) -> &'t [f32] {
        let size = table.len() / self.heads;
        &table[head * size..][..size]
    }
}

/// Attends over one sequence: `qkv [length, 3 * heads * head_dim]` to `out [length, heads * head_dim]`.
pub fn attend(qkv: &[f32], layout: &Layout<'_>, out: &mut [f32]) {
    let Layout {
        heads, head_dim, scale, ..
    } = *layout;
    let hidden = heads * head_dim;
    let stride = 3 * hidden;
    let length = qkv.len() / stride;
    if length == 0 {
        return;
    }
    let mut query = vec![0.0; length * head_dim];
    let mut key = vec![0.0; length * head_dim];
    let mut scores = vec![0.0; BLOCK.min(length) * length];
    let (mut by_query, mut by_key) = (Products::default(), Products::default());
    for head in 0..heads {
        let first = head * head_dim;
        scaled(&mut query, &qkv[first..], stride, head_dim, scale);
        scaled(&mut key, &qkv[hidden + first..], stride, head_dim, 1.0);
        let value = Matrix::new(&qkv[2 * hidden + first..], length, head_dim, stride);
        if let Some(table) = layout.queries {
            by_key.fill(&key, layout.head(table, head), layout.rows(0, length, length), head_dim);
        }
        for start in (0..length).step_by(BLOCK) {
            let end = length.min(start + BLOCK);
            let scores = &mut scores[..(end - start) * length];
            let block = &query[start * head_dim..end * head_dim];
            let queries = Matrix::new(block, end - start, head_dim, head_dim);
            let keys = Matrix::new(&key, length, head_dim, head_dim);
            matmul(scores, length, queries, keys.transposed());
            if let Some(table) = layout.keys {
                by_query.fill(
                    block,
                    layout.head(table, head),
                    layout.rows(start, end, length),
                    head_dim,
                );
            }
            for (row, scores) in scores.chunks_exact_mut(length).enumerate() {
                if layout.keys.is_some() {
                    for (score, place) in scores.iter_mut().zip(places(layout, start + row, length)) {
                        *score += by_query.at(row, place);
                    }
                }
                if layout.queries.is_some() {
                    let pairs = scores.iter_mut().zip(places(layout, start + row, length));
                    for (j, (score, place)) in pairs.enumerate() {
                        *score += by_key.at(j, place) * scale;
                    }
                }
            }
            softmax(scores, length, |_| 0..length);
            let weights = Matrix::new(scores, end - start, length, length);
            matmul(&mut out[start * hidden + first..], hidden, weights, value);
        }
    }
}

/// The rows of query `i` on each key in turn; keys go up, so distances go down.
fn places<'l>(layout: &Layout<'l>, i: usize, length: usize) -> impl Iterator<Item = usize> + use<'l> {
    let near = &layout.places[i..i + length];
    near.iter().rev().map(|place| *place as usize)
}

/// Products of tokens with some rows of a table.
#[derive(Default)]
struct Products {
    values: Vec<f32>,
    first: usize,
    width: usize,
}

impl Products {
    /// Multiplies `tokens [tokens, head_dim]` with rows `rows` of `table [rows, head_dim]`.
    fn fill(&mut self, tokens: &[f32], table: &[f32], rows: std::ops::Range<usize>, head_dim: usize) {
        let count = tokens.len() / head_dim;
        (self.first, self.width) = (rows.start, rows.len());
        self.values.resize(count * self.width, 0.0);
        let tokens = Matrix::new(tokens, count, head_dim, head_dim);
        let table = Matrix::new(&table[rows.start * head_dim..], rows.len(), head_dim, head_dim);
        matmul(&mut self.values, self.width, tokens, table.transposed());
    }

    /// The product of token `token` with row `row` of the table.
    fn at(&self, token: usize, row: usize) -> f32 {
        self.values[token * self.width + row - self.first]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: usize, len: usize) -> Vec<f32> {
        (0..len)
            .map(|i| ((i * i * 31 + i * 7 + seed * 13) as f32).sin())
            .collect()
    }

    /// Attention written out as its formula, in f64.
    fn naive(qkv: &[f32], layout: &Layout<'_>) -> Vec<f64> {
        let (dim, hidden) = (layout.head_dim, layout.heads * layout.head_dim);
        let length = qkv.len() / (3 * hidden);
        let token = |part: usize, i: usize, head: usize| &qkv[i * 3 * hidden + part * hidden + head * dim..][..dim];
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        let row = |table: &[f32], head: usize, place: usize| layout.head(table, head)[place * dim..][..dim].to_vec();
        let mut out = vec![0.0; length * hidden];
        for (head, i) in (0..layout.heads).flat_map(|head| (0..length).map(move |i| (head, i))) {
            let weight = |j: usize| {
                let (query, key) = (token(0, i, head), token(1, j, head));
                let place = || layout.places[i + length - 1 - j] as usize;
                let on_key = layout.keys.map_or(0.0, |table| dot(query, &row(table, head, place())));
                let on_query = layout.queries.map_or(0.0, |table| dot(key, &row(table, head, place())));
                ((dot(query, key) + on_key + on_query) * f64::from(layout.scale)).exp()
            };
            let total: f64 = (0..length).map(weight).sum();
            for (j, d) in (0..length).flat_map(|j| (0..dim).map(move |d| (j, d))) {
                out[i * hidden + head * dim + d] += weight(j) / total * f64::from(token(2, j, head)[d]);
            }
        }
        out
    }

    #[test]
    fn equals_the_formula() {
        let (heads, head_dim, span) = (2, 6, 20);
        let (keys, queries) = (
            noise(1, heads * 2 * span * head_dim),
            noise(2, heads * 2 * span * head_dim),
        );
        for length in [1, 2, 19, 20, 21, 63, 64, 65, 130] {
            let distance = |step: usize| (step + span).saturating_sub(length - 1).min(2 * span - 1) as u32;
            let places: Vec<u32> = (0..2 * length - 1).map(distance).collect();
            let qkv = noise(3, length * 3 * heads * head_dim);
            for (keys, queries) in [
                (None, None),
                (Some(&keys), None),
                (None, Some(&queries)),
                (Some(&keys), Some(&queries)),
            ] {
                let layout = Layout {
                    heads,
                    head_dim,
                    scale: 0.31,
                    keys: keys.map(Vec::as_slice),
                    queries: queries.map(Vec::as_slice),
                    places: if keys.is_none() && queries.is_none() {
                        &[]
                    } else {
                        &places
                    },
                };
                let mut got = vec![f32::NAN; length * heads * head_dim];
                attend(&qkv, &layout, &mut got);
                for (got, want) in got.iter().zip(naive(&qkv, &layout)) {
                    assert!((f64::from(*got) - want).abs() < 1e-5, "{length}: {got} for {want}");
                }
            }
        }
    }
}
