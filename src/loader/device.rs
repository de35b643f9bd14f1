//! Which device a model runs on. A GPU that was asked for by name and cannot be had is an error, never a silent change
//! to the CPU. One that nobody asked for may be missing, but not without a word where its driver is there.

use std::any::Any;
use std::fmt;
use std::panic::{UnwindSafe, catch_unwind, set_hook, take_hook};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::thread;

use candle_core::{DType, Device, Tensor};
use clap::ValueEnum;

use super::error::{Error, Result, described};
use super::gpu::BUILT_FOR;

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
            "cuda" | "gpu" => Ok(Self::Cuda),
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

/// Opens a device. Where `auto` finds the driver of a GPU and the GPU cannot be used, it is the CPU, and `tell` hears why.
///
/// # Errors
/// If `cuda` was asked for and stellig was built without it, no driver is there, or the GPU does not start.
pub fn device(choice: DeviceChoice, tell: impl FnOnce(&str)) -> Result<Device> {
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Cuda => cuda(),
        DeviceChoice::Auto if cfg!(feature = "cuda") && driver_present() => Ok(or_cpu(cuda(), tell)),
        DeviceChoice::Auto => Ok(Device::Cpu),
    }
}

fn or_cpu(gpu: Result<Device>, tell: impl FnOnce(&str)) -> Device {
    gpu.unwrap_or_else(|error| {
        tell(&format!("running on the CPU: {error}"));
        Device::Cpu
    })
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
    // candle panics where a CUDA library, or a function of it, is missing, which would take the whole program down.
    let opened = quietly(|| {
        let device = Device::new_cuda(0).map_err(|error| idle_card(&described(&error)))?;
        first_kernel(&device).map_err(|error| foreign_card(&described(&error)))?;
        Ok(device)
    });
    match opened {
        Ok(device) => device.map_err(Error::Device),
        Err(panic) => Err(Error::Device(format!(
            "a CUDA library is missing or too old ({}); update the driver, add the library's folder to LD_LIBRARY_PATH, or use \
             --device cpu",
            first_sentence(&*panic)
        ))),
    }
}

/// Runs one kernel: only this tells whether the program was built for the card, and whether the driver is new enough.
fn first_kernel(device: &Device) -> candle_core::Result<()> {
    drop(Tensor::zeros(1, DType::F32, device)?.to_dtype(DType::F16)?);
    device.synchronize()
}

fn idle_card(fault: &str) -> String {
    format!("the GPU does not start ({fault}); look at it with nvidia-smi, or use --device cpu")
}

fn foreign_card(fault: &str) -> String {
    let built_for = BUILT_FOR.map_or("another card".to_owned(), |capability| {
        format!("compute capability {capability}")
    });
    format!(
        "the GPU does not run what this stellig was built with ({fault}): it was built for {built_for}, or the driver is older \
         than its CUDA; build it with the card's own in CUDA_COMPUTE_CAP, update the driver, or use --device cpu"
    )
}

/// Does `work`, which may panic, without the message that a panic leaves on standard error. The hook is the whole program's: one
/// thread at a time puts it aside, else two could put each other's back for good.
fn quietly<T>(work: impl FnOnce() -> T + UnwindSafe) -> thread::Result<T> {
    static ASIDE: Mutex<()> = Mutex::new(());
    let _alone = ASIDE.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = take_hook();
    set_hook(Box::new(|_| ()));
    let done = catch_unwind(work);
    set_hook(hook);
    done
}

/// What a panic said first.
fn first_sentence(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.and_then(|text| text.split(". ").next()).unwrap_or("unknown")
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

    /// Nothing may be told.
    fn silent(what: &str) {
        panic!("{what}");
    }

    #[test]
    fn names_round_trip() {
        for choice in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda] {
            assert_eq!(choice.to_string().parse::<DeviceChoice>().unwrap(), choice);
        }
        assert_eq!("gpu".parse::<DeviceChoice>().unwrap(), DeviceChoice::Cuda);
        assert!(
            "tpu"
                .parse::<DeviceChoice>()
                .unwrap_err()
                .to_string()
                .contains("auto, cpu and cuda")
        );
    }

    #[test]
    fn the_cpu_is_always_there() {
        assert!(device(DeviceChoice::Cpu, silent).unwrap().is_cpu());
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn cuda_is_never_silently_the_cpu() {
        let message = device(DeviceChoice::Cuda, silent).unwrap_err().to_string();
        assert!(
            message.contains("--features cuda") && message.contains("--device cpu"),
            "{message}"
        );
        assert!(device(DeviceChoice::Auto, silent).unwrap().is_cpu());
    }

    #[test]
    fn a_gpu_that_nobody_asked_for_may_be_missing_but_not_unsaid() {
        let mut told = Vec::new();
        let missing = Err(Error::Device("the GPU does not start".to_owned()));
        assert!(or_cpu(missing, |why| told.push(why.to_owned())).is_cpu());
        assert!(told.len() == 1 && told[0].contains("CPU") && told[0].contains("does not start"));
        assert!(or_cpu(Ok(Device::Cpu), silent).is_cpu());
    }

    #[test]
    fn what_panics_is_told_in_its_first_sentence() {
        let name = "cublas";
        let panic = quietly(|| -> usize { panic!("Unable to load \"{name}\". Ensure that it is there.") });
        assert_eq!(first_sentence(&*panic.unwrap_err()), "Unable to load \"cublas\"");
        assert_eq!(quietly(|| 1).unwrap(), 1);
    }

    #[test]
    fn a_program_for_another_card_says_what_to_do() {
        first_kernel(&Device::Cpu).unwrap();
        let message = foreign_card("CUDA_ERROR_NO_BINARY_FOR_GPU");
        for part in [
            "CUDA_ERROR_NO_BINARY_FOR_GPU",
            "CUDA_COMPUTE_CAP",
            "driver",
            "--device cpu",
        ] {
            assert!(message.contains(part), "{message}");
        }
    }
}
