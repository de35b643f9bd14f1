//! Loading the model of a setting.

use candle_core::Device;

use super::error::{Error, Result};
use super::setting::Setting;
use crate::loader::{DeviceChoice, Dtype, Model, ModelSource, device};

/// A model and the name of the number type that it runs in.
pub struct Ready {
    /// The model.
    pub model: Model,
    /// `f32`, `bf16` ...
    pub dtype: String,
    /// Why it runs on the CPU, where a GPU might have been expected.
    pub remark: Option<String>,
}

/// Loads the model of `setting` from `source`.
///
/// # Errors
/// If there is no such device, the device cannot run the number type, or the model cannot be loaded.
pub fn load(setting: &Setting, source: &ModelSource) -> Result<Ready> {
    let mut remark = None;
    let device = device(setting.device.parse::<DeviceChoice>()?, |why| {
        remark = Some(why.to_owned());
    })?;
    let dtype = number_type(&setting.dtype, source, &device)?;
    let model = Model::load(source, &device, dtype)?;
    Ok(Ready {
        dtype: model.dtype.as_str().to_owned(),
        model,
        remark,
    })
}

fn number_type(asked: &str, source: &ModelSource, device: &Device) -> Result<Dtype> {
    match (asked, Dtype::named(asked)) {
        ("auto", _) => Ok(Dtype::of(source, device)),
        (_, Some(dtype)) => Ok(dtype),
        (_, None) => Err(Error::Asked(format!(
            "--dtype {asked}: there are auto, f32, f16, bf16 and int8"
        ))),
    }
}
