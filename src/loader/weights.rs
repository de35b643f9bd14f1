//! Weights in one safetensors file or cut into several: each tensor is copied when it is asked for, and the pages that it
//! was read from are given back on the way, so that memory holds what is kept and next to nothing beside it.

use candle_core::safetensors::Load;
use candle_core::{DType, Device, Error, Result, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use sha2::{Digest, Sha256};

use super::weight_file::WeightFile;

/// Bytes that are read before they are given back.
const CHUNK: usize = 4 << 20;

/// The tensors of all files together.
struct Files<'a>(Vec<(SafeTensors<'a>, &'a WeightFile)>);

/// A builder over the tensors of `files`, which gives them as `dtype` on `device`.
///
/// # Errors
/// If a file is no safetensors file.
pub(super) fn builder<'a>(files: &'a [WeightFile], dtype: DType, device: &Device) -> super::Result<VarBuilder<'a>> {
    let read = |file: &'a WeightFile| match SafeTensors::deserialize(file.bytes()) {
        Ok(tensors) => Ok((tensors, file)),
        Err(error) => Err(file.broken(&error)),
    };
    let files = Files(files.iter().map(read).collect::<super::Result<_>>()?);
    Ok(VarBuilder::from_backend(Box::new(files), dtype, device.clone()))
}

/// First twelve hexadecimal digits of the SHA-256 of `files` one after another.
pub(super) fn revision(files: &[WeightFile]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        for chunk in file.bytes().chunks(CHUNK) {
            hash.update(chunk);
            file.release(chunk);
        }
    }
    hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Files<'_> {
    fn find(&self, name: &str) -> Option<(TensorView<'_>, &WeightFile)> {
        self.0
            .iter()
            .find_map(|(tensors, file)| Some((tensors.tensor(name).ok()?, *file)))
    }
}

impl SimpleBackend for Files<'_> {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        // Before anything is copied.
        if let Some((view, _)) = self.find(name)
            && view.shape() != shape.dims()
        {
            return Err(Error::UnexpectedShape {
                msg: format!("shape mismatch for {name}"),
                expected: shape,
                got: view.shape().into(),
            });
        }
        self.get_unchecked(name, dtype, device)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> Result<Tensor> {
        let Some((view, file)) = self.find(name) else {
            return Err(Error::CannotFindTensor { path: name.to_owned() });
        };
        if device.is_cpu()
            && dtype == DType::F32
            && let Some(values) = floats(&view, file)
        {
            return Tensor::from_vec(values, view.shape(), device);
        }
        let tensor = view.load(device)?;
        file.release(view.data());
        tensor.to_dtype(dtype)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

/// The values of a tensor as f32, which holds f16 and bf16 exactly, copied and given back chunk by chunk; none where it
/// is of another type.
fn floats(view: &TensorView<'_>, file: &WeightFile) -> Option<Vec<f32>> {
    let append: fn(&mut Vec<f32>, &[u8]) = match view.dtype() {
        Dtype::F32 => |out, bytes| out.extend(bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four))),
        Dtype::F16 => |out, bytes| {
            let halves: Vec<f16> = bytes.as_chunks().0.iter().map(|two| f16::from_le_bytes(*two)).collect();
            widen(out, &halves);
        },
        Dtype::BF16 => |out, bytes| {
            let halves: Vec<bf16> = bytes
                .as_chunks()
                .0
                .iter()
                .map(|two| bf16::from_le_bytes(*two))
                .collect();
            widen(out, &halves);
        },
        _ => return None,
    };
    let mut values = Vec::with_capacity(view.shape().iter().product());
    for chunk in view.data().chunks(CHUNK) {
        append(&mut values, chunk);
        file.release(chunk);
    }
    Some(values)
}

fn widen<H>(out: &mut Vec<f32>, halves: &[H])
where
    [H]: HalfFloatSliceExt,
{
    let start = out.len();
    out.resize(start + halves.len(), 0.0);
    halves.convert_to_f32_slice(&mut out[start..]);
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The same bits as candle's own way of loading, for every number type, in more than one chunk and at odd places.
    #[test]
    fn values_are_those_of_candle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        let count = CHUNK / 4 + 1001;
        let plain: Vec<f32> = (0..count as u32)
            .map(|i| f32::from_bits(i.wrapping_mul(2_654_435_761)))
            .collect();
        let plain = Tensor::from_vec(plain, (1, count), &Device::Cpu).unwrap();
        let mut tensors: HashMap<String, Tensor> = HashMap::new();
        for dtype in [DType::F32, DType::F16, DType::BF16, DType::F64] {
            tensors.insert(dtype.as_str().to_owned(), plain.to_dtype(dtype).unwrap());
        }
        tensors.insert("bytes".to_owned(), Tensor::new(&[1_u8, 2, 3], &Device::Cpu).unwrap());
        candle_core::safetensors::save(&tensors, &path).unwrap();
        let own = WeightFile::map(&path).unwrap();
        let files = [own];
        let vb = builder(&files, DType::F32, &Device::Cpu).unwrap();
        let bits = |tensor: &Tensor| -> Vec<u32> {
            let values: Vec<f32> = tensor.flatten_all().unwrap().to_vec1().unwrap();
            values.into_iter().map(f32::to_bits).collect()
        };
        for (name, tensor) in &tensors {
            let want = tensor.to_dtype(DType::F32).unwrap();
            let got = vb.get(tensor.shape(), name).unwrap();
            let other = |(a, b): (&u32, &u32)| {
                // What is no number may be made quiet by one of them.
                a != b && !(f32::from_bits(*a).is_nan() && f32::from_bits(*b).is_nan())
            };
            let (got, want) = (bits(&got), bits(&want));
            assert_eq!(got.len(), want.len(), "{name}");
            assert_eq!(got.iter().zip(&want).filter(|pair| other(*pair)).count(), 0, "{name}");
        }
        let message = vb.get((2, 2), "bytes").unwrap_err().to_string();
        assert!(message.contains("shape mismatch for bytes"), "{message}");
    }

    #[test]
    fn a_revision_is_the_hash_of_all_files() {
        let whole = Sha256::digest(b"abcdef");
        let digits: String = whole[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let files = [WeightFile::InProgram(b"abc"), WeightFile::InProgram(b"def")];
        assert_eq!(revision(&files), digits);
    }
}
