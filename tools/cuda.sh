#!/usr/bin/env bash
# A program for NVIDIA GPUs of one kind, built on a machine that needs neither a GPU nor CUDA: the compiler comes out of PyPI's wheels.
#
#   tools/cuda.sh               -> dist/stellig-cuda (needs cargo, gcc, python3 with pip, unzip; 104 MB of download)
#   CUDA_COMPUTE_CAP=80 tools/cuda.sh                                for another card
#   CUDA_HOME=/usr/local/cuda CUDA_COMPUTE_CAP=80 tools/cuda.sh      with a CUDA toolkit that is there
#
# CUDA_COMPUTE_CAP says for which cards: 80 is A100, 86 RTX 30, 89 RTX 40 and L4, 90 H100 and H200 (unless told otherwise),
# 100 B200, 120 RTX 50. What is built for 75 (T4, RTX 20; no bf16), 80, 86 or 89 runs on newer cards too; from 90 on it runs on
# its own alone. The driver has to know the CUDA that it was built with.
#
# The program looks for the driver and CUDA's libraries (libcuda.so.1, libcublas.so.13, libcublasLt, libcurand.so.10;
# LD_LIBRARY_PATH). Without them, or on another card, it labels on the CPU and says why, and `--device cuda` is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
work="${CARGO_TARGET_DIR:-target}/cuda"
mkdir -p "$work"
work=$(cd "$work" && pwd)
export CUDA_COMPUTE_CAP="${CUDA_COMPUTE_CAP:-90}"

if [ -z "${CUDA_HOME:-}" ]; then
    export CUDA_HOME="$work/root/nvidia/cu13"
    if [ ! -x "$CUDA_HOME/bin/nvcc" ]; then
        # 13.0, since drivers load what an older compiler made, and not the other way round.
        python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work/wheels" nvidia-cuda-nvcc==13.0.88 \
            nvidia-cuda-crt==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-runtime==13.0.96 nvidia-cuda-cccl==13.0.85
        for wheel in "$work"/wheels/*.whl; do unzip -q -o "$wheel" -d "$work/root"; done
        chmod +x "$CUDA_HOME"/bin/* "$CUDA_HOME"/nvvm/bin/*
    fi
fi
export CUDA_PATH="$CUDA_HOME" CUDA_ROOT="$CUDA_HOME" CUDA_TOOLKIT_ROOT_DIR="$CUDA_HOME" NVCC="$CUDA_HOME/bin/nvcc" PATH="$CUDA_HOME/bin:$PATH"
# `-lcudart` finds the static library alone, so that the program itself needs no CUDA to start.
mkdir -p "$work/link"
static=$(find -L "$CUDA_HOME" -name libcudart_static.a -print -quit)
cp "${static:?no libcudart_static.a under $CUDA_HOME}" "$work/link/libcudart.a"
export LIBRARY_PATH="$work/link${LIBRARY_PATH:+:$LIBRARY_PATH}"

# candle links CUDA's libraries, and a program so built does not start where they are missing. A copy of cudarc that loads
# them when they are used, three changes away from the original:
version=$(sed -n '/^name = "cudarc"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
cargo fetch --locked --quiet
source=$(find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -maxdepth 2 -type d -name "cudarc-$version" -print -quit)
rm -rf "$work/cudarc"
cp -r "${source:?cudarc $version is not in the registry folder}" "$work/cudarc"
sed -i 's/^dynamic-linking = \[\]/dynamic-linking = ["dynamic-loading"]/' "$work/cudarc/Cargo.toml"
sed -i -e '/#\[cfg(all(feature = "dynamic-loading", feature = "dynamic-linking"))\]/,+1d' \
    -e '/#\[cfg(feature = "dynamic-linking")\]/{N;/dynamic_linking(major, minor)/d}' "$work/cudarc/build.rs"

cargo build --release --locked --features cuda --target-dir "$work/target" --config "paths=[\"$work/cudarc\"]" "$@"
mkdir -p dist
cp "$work/target/release/stellig" dist/stellig-cuda
ls -l dist/stellig-cuda | awk '{printf "%.1f MB  %s\n", $5 / 1e6, $9}'
