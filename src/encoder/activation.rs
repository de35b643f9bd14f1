//! The functions between the two linear layers of a feed-forward block, as operations on tensors. Their names are those
//! of Hugging Face's `hidden_act`.

use candle_core::{CpuStorage, CustomOp1, Layout, Shape, Tensor};

use super::Backend;
use super::cpu::input;
use super::error::Result;
use super::fields::{Fields, refuse};
pub use crate::kernel::activation::Activation;
use crate::kernel::elementwise;

impl Activation {
    /// The function that `field` names, the exact GELU where it is absent.
    ///
    /// # Errors
    /// If the name is not a string or not a function that this encoder has.
    pub(super) fn from_fields(fields: &Fields<'_>, field: &str) -> Result<Self> {
        match fields.or(field, "gelu".to_owned())?.as_str() {
            "gelu" => Ok(Self::Gelu),
            // One formula under three names; transformers writes them out in different ways.
            "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" => Ok(Self::GeluTanh),
            "relu" => Ok(Self::Relu),
            other => refuse(format!(
                "{} \"{other}\" is not supported (supported: gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu)",
                fields.path_of(field)
            )),
        }
    }

    /// The function of every value of `x [rows, width]`.
    ///
    /// # Errors
    /// If the device fails.
    pub(super) fn forward(self, x: &Tensor, backend: Backend) -> candle_core::Result<Tensor> {
        match (backend, self) {
            (Backend::Kernel(_), _) => x.apply_op1_no_bwd(&self),
            (Backend::Candle, Self::Gelu) => x.gelu_erf(),
            (Backend::Candle, Self::GeluTanh) => x.gelu(),
            (Backend::Candle, Self::Relu) => x.relu(),
        }
    }
}

/// The exact GELU of every value of `x [rows, width]`.
///
/// # Errors
/// If the device fails.
pub(crate) fn gelu(x: &Tensor, backend: Backend) -> candle_core::Result<Tensor> {
    Activation::Gelu.forward(x, backend)
}

impl CustomOp1 for Activation {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let mut values = input(storage, layout, width)?.to_vec();
        match self {
            Self::Gelu => elementwise::gelu(&mut values),
            Self::GeluTanh => elementwise::gelu_tanh(&mut values),
            Self::Relu => values
                .iter_mut()
                .for_each(|value| *value = elementwise::relu_one(*value)),
        }
        Ok((CpuStorage::F32(values), layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use serde_json::json;

    use super::*;
    use crate::kernel::packed::Precision;

    #[test]
    fn both_backends_agree() {
        let x: Vec<f32> = (-800..800).map(|step| step as f32 / 100.0).collect();
        let x = Tensor::from_vec(x, (16, 100), &Device::Cpu).unwrap();
        for name in ["gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "relu"] {
            let json = json!({ "hidden_act": name });
            let function = Activation::from_fields(&Fields::new(&json, ""), "hidden_act").unwrap();
            let [one, two] = [Backend::Kernel(Precision::F32), Backend::Candle]
                .map(|backend| function.forward(&x, backend).unwrap());
            let apart = (one - two).unwrap().abs().unwrap().max_all().unwrap();
            assert!(apart.to_scalar::<f32>().unwrap() < 2e-6, "{name}: {apart}");
        }
    }

    #[test]
    fn an_unknown_one_is_named() {
        let json = json!({ "activation": "silu" });
        let message = Activation::from_fields(&Fields::new(&json, ""), "activation").unwrap_err();
        assert!(message.to_string().contains("activation \"silu\""), "{message}");
    }
}
