//! Disentangled self-attention (He et al. 2021): content and distance of two tokens count apart. The keys and queries of
//! distances depend on weights alone and are made when the layer is loaded. The CPU kernel and candle's own operations
//! are twins held together by a test.

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, D, DType, Layout, Shape, Tensor};
use candle_nn::VarBuilder;

use super::Config;
use super::distance::Distances;
use crate::encoder::Backend;
use crate::encoder::cpu::{input, values};
use crate::encoder::linear::Linear;
use crate::kernel::disentangled;

/// The matrices of distances of the lengths in a batch; empty for the kernel, which reads [`Distances`] itself.
pub type Pairs = BTreeMap<usize, Tensor>;

/// Multi-head self-attention of a layer.
#[derive(Debug, Clone)]
pub struct Attention {
    /// Queries, keys and values side by side, `[hidden]` to `[3 * hidden]`.
    qkv: Linear,
    /// `[hidden]` to `[hidden]`.
    out: Linear,
    heads: usize,
    head_dim: usize,
    scale: f64,
    distances: Option<Arc<Distances>>,
    keys: Option<Table>,
    queries: Option<Table>,
    backend: Backend,
}

/// What a layer makes of the table of distances: `[heads, rows, head_dim]`.
#[derive(Debug, Clone)]
enum Table {
    Kernel(Vec<f32>),
    Candle(Tensor),
}

impl Table {
    /// The values, where the kernel has them.
    fn slice(&self) -> Option<&[f32]> {
        match self {
            Self::Kernel(values) => Some(values),
            Self::Candle(_) => None,
        }
    }
}

/// The table of distances, `[rows, hidden]`, and which row stands for which.
#[derive(Debug, Clone)]
pub struct Positions {
    /// The table, normed where the checkpoint says so.
    pub table: Tensor,
    /// The rows of distances.
    pub distances: Arc<Distances>,
    /// Whether the layer's own keys and queries are used for distances.
    pub shared: bool,
}

impl Attention {
    /// Loads `self.{query,key,value}_proj`, `self.pos_{key,query}_proj` where they are not shared, and `output.dense`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(
        config: &Config,
        positions: Option<&Positions>,
        backend: Backend,
        vb: &VarBuilder<'_>,
    ) -> candle_core::Result<Self> {
        let hidden = config.hidden_size;
        let (heads, head_dim) = (config.num_attention_heads, config.head_dim());
        let inner = vb.pp("self");
        let table = |wanted: bool, own: &str, shared: &str| {
            let Some(positions) = positions.filter(|_| wanted) else {
                return Ok(None);
            };
            let name = if positions.shared { shared } else { own };
            let linear = Linear::load(hidden, hidden, true, backend, &inner.pp(name))?;
            let table = linear.forward(&positions.table)?;
            let split = table.reshape(((), heads, head_dim))?.transpose(0, 1)?.contiguous()?;
            candle_core::Result::Ok(Some(match backend {
                Backend::Kernel(_) => Table::Kernel(values(&split)?),
                Backend::Candle => Table::Candle(split),
            }))
        };
        let parts = ["query_proj", "key_proj", "value_proj"].map(|part| inner.pp(part));
        Ok(Self {
            qkv: Linear::load_joined(hidden, hidden, true, backend, &parts)?,
            out: Linear::load(hidden, hidden, true, backend, &vb.pp("output.dense"))?,
            heads,
            head_dim,
            scale: config.scale(),
            distances: positions.map(|positions| Arc::clone(&positions.distances)),
            keys: table(config.content_to_position, "pos_key_proj", "key_proj")?,
            queries: table(config.position_to_content, "pos_query_proj", "query_proj")?,
            backend,
        })
    }

    /// `x` plus attention within each of its sequences, `[tokens, hidden]`; sequence `i` is rows
    /// `offsets[i]..offsets[i + 1]`.
    ///
    /// # Errors
    /// If the device fails.
    pub fn forward(&self, x: &Tensor, offsets: &[usize], pairs: &Pairs) -> candle_core::Result<Tensor> {
        let qkv = self.qkv.forward(x)?;
        let context = match self.backend {
            Backend::Kernel(_) => qkv.apply_op1_no_bwd(&Attend {
                attention: self,
                offsets,
            })?,
            Backend::Candle => {
                let filled = offsets.windows(2).filter(|pair| pair[0] < pair[1]);
                let parts: candle_core::Result<Vec<_>> = filled
                    .map(|pair| self.sequence(&qkv.narrow(0, pair[0], pair[1] - pair[0])?, pairs))
                    .collect();
                Tensor::cat(&parts?, 0)?
            }
        };
        self.out.forward_onto(&context, x)
    }

    /// One sequence with candle's operations: `[length, 3 * hidden]` to `[length, hidden]`.
    fn sequence(&self, qkv: &Tensor, pairs: &Pairs) -> candle_core::Result<Tensor> {
        let length = qkv.dim(0)?;
        let parts = qkv
            .reshape((length, 3, self.heads, self.head_dim))?
            .permute((1, 2, 0, 3))?;
        let part = |index| parts.narrow(0, index, 1)?.squeeze(0)?.contiguous();
        let (query, key, value) = (part(0)?, part(1)?, part(2)?);
        let mut scores = query.matmul(&key.t()?.contiguous()?)?;
        if let Some(distances) = &self.distances {
            let Some(pairs) = pairs.get(&length) else {
                candle_core::bail!("disentangled-attention: no distances for {length} tokens")
            };
            let near = distances.within(length);
            let (first, rows) = (near[0] as usize, (near[2 * length - 2] - near[0]) as usize + 1);
            let pick = |tokens: &Tensor, table: &Tensor, pairs: &Tensor| {
                let products = tokens.matmul(&table.narrow(1, first, rows)?.t()?.contiguous()?)?;
                let pairs = pairs.broadcast_as((self.heads, length, length))?.contiguous()?;
                products.gather(&pairs, D::Minus1)
            };
            if let Some(Table::Candle(table)) = &self.keys {
                scores = (scores + pick(&query, table, pairs)?)?;
            }
            if let Some(Table::Candle(table)) = &self.queries {
                // Here the keys are in rows, so the matrix is turned before and after.
                scores = (scores + pick(&key, table, &pairs.t()?)?.t()?)?;
            }
        }
        let weights = candle_nn::ops::softmax(&(scores.to_dtype(DType::F32)? * self.scale)?, D::Minus1)?;
        let context = weights.to_dtype(qkv.dtype())?.matmul(&value)?;
        context.transpose(0, 1)?.reshape((length, self.heads * self.head_dim))
    }
}

/// The kernel as one candle operation on `[tokens, 3 * hidden]`.
struct Attend<'a> {
    attention: &'a Attention,
    offsets: &'a [usize],
}

impl CustomOp1 for Attend<'_> {
    fn name(&self) -> &'static str {
        "disentangled-attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let attention = self.attention;
        let hidden = attention.heads * attention.head_dim;
        let qkv = input(storage, layout, 3 * hidden)?;
        let mut out = vec![0.0; qkv.len() / 3];
        for pair in self.offsets.windows(2).filter(|pair| pair[0] < pair[1]) {
            let rows = |width: usize| pair[0] * width..pair[1] * width;
            let distances = attention.distances.as_ref();
            let shape = disentangled::Layout {
                heads: attention.heads,
                head_dim: attention.head_dim,
                scale: attention.scale as f32,
                keys: attention.keys.as_ref().and_then(Table::slice),
                queries: attention.queries.as_ref().and_then(Table::slice),
                places: distances.map_or(&[], |distances| distances.within(pair[1] - pair[0])),
            };
            disentangled::attend(&qkv[rows(3 * hidden)], &shape, &mut out[rows(hidden)]);
        }
        Ok((CpuStorage::F32(out), (qkv.len() / (3 * hidden), hidden).into()))
    }
}
