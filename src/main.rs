//! The `stellig` program: parse, run, exit code. The model that ships lives here and not in the library, so that test
//! programs do not each carry it.

use std::process::ExitCode;

use stellig::cli;
use stellig::loader::Embedded;

// musl's own allocator takes one lock for all threads; the static program would be a fifth slower with it.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "embedded-model")]
const EMBEDDED: Option<Embedded> = Some(Embedded {
    config: include_bytes!("../models/news-small/config.json"),
    tokenizer: include_bytes!("../models/news-small/tokenizer.json"),
    card: include_str!("../models/news-small/README.md"),
    weights: include_bytes!("../models/news-small/model.safetensors"),
});

#[cfg(not(feature = "embedded-model"))]
const EMBEDDED: Option<Embedded> = None;

fn main() -> ExitCode {
    cli::main(EMBEDDED)
}
