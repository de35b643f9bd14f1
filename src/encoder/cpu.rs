//! The border between candle's tensors and the kernels' slices.

use candle_core::{CpuStorage, Layout, Storage, Tensor};

/// The values of an operation's input, as whole rows of `width`.
///
/// # Errors
/// If the input is not f32, not contiguous or not `[rows, width]`.
pub fn input<'s>(storage: &'s CpuStorage, layout: &Layout, width: usize) -> candle_core::Result<&'s [f32]> {
    let (_, found) = layout.shape().dims2()?;
    if found != width {
        candle_core::bail!("expected rows of {width} values, not {found}")
    }
    let Some((start, end)) = layout.contiguous_offsets() else {
        candle_core::bail!("expected a contiguous input")
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// What `read` makes of a tensor's values, row-major, without a copy.
///
/// # Errors
/// If the tensor is not f32, not contiguous or not on the CPU.
pub fn with_values<T>(tensor: &Tensor, read: impl FnOnce(&[f32]) -> T) -> candle_core::Result<T> {
    let (storage, layout) = tensor.storage_and_layout();
    let (Storage::Cpu(storage), Some((start, end))) = (&*storage, layout.contiguous_offsets()) else {
        candle_core::bail!("expected a contiguous tensor on the CPU")
    };
    Ok(read(&storage.as_slice::<f32>()?[start..end]))
}

/// A copy of a tensor's values, row-major.
///
/// # Errors
/// If the tensor is not f32.
pub fn values(tensor: &Tensor) -> candle_core::Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}
