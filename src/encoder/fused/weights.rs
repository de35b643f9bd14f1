//! Reading a checkpoint's parameters into the forms that the kernels take.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use crate::encoder::cpu::{values, with_values};
use crate::encoder::norm;
use crate::kernel::attention;
use crate::kernel::elementwise;
use crate::kernel::isa::Isa;
use crate::kernel::packed::{Operand, Packed, Precision};

/// How products are computed.
#[derive(Debug, Clone, Copy)]
pub struct Arithmetic {
    /// Their number type.
    pub precision: Precision,
    /// Their instructions.
    pub isa: Isa,
}

/// Which way the outputs of a linear layer are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they stand.
    Plain,
    /// Both halves interleaved, for a gate.
    Gated,
}

impl Arithmetic {
    /// Products in `precision` with the best instructions of this CPU.
    pub fn new(precision: Precision) -> Self {
        Self {
            precision,
            isa: Isa::best(),
        }
    }

    /// How attention multiplies: its products are too small a share to be worth 8 bits.
    pub fn attention(self) -> attention::Precision {
        match self.precision {
            Precision::F32 => attention::Precision::F32,
            Precision::Bf16 | Precision::Int8 => attention::Precision::Bf16,
        }
    }

    /// Loads `weight [outputs, inputs]` and, where `bias` is set, `bias [outputs]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn linear(
        self,
        inputs: usize,
        outputs: usize,
        bias: bool,
        packing: Packing,
        vb: &VarBuilder<'_>,
    ) -> Result<Packed> {
        let weight = vb.get((outputs, inputs), "weight")?;
        let bias = bias.then(|| values(&vb.get(outputs, "bias")?)).transpose()?;
        with_values(&weight, |weight| {
            self.pack(weight, outputs, inputs, bias.as_deref(), packing)
        })
    }

    /// Loads layers of `outputs` each as one, their outputs side by side: `[parts * outputs]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn joined(self, inputs: usize, outputs: usize, parts: &[VarBuilder<'_>]) -> Result<Packed> {
        let (mut weight, mut bias) = (Vec::with_capacity(parts.len() * outputs * inputs), Vec::new());
        for vb in parts {
            with_values(&vb.get((outputs, inputs), "weight")?, |part| {
                weight.extend_from_slice(part)
            })?;
            bias.extend(values(&vb.get(outputs, "bias")?)?);
        }
        Ok(self.pack(&weight, parts.len() * outputs, inputs, Some(&bias), Packing::Plain))
    }

    fn pack(self, weight: &[f32], outputs: usize, inputs: usize, bias: Option<&[f32]>, packing: Packing) -> Packed {
        let pack = match packing {
            Packing::Plain => Packed::new,
            Packing::Gated => Packed::gated,
        };
        pack(weight, outputs, inputs, bias, self.precision, self.isa)
    }
}

/// A layer norm's parameters.
#[derive(Debug, Clone)]
pub struct Norm {
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    epsilon: f32,
}

impl Norm {
    /// Loads `weight [width]` and, where `bias` is set, `bias [width]`.
    ///
    /// # Errors
    /// If a tensor is missing or has another shape.
    pub fn load(width: usize, bias: bool, epsilon: f64, vb: &VarBuilder<'_>) -> Result<Self> {
        let (weight, bias) = norm::parameters(width, bias, vb)?;
        Ok(Self {
            weight: values(&weight)?,
            bias: bias.as_ref().map(values).transpose()?,
            epsilon: epsilon as f32,
        })
    }

    /// Norms each row of `x` where it stands.
    pub fn apply(&self, x: &mut [f32]) {
        elementwise::layer_norm_in_place(x, &self.weight, self.bias.as_deref(), self.epsilon);
    }

    /// The normed rows of `x` as the next product reads them.
    pub fn read_into(&self, x: &[f32], operand: &mut Operand) {
        operand.set_normed(x, &self.weight, self.bias.as_deref(), self.epsilon);
    }
}

/// A table of embeddings, `[rows, width]`.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Tensor,
    width: usize,
}

impl Table {
    /// Loads `weight [rows, width]`.
    ///
    /// # Errors
    /// If the tensor is missing or has another shape.
    pub fn load(rows: usize, width: usize, vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            rows: vb.get((rows, width), "weight")?,
            width,
        })
    }

    /// Width of a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Writes the rows of `ids` one after another to `out [ids, width]`.
    ///
    /// # Errors
    /// If the table is not on the CPU.
    pub fn look_up(&self, ids: &[u32], out: &mut [f32]) -> Result<()> {
        with_values(&self.rows, |table| {
            for (out, id) in out.chunks_exact_mut(self.width).zip(ids) {
                out.copy_from_slice(&table[*id as usize * self.width..][..self.width]);
            }
        })
    }
}
