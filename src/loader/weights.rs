//! Weights in one safetensors file or cut into several, read where they lie: nothing is copied but the tensor asked for.

use candle_core::safetensors::{Load, SliceSafetensors};
use candle_core::{DType, Device, Error, Result, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};
use sha2::{Digest, Sha256};

/// The tensors of all files together.
struct Files<'a>(Vec<SliceSafetensors<'a>>);

/// A builder over the tensors of `files`, which gives them as `dtype` on `device`.
///
/// # Errors
/// If a file is no safetensors file.
pub(super) fn builder<'a>(files: &[&'a [u8]], dtype: DType, device: &Device) -> Result<VarBuilder<'a>> {
    let files = files
        .iter()
        .map(|bytes| SliceSafetensors::new(bytes))
        .collect::<Result<_>>()?;
    Ok(VarBuilder::from_backend(Box::new(Files(files)), dtype, device.clone()))
}

/// First twelve hexadecimal digits of the SHA-256 of `files` one after another.
pub(super) fn revision(files: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    files.iter().for_each(|bytes| hash.update(bytes));
    hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl SimpleBackend for Files<'_> {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let tensor = self.get_unchecked(name, dtype, device)?;
        if tensor.shape() != &shape {
            return Err(Error::UnexpectedShape {
                msg: format!("shape mismatch for {name}"),
                expected: shape,
                got: tensor.shape().clone(),
            });
        }
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> Result<Tensor> {
        match self.0.iter().find_map(|file| file.get(name).ok()) {
            Some(view) => view.load(device)?.to_dtype(dtype),
            None => Err(Error::CannotFindTensor { path: name.to_owned() }),
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.0.iter().any(|file| file.get(name).is_ok())
    }
}
