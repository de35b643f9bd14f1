//! The `stellig` program: parse, run, exit code. The model that ships lives here and not in the library, so that test
//! programs do not each carry it.

use std::process::ExitCode;

use stellig::cli;
use stellig::loader::Embedded;

// musl's own allocator takes one lock for all threads; the static program would be a fifth slower with it.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The model in a folder below `models/`.
#[cfg(feature = "embedded-model")]
macro_rules! model {
    ($folder:literal) => {
        Embedded {
            config: include_bytes!(concat!("../models/", $folder, "/config.json")),
            tokenizer: include_bytes!(concat!("../models/", $folder, "/tokenizer.json")),
            card: include_str!(concat!("../models/", $folder, "/README.md")),
            weights: include_bytes!(concat!("../models/", $folder, "/model.safetensors")),
        }
    };
}

#[cfg(all(feature = "embedded-model", not(feature = "open-model")))]
const EMBEDDED: Option<Embedded> = Some(model!("news-small"));

#[cfg(feature = "open-model")]
const EMBEDDED: Option<Embedded> = Some(model!("news-small-open"));

#[cfg(not(feature = "embedded-model"))]
const EMBEDDED: Option<Embedded> = None;

fn main() -> ExitCode {
    cli::main(EMBEDDED)
}
