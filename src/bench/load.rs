//! Loading the model of a setting: the one place that knows which number types a device can run.

use candle_core::{DType, Device};

use super::error::{Error, Result};
use super::setting::Setting;
use crate::loader::{DeviceChoice, Model, ModelSource, device};

/// A model and the name of the number type that it runs in.
pub struct Ready {
    /// The model.
    pub model: Model,
    /// `f32`, `bf16` ...
    pub dtype: String,
}

/// Loads the model of `setting` from `source`.
///
/// # Errors
/// If there is no such device, the device cannot run the number type, or the model cannot be loaded.
pub fn load(setting: &Setting, source: &ModelSource) -> Result<Ready> {
    let device = device(setting.device.parse::<DeviceChoice>()?)?;
    let dtype = number_type(&setting.dtype, &device)?;
    let model = Model::load(source, &device, dtype)?;
    Ok(Ready {
        dtype: model.dtype.as_str().to_owned(),
        model,
    })
}

fn number_type(asked: &str, device: &Device) -> Result<DType> {
    match (asked, device.is_cpu()) {
        ("f32", _) | ("auto", true) => Ok(DType::F32),
        ("bf16" | "auto", false) => Ok(DType::BF16),
        ("f16", false) => Ok(DType::F16),
        ("bf16" | "f16" | "int8", true) => Err(Error::Asked(format!(
            "--dtype {asked}: on the CPU this version runs in f32"
        ))),
        ("int8", false) => Err(Error::Asked("--dtype int8: not on a GPU".to_owned())),
        _ => Err(Error::Asked(format!(
            "--dtype {asked}: there are auto, f32, f16, bf16 and int8"
        ))),
    }
}
