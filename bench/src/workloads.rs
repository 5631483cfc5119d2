//! The workloads, one file for each group of figures, and the table that names them.

pub mod batch;
pub mod create;
pub mod file;
pub mod idle;
pub mod kmip;
pub mod large;
pub mod latency;
pub mod million;
pub mod sign;
pub mod single;

use anyhow::Result;
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::{report::Section, run::Bench};

/// One group of figures.
pub struct Workload {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// Starts its servers, measures and stops them.
    pub run: for<'a> fn(&'a Bench) -> LocalBoxFuture<'a, Result<Section>>,
}

/// All workloads, in the order in which they run.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "single",
        about: "encrypt and decrypt of 1 KiB with audit on",
        run: |bench| single::run(bench).boxed_local(),
    },
    Workload {
        name: "synced",
        about: "the same with every audit record synced before its reply",
        run: |bench| single::run_synced(bench).boxed_local(),
    },
    Workload {
        name: "latency",
        about: "latencies of encrypt at fixed rates",
        run: |bench| latency::run(bench).boxed_local(),
    },
    Workload {
        name: "ecdsa",
        about: "ECDSA P-256 signatures",
        run: |bench| sign::run_ecdsa(bench).boxed_local(),
    },
    Workload {
        name: "rsa",
        about: "RSA-2048 signatures",
        run: |bench| sign::run_rsa(bench).boxed_local(),
    },
    Workload {
        name: "batch",
        about: "batches of 100 items",
        run: |bench| batch::run(bench).boxed_local(),
    },
    Workload {
        name: "large",
        about: "payloads of 1 MiB",
        run: |bench| large::run(bench).boxed_local(),
    },
    Workload {
        name: "create",
        about: "durable creation of keys",
        run: |bench| create::run(bench).boxed_local(),
    },
    Workload {
        name: "file",
        about: "encrypt-file and decrypt-file of a large file",
        run: |bench| file::run(bench).boxed_local(),
    },
    Workload {
        name: "kmip-encrypt-64",
        about: "KMIP Encrypt of 64 bytes over kept-alive connections with client certificates",
        run: |bench| kmip::run_encrypt(bench).boxed_local(),
    },
    Workload {
        name: "kmip-get",
        about: "KMIP Get of a symmetric key, likewise",
        run: |bench| kmip::run_get(bench).boxed_local(),
    },
    Workload {
        name: "kmip-connect",
        about: "a new connection with a client certificate for each KMIP Encrypt of 64 bytes",
        run: |bench| kmip::run_connect(bench).boxed_local(),
    },
    Workload {
        name: "idle",
        about: "memory of an idle server",
        run: |bench| idle::run(bench).boxed_local(),
    },
    Workload {
        name: "million",
        about: "a store with very many objects",
        run: |bench| million::run(bench).boxed_local(),
    },
];

/// The payload of the single operations, before base64.
const KIBIBYTE: usize = 1024;
/// How many different payloads take turns.
const VARIETY: u64 = 16;

/// Different payloads of 1 KiB, in base64.
fn payloads() -> Vec<String> {
    (0..VARIETY).map(|seed| crate::data::pseudo_random_base64(KIBIBYTE, seed)).collect()
}
