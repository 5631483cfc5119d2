//! The audit port: what every log must do, and a log in memory.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use claviger_model::{KeyName, ObjectId, Principal, RequestId, TenantId, Timestamp};
use claviger_ports::{AuditError, AuditLog, AuditRecord, Durability, Outcome, Target};

/// A log in memory, whose records a test can look at and which fails when told to.
#[derive(Debug, Default)]
pub struct MemoryAuditLog(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    kept: Vec<(AuditRecord, Durability)>,
    refuses_checks: bool,
    refuses_appends: bool,
}

impl MemoryAuditLog {
    /// The records, in order.
    #[must_use]
    pub fn records(&self) -> Vec<AuditRecord> {
        self.state().kept.iter().map(|(record, _)| record.clone()).collect()
    }

    /// How durable each record was asked to be, in order.
    #[must_use]
    pub fn durabilities(&self) -> Vec<Durability> {
        self.state().kept.iter().map(|(_, durability)| *durability).collect()
    }

    /// The records, which the log forgets.
    #[must_use]
    pub fn take(&self) -> Vec<AuditRecord> {
        std::mem::take(&mut self.state().kept).into_iter().map(|(record, _)| record).collect()
    }

    /// From now on checks fail, or don't.
    pub fn refuse_checks(&self, refuse: bool) {
        self.state().refuses_checks = refuse;
    }

    /// From now on appends fail and keep nothing, or don't, whatever a check says.
    pub fn refuse_appends(&self, refuse: bool) {
        self.state().refuses_appends = refuse;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AuditLog for MemoryAuditLog {
    fn check(&self) -> Result<(), AuditError> {
        refuse_if(self.state().refuses_checks)
    }

    async fn append(
        &self,
        records: Vec<AuditRecord>,
        durability: Durability,
    ) -> Result<(), AuditError> {
        let mut state = self.state();
        refuse_if(state.refuses_appends)?;
        state.kept.extend(records.into_iter().map(|record| (record, durability)));
        Ok(())
    }
}

fn refuse_if(refuse: bool) -> Result<(), AuditError> {
    if refuse {
        Err(AuditError::Unavailable { reason: "the test says so".to_owned() })
    } else {
        Ok(())
    }
}

/// A record that differs from those with other numbers; every field is filled.
#[must_use]
pub fn record(number: u64) -> AuditRecord {
    AuditRecord {
        time: Timestamp::from_milliseconds(1_767_225_600_000),
        request: request(number),
        tenant: TenantId::default_tenant(),
        principal: Principal::new("jwt", "https://issuer.example/", &format!("subject-{number}")),
        source: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        door: "native",
        operation: "encrypt",
        target: Target {
            key: KeyName::new("orders").ok(),
            version: Some(1),
            object: Some(ObjectId::from_bytes([9; 16])),
        },
        outcome: if number.is_multiple_of(2) {
            Outcome::Done
        } else {
            Outcome::Refused("key_disabled")
        },
    }
}

/// The request of [`record`].
#[must_use]
pub fn request(number: u64) -> RequestId {
    RequestId::from_bytes(u128::from(number).to_be_bytes())
}

/// What every log must do. `read` says which requests are in the log, in order; it is called while nothing is appended.
///
/// # Panics
/// If the log breaks the contract of [`AuditLog`]. The runtime must have several threads, or what they do to each other
/// isn't seen.
pub async fn conforms(log: Arc<dyn AuditLog>, read: impl Fn() -> Vec<String>) {
    assert!(read().is_empty(), "the suite begins with an empty log");
    log.check().expect("an empty log takes records");
    keeps_the_order_of_one_task(&*log, &read).await;
    log.append(Vec::new(), Durability::Synced).await.expect("no record is no failure");
    assert_eq!(read().len(), 9);
    keeps_all_of_many_tasks(&log, &read).await;
    keeps_what_nobody_waits_for(&log, &read).await;
    log.check().expect("the log still takes records");
}

async fn keeps_the_order_of_one_task(log: &dyn AuditLog, read: &impl Fn() -> Vec<String>) {
    let batch = (0..5).map(record).collect();
    log.append(batch, Durability::Written).await.expect("a batch is written");
    log.append(vec![record(5)], Durability::Synced).await.expect("a record is synced");
    let batch = (6..9).map(record).collect();
    log.append(batch, Durability::Synced).await.expect("a batch is synced");
    let expected: Vec<String> = (0..9).map(|number| request(number).to_string()).collect();
    assert_eq!(read(), expected);
}

async fn keeps_all_of_many_tasks(log: &Arc<dyn AuditLog>, read: &impl Fn() -> Vec<String>) {
    const TASKS: u64 = 32;
    const EACH: u64 = 50;
    let before = read().len();
    let number = |task: u64, turn: u64| 1_000_000 + task * 1_000 + turn;
    let running: Vec<_> = (0..TASKS)
        .map(|task| {
            let log = Arc::clone(log);
            tokio::spawn(async move {
                for turn in 0..EACH {
                    let durability = if turn.is_multiple_of(10) {
                        Durability::Synced
                    } else {
                        Durability::Written
                    };
                    log.append(vec![record(number(task, turn))], durability).await?;
                }
                Ok::<_, AuditError>(())
            })
        })
        .collect();
    for task in running {
        task.await.expect("no task panics").expect("every record is kept");
    }
    let requests = read().split_off(before);
    assert_eq!(requests.len() as u64, TASKS * EACH);
    for task in 0..TASKS {
        let expected: Vec<String> =
            (0..EACH).map(|turn| request(number(task, turn)).to_string()).collect();
        let found: Vec<String> =
            requests.iter().filter(|request| expected.contains(request)).cloned().collect();
        assert_eq!(found, expected, "the records of one task are in its order");
    }
}

/// A request that is given up was still acted on: what was handed over stays.
async fn keeps_what_nobody_waits_for(log: &Arc<dyn AuditLog>, read: &impl Fn() -> Vec<String>) {
    let before = read().len();
    let mut append = log.append(vec![record(2_000_000)], Durability::Synced);
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(append.as_mut().poll(context).is_ready())
    });
    polled.await;
    drop(append);
    log.append(vec![record(2_000_001)], Durability::Written).await.expect("the next is written");
    let expected = [request(2_000_000).to_string(), request(2_000_001).to_string()];
    assert_eq!(read().split_off(before), expected);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use claviger_ports::{AuditLog, Durability};

    use super::{MemoryAuditLog, conforms, record};

    #[tokio::test(flavor = "multi_thread")]
    async fn the_log_in_memory_conforms() {
        let log = Arc::new(MemoryAuditLog::default());
        let reader = Arc::clone(&log);
        conforms(log, move || {
            reader.records().iter().map(|record| record.request.to_string()).collect()
        })
        .await;
    }

    #[tokio::test]
    async fn the_log_in_memory_fails_when_told_to() {
        let log = MemoryAuditLog::default();
        log.refuse_checks(true);
        assert!(log.check().is_err());
        log.refuse_appends(true);
        assert!(log.append(vec![record(1)], Durability::Written).await.is_err());
        assert!(log.records().is_empty());
        log.refuse_appends(false);
        log.append(vec![record(1)], Durability::Synced).await.unwrap();
        assert_eq!(log.durabilities(), [Durability::Synced]);
        assert_eq!(log.take(), [record(1)]);
        assert!(log.records().is_empty());
    }
}
