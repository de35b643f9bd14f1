#!/usr/bin/env bash
# One program that runs on any Linux of its processor: linked statically with musl, packed with licences, manual pages and
# completions, and a checksum beside it. Needs the Rust target and musl's C compiler:
#
#   rustup target add x86_64-unknown-linux-musl; apt-get install musl-tools
#   tools/release.sh            -> dist/stellig-VERSION-x86_64-unknown-linux-musl.tar.gz and .sha256
#   MODEL=news-small-open tools/release.sh      with the openly licensed model in it
set -euo pipefail
cd "$(dirname "$0")/.."
target="${1:-x86_64-unknown-linux-musl}"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)

model="${MODEL:-news-small}"
case "$model" in
  news-small) features=() ;;
  news-small-open) features=(--features open-model) ;;
  *) echo "no model $model is made for the program" >&2; exit 1 ;;
esac
name="stellig-$version-$target${MODEL:+-$model}"

cargo build --locked --profile dist --target "$target" "${features[@]}"
built="${CARGO_TARGET_DIR:-target}/$target/dist/stellig"

rm -rf "dist/$name"
mkdir -p "dist/$name/completions" "dist/$name/man"
cp "$built" README.md LICENSE* CHANGELOG.md DESIGN.md SECURITY.md "dist/$name/"
# What README and these link to, in their places.
cp -r --parents docs examples models/*/README.md training/README.md training/RELEASES.md training/curve.png src/lib.rs \
  src/output/parquet/schema.txt tests/data/sentences.txt "dist/$name/"
for shell in bash zsh fish powershell elvish; do "$built" completions "$shell" > "dist/$name/completions/stellig.$shell"; done
"$built" man --to "dist/$name/man"

# The same input gives the same archive: fixed order, owners and times.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime='2020-01-01 00:00Z' -C dist -cf - "$name" | gzip -9n > "dist/$name.tar.gz"
(cd dist && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
ls -l "$built" "dist/$name.tar.gz" | awk '{printf "%.1f MB  %s\n", $5 / 1e6, $9}'
