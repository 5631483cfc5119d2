//! One transaction for many commits.
//!
//! Commits that only add rows go first and together, with one statement for many rows: that is what a burst of new keys is.
//! Should one of them not fit, the transaction begins anew and each commit has its own savepoint, so that a conflict takes
//! back its own changes only. Commits that were made at the same time have no order among them that a caller could know.

use claviger_ports::{Change, StoreError};

use crate::changes::{Additions, Changes, Delta, Stop, only_insert};
use crate::dialect::{Connection, Failure, Sql, Value};
use crate::statements::{ADD_COUNTS, COMMIT, Inserts, RELEASE, ROLLBACK, ROLLBACK_TO, SAVEPOINT};

/// What became of each commit, in their order.
pub(crate) type Outcomes = Vec<Result<(), StoreError>>;

/// Why no commit of a batch was made, or why it is unknown.
#[derive(Debug)]
pub(crate) enum Lost {
    /// A statement on this table failed: nothing was made.
    Before(&'static str, Failure),
    /// The end of the transaction failed: nothing is known.
    AtCommit(Failure),
}

/// Writes batches on a connection.
pub(crate) struct Batch<'a> {
    /// The connection, outside of any transaction.
    pub(crate) connection: &'a mut dyn Connection,
    /// The insert statements.
    pub(crate) inserts: &'a mut Inserts,
    /// How a transaction begins.
    pub(crate) begin: &'static str,
}

impl Batch<'_> {
    /// Makes all commits that can be made, and makes them durable with one sync.
    pub(crate) async fn write(&mut self, commits: &[Vec<Change>]) -> Result<Outcomes, Lost> {
        self.run(self.begin).await?;
        let (outcomes, delta) = match self.write_together(commits).await? {
            Some(done) => done,
            None => {
                self.run(ROLLBACK).await?;
                self.run(self.begin).await?;
                self.write_alone(commits).await?
            }
        };
        if outcomes.iter().all(Result::is_err) {
            self.run(ROLLBACK).await?;
            return Ok(outcomes);
        }
        if delta != Delta::default() {
            let values = vec![Value::Integer(delta.keysets), Value::Integer(delta.objects)];
            let added = self.connection.execute(&Sql::Fixed(ADD_COUNTS), values).await;
            added.map_err(|failure| Lost::Before("row_counts", failure))?;
        }
        let committed = self.connection.execute(&Sql::Fixed(COMMIT), Vec::new()).await;
        committed.map(|_| outcomes).map_err(Lost::AtCommit)
    }

    /// Adds the rows of all commits that only add rows at once, then makes the others one by one. `None` if the rows
    /// don't all fit.
    async fn write_together(
        &mut self,
        commits: &[Vec<Change>],
    ) -> Result<Option<(Outcomes, Delta)>, Lost> {
        let added = Additions::of(commits.iter().filter(|changes| only_insert(changes)).flatten());
        match self.changes().insert_all(added).await {
            Ok(()) => {}
            Err(Stop::Commit(_)) => return Ok(None),
            Err(Stop::Transaction(table, failure)) => return Err(Lost::Before(table, failure)),
        }
        let mut delta = Delta::default();
        let mut outcomes = Vec::with_capacity(commits.len());
        for changes in commits {
            let outcome = if only_insert(changes) { Ok(()) } else { self.one(changes).await? };
            if outcome.is_ok() {
                delta = delta.plus(Delta::of(changes));
            }
            outcomes.push(outcome);
        }
        Ok(Some((outcomes, delta)))
    }

    async fn write_alone(&mut self, commits: &[Vec<Change>]) -> Result<(Outcomes, Delta), Lost> {
        let mut delta = Delta::default();
        let mut outcomes = Vec::with_capacity(commits.len());
        for changes in commits {
            let outcome = self.one(changes).await?;
            if outcome.is_ok() {
                delta = delta.plus(Delta::of(changes));
            }
            outcomes.push(outcome);
        }
        Ok((outcomes, delta))
    }

    /// Makes one commit or takes it back.
    async fn one(&mut self, changes: &[Change]) -> Result<Result<(), StoreError>, Lost> {
        self.run(SAVEPOINT).await?;
        let outcome = match self.changes().apply(changes).await {
            Ok(()) => Ok(()),
            Err(Stop::Commit(error)) => {
                self.run(ROLLBACK_TO).await?;
                Err(error)
            }
            Err(Stop::Transaction(table, failure)) => return Err(Lost::Before(table, failure)),
        };
        self.run(RELEASE).await?;
        Ok(outcome)
    }

    fn changes(&mut self) -> Changes<'_> {
        Changes { connection: &mut *self.connection, inserts: &mut *self.inserts }
    }

    /// Runs a statement that concerns no table.
    async fn run(&mut self, sql: &'static str) -> Result<(), Lost> {
        let done = self.connection.execute(&Sql::Fixed(sql), Vec::new()).await;
        done.map(drop).map_err(|failure| Lost::Before("(none)", failure))
    }
}
