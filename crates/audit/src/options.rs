//! How a log in files is opened.

use std::path::PathBuf;
use std::time::Duration;

use claviger_model::Timestamp;
use zeroize::Zeroizing;

/// The secret key of the chain, derived by whoever opens the log; wiped on drop.
pub type ChainKey = Zeroizing<[u8; 32]>;

/// When records reach the disk that nobody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncMode {
    /// At most this long after they were written; [`SyncMode::default`] says 100 ms.
    Interval(Duration),
    /// Before their append returns: every append is [`Durability::Synced`](claviger_ports::Durability::Synced).
    Always,
}

impl Default for SyncMode {
    fn default() -> Self {
        Self::Interval(Duration::from_millis(100))
    }
}

/// How a log in files is opened.
pub struct FileAuditOptions {
    /// The directory of the segments. It is made, with mode 0700, if it isn't there.
    pub directory: PathBuf,
    /// The key of the chain. Another key than before is refused when the log is opened.
    pub key: ChainKey,
    /// When records reach the disk.
    pub sync: SyncMode,
    /// The size, in bytes, at which a new segment is begun.
    pub segment_size: u64,
    /// How long an append waits for the disk before it gives up.
    pub deadline: Duration,
    /// The time now: when a recovery is noted.
    pub opened: Timestamp,
}

impl FileAuditOptions {
    /// Where a new segment is begun if nobody says otherwise: 256 MiB.
    pub const SEGMENT_SIZE: u64 = 256 << 20;
    /// How long an append waits for the disk if nobody says otherwise.
    pub const DEADLINE: Duration = Duration::from_secs(5);

    /// The usual options: synced within 100 ms, segments of 256 MiB, a deadline of 5 s.
    #[must_use]
    pub fn new(directory: PathBuf, key: ChainKey, opened: Timestamp) -> Self {
        Self {
            directory,
            key,
            sync: SyncMode::default(),
            segment_size: Self::SEGMENT_SIZE,
            deadline: Self::DEADLINE,
            opened,
        }
    }
}
