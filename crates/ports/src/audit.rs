//! The audit log: one record per operation, allowed or refused.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use claviger_model::{KeyName, ObjectId, Principal, RequestId, TenantId, Timestamp};

/// What an operation was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The keyset's name. A name that breaks the rules never gets here.
    pub key: Option<KeyName>,
    /// The version that was used or made.
    pub version: Option<u32>,
    /// The object that was used or made.
    pub object: Option<ObjectId>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused or failed, for the reason with this stable code.
    Refused(&'static str),
}

/// What is recorded of an operation: these fields and no others. No plaintext, ciphertext, context or key is among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// When the operation ended.
    pub time: Timestamp,
    /// The request that it was part of.
    pub request: RequestId,
    /// In which tenant.
    pub tenant: TenantId,
    /// Who asked.
    pub principal: Principal,
    /// From which address; none for the service itself.
    pub source: Option<IpAddr>,
    /// Through which door, such as `native`.
    pub door: &'static str,
    /// The operation's stable name, such as `encrypt`.
    pub operation: &'static str,
    /// What it was about.
    pub target: Target,
    /// How it ended.
    pub outcome: Outcome,
}

/// When a record must be where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// In the log before the call returns, so that a killed process loses none; on disk within 100 ms.
    Written,
    /// On disk before the call returns: what changes state or lets key material out.
    Synced,
}

/// Why a record couldn't be kept.
#[derive(Debug)]
pub enum AuditError {
    /// A sink could not be written or synced; after a failed sync it stays so until the server is restarted, since what
    /// reached the disk is unknown.
    Unavailable {
        /// What the system said.
        reason: String,
    },
}

impl fmt::Display for AuditError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { reason } => {
                write!(formatter, "the audit log cannot be written: {reason}")
            }
        }
    }
}

impl std::error::Error for AuditError {}

/// An append-only log of operations.
///
/// Records have an order, the order in which their appends were accepted. An implementation may write and sync many records
/// together; it returns from an append only when the record is as durable as was asked, and `Err` when it can't promise that.
#[async_trait]
pub trait AuditLog: Send + Sync + 'static {
    /// Whether a record could be written now. Called before an operation changes anything, so that nothing is changed that
    /// can't be recorded; room for the record is set aside as well as the sink can.
    ///
    /// # Errors
    /// [`AuditError`] if no record could be written.
    fn check(&self) -> Result<(), AuditError>;

    /// Adds records, in this order: one per operation, several for a batch.
    ///
    /// # Errors
    /// [`AuditError`]; the operations' replies must not leave then.
    async fn append(
        &self,
        records: Vec<AuditRecord>,
        durability: Durability,
    ) -> Result<(), AuditError>;
}
