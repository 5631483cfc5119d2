//! The load generator, the workloads and the peers' recipes behind `claviger-bench`.
//!
//! [`run`] walks over the table in [`workloads`]; each of them starts its own servers ([`subject`] and [`peers`]),
//! has [`compare`] put them under the same [`load`] in turns, and makes [`figure`]s of what came out, which
//! [`report`] writes down.

pub mod certificates;
pub mod clock;
pub mod compare;
pub mod data;
pub mod figure;
pub mod kmip;
pub mod load;
pub mod machine;
pub mod peers;
pub mod process;
pub mod progress;
pub mod report;
pub mod run;
pub mod server;
pub mod single_load;
pub mod subject;
pub mod workloads;
