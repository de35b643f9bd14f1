//! Which device a model runs on. A GPU that was asked for by name and cannot be had is an error, never a silent change
//! to the CPU.

use std::fmt;
use std::str::FromStr;

use candle_core::Device;
use clap::ValueEnum;

use super::error::{Error, Result};

/// The devices that can be asked for. A help text for each stands in `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DeviceChoice {
    /// A GPU where stellig was built for one and one is there, else the CPU
    #[default]
    Auto,
    /// The CPU
    Cpu,
    /// The first NVIDIA GPU
    #[value(alias = "gpu")]
    Cuda,
}

impl FromStr for DeviceChoice {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda),
            other => Err(Error::Device(format!(
                "no device \"{other}\" (there are auto, cpu and cuda)"
            ))),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        })
    }
}

/// Opens a device.
///
/// # Errors
/// If `cuda` was asked for and stellig was built without it, no driver is there, or the GPU does not start.
pub fn device(choice: DeviceChoice) -> Result<Device> {
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Cuda => cuda(),
        DeviceChoice::Auto if cfg!(feature = "cuda") && driver_present() => cuda(),
        DeviceChoice::Auto => Ok(Device::Cpu),
    }
}

fn cuda() -> Result<Device> {
    if !cfg!(feature = "cuda") {
        let how = "build it with `cargo build --release --features cuda`";
        return Err(Error::Device(format!(
            "this stellig was built without CUDA; {how}, or use --device cpu"
        )));
    }
    if !driver_present() {
        let what = "no NVIDIA driver found (libcuda.so.1 is in no library folder)";
        return Err(Error::Device(format!("{what}; install one, or use --device cpu")));
    }
    // candle panics where a CUDA library is missing, which would take the whole program down.
    match std::panic::catch_unwind(|| Device::new_cuda(0)) {
        Ok(Ok(device)) => Ok(device),
        Ok(Err(error)) => Err(Error::Device(format!("the GPU does not start: {error}"))),
        Err(_) => Err(Error::Device(
            "a CUDA library is missing; add its folder to LD_LIBRARY_PATH".to_owned(),
        )),
    }
}

/// Whether the dynamic linker would find the driver's library.
fn driver_present() -> bool {
    const NAME: &str = "libcuda.so.1";
    let listed = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let usual = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
        "/usr/lib/wsl/lib",
    ];
    let in_folder = std::env::split_paths(&listed)
        .chain(usual.iter().map(Into::into))
        .any(|folder| folder.join(NAME).exists());
    // The linker's cache lists what stands in the folders of /etc/ld.so.conf.d.
    let in_cache =
        || std::fs::read("/etc/ld.so.cache").is_ok_and(|cache| cache.windows(NAME.len()).any(|w| w == NAME.as_bytes()));
    in_folder || in_cache()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for choice in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda] {
            assert_eq!(choice.to_string().parse::<DeviceChoice>().unwrap(), choice);
        }
        assert!(
            "gpu"
                .parse::<DeviceChoice>()
                .unwrap_err()
                .to_string()
                .contains("auto, cpu and cuda")
        );
    }

    #[test]
    fn the_cpu_is_always_there() {
        assert!(device(DeviceChoice::Cpu).unwrap().is_cpu());
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn cuda_is_never_silently_the_cpu() {
        let message = device(DeviceChoice::Cuda).unwrap_err().to_string();
        assert!(
            message.contains("--features cuda") && message.contains("--device cpu"),
            "{message}"
        );
        assert!(device(DeviceChoice::Auto).unwrap().is_cpu());
    }
}
