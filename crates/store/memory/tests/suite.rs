//! The memory store fulfils the contract of the store port.

use claviger_store_memory::MemoryStore;
use claviger_testkit::store::Opened;

async fn open() -> Opened {
    Opened::new(MemoryStore::new())
}

claviger_testkit::store_suite!(memory, open);
