# The few commands of everyday work; `just` lists them.

# List the commands
default:
    @just --list

# Start a server with its data in target/data
serve *arguments:
    cargo run --package claviger -- server --data-dir target/data {{arguments}}

# Install what the tests need, then run every test and doc test
test:
    cargo xtask test

# Check format, lints, layers, tables, licences, KMIP conformance, fuzz targets and a clean tree
ci:
    cargo xtask ci

# Format every source
format:
    cargo fmt --all
    cargo fmt --manifest-path fuzz/Cargo.toml

# Run one fuzz target for some seconds
fuzz target seconds="60":
    cargo xtask fuzz {{target}} --seconds {{seconds}}

# Measure against the peers and write bench/RESULTS.md
bench:
    cargo xtask bench
