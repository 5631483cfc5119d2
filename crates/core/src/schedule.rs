//! What has to be done by itself: dates that have come, rotation periods, deletions.

use claviger_model::{Keyset, Principal, RequestId, State, TenantId, Timestamp};
use claviger_ports::{AuditRecord, Due, Durability, KeysetSelector, Outcome, Target};

use crate::change::{Changed, Touched};
use crate::codec::Material;
use crate::kms::{Kms, Shared};
use crate::operations::rotate_keyset;
use crate::{Error, ErrorKind};

/// How much is done in one turn.
const TURN: u32 = 1000;
/// How many versions are destroyed in one transaction.
const STEP: u32 = 1000;

impl Kms {
    /// Does what is due: stores states that dates have changed, rotates and destroys. The server calls this about once a
    /// second; what it finds undone at a crash is done the next time. Returns how much was done, and what failed.
    ///
    /// # Errors
    /// If the store can't say what is due.
    pub async fn run_due(&self) -> Result<(usize, Vec<Error>), Error> {
        let shared = self.shared();
        let now = shared.clock.now();
        shared.streams.drop_idle(now);
        let mut done = 0;
        let mut failed = Vec::new();
        for due in shared.store.due(now, TURN).await? {
            match shared.do_due(due, now).await {
                Ok(()) => done += 1,
                // Somebody else did it, or is doing it.
                Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound) => {
                }
                Err(error) => failed.push(error),
            }
        }
        Ok((done, failed))
    }
}

impl Shared {
    async fn do_due(&self, due: Due, now: Timestamp) -> Result<(), Error> {
        self.audit.check()?;
        let (tenant, operation, changed) = match due {
            Due::Object { tenant, id, keyset } => {
                let row = self.store.object(&tenant, id).await?;
                let Some(row) = row else { return Ok(()) };
                let touched = Touched::Version(row.version);
                let selector = KeysetSelector::Id(keyset);
                // Reading a version for a change brings its state up to date: that is all there is to do.
                let changed = self.change(&tenant, selector, touched, now, |_| Ok(())).await?;
                (tenant, "scheduled-state-change", changed)
            }
            Due::Keyset { tenant, id } => {
                let selector = KeysetSelector::Id(id);
                let Some((stored, _)) = self.keyring.read(&tenant, selector).await? else {
                    return Ok(());
                };
                let keyset = stored.keyset;
                if keyset.due().is_none_or(|date| date > now) {
                    return Ok(());
                }
                if keyset.deletion.is_some() {
                    (tenant, "scheduled-destruction", destroy(self, &keyset, now).await?)
                } else {
                    match rotate_keyset(self, &keyset, now).await {
                        Ok(changed) => (tenant, "scheduled-rotation", changed),
                        Err(error) => return Err(self.end_rotation(&keyset, error, now).await?),
                    }
                }
            }
        };
        self.record_due(tenant, operation, &changed, Outcome::Done).await
    }

    /// Ends the rotation of a key that can't be rotated, and returns why it can't: that is said once, and not every second.
    /// What goes by, such as a store that doesn't answer, ends nothing.
    async fn end_rotation(
        &self,
        keyset: &Keyset,
        error: Error,
        now: Timestamp,
    ) -> Result<Error, Error> {
        let passes = matches!(
            error.kind(),
            ErrorKind::Conflict
                | ErrorKind::Inconsistent
                | ErrorKind::NoSpace
                | ErrorKind::StoreUnavailable
                | ErrorKind::AuditUnavailable
                | ErrorKind::Internal
        );
        if passes {
            return Ok(error);
        }
        let selector = KeysetSelector::Id(keyset.id);
        let changed = self
            .change(&keyset.tenant, selector, Touched::Latest, now, |draft| {
                draft.keyset_mut().policy.rotation_period = None;
                Ok(())
            })
            .await?;
        let outcome = Outcome::Refused(error.kind().code());
        self.record_due(keyset.tenant.clone(), "scheduled-rotation", &changed, outcome).await?;
        Ok(Error::new(
            error.kind(),
            format!("the key {} is rotated no more: {error}", keyset.name),
            "rotate it by hand, and set its rotation period again once that works",
        ))
    }

    async fn record_due(
        &self,
        tenant: TenantId,
        operation: &'static str,
        changed: &Changed,
        outcome: Outcome,
    ) -> Result<(), Error> {
        let record = AuditRecord {
            time: self.clock.now(),
            request: RequestId::from_bytes([0; 16]),
            tenant,
            principal: Principal::system(),
            source: None,
            door: "scheduler",
            operation,
            target: Target {
                key: Some(changed.keyset.name.clone()),
                version: Some(changed.latest.version),
                object: Some(changed.latest.id),
            },
            outcome,
        };
        Ok(self.audit.append(vec![record], Durability::Synced).await?)
    }
}

/// Destroys the material of all versions of a keyset. The older ones go first, so that what a crash left is found again.
pub(crate) async fn destroy(
    shared: &Shared,
    keyset: &Keyset,
    now: Timestamp,
) -> Result<Changed, Error> {
    let selector = KeysetSelector::Id(keyset.id);
    let mut first = 1;
    loop {
        let last = (first + STEP - 1).min(keyset.latest);
        let whole = last == keyset.latest;
        let touched = Touched::Versions { first, last };
        let changed = shared
            .change(&keyset.tenant, selector, touched, now, |draft| {
                // Nobody may have cancelled the deletion in the meantime.
                if draft.keyset().deletion.is_none_or(|date| date > now) {
                    return Err(Error::new(
                        ErrorKind::Conflict,
                        "the deletion was cancelled",
                        "schedule it again if it is still wanted",
                    ));
                }
                for stored in draft.versions_mut() {
                    let number = stored.object.version;
                    if (first..=last).contains(&number) && !stored.object.state.is_destroyed() {
                        let state = stored.object.state;
                        let idle = if state == State::Active { state.deactivate()? } else { state };
                        stored.object.state = idle.destroy()?;
                        stored.object.dates.destroy = Some(now);
                        stored.material = Material::Destroyed;
                    }
                }
                draft.keyset_mut().destroyed = whole;
                Ok(())
            })
            .await?;
        if whole {
            return Ok(changed);
        }
        first = last + 1;
    }
}
