//! The one writer: a task that takes whatever commits are waiting, writes them in one transaction and answers everybody.
//!
//! A batch forms while the previous one syncs. A commit that comes alone is written at once.

use std::sync::Arc;

use claviger_ports::{Change, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::batch::{Batch, Lost};
use crate::dialect::{Access, Connection, Dialect, Failure, Sql};
use crate::failure::{closed, store_error, unanswered, unknown_outcome};
use crate::statements::Inserts;

/// The most commits of one transaction.
const BATCH: usize = 256;
/// The most commits that wait; more callers wait for their turn to wait.
const QUEUE: usize = 1024;

/// The way to the writer.
pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
}

enum Request {
    Commit { changes: Vec<Change>, answer: oneshot::Sender<Result<(), StoreError>> },
    Close(oneshot::Sender<Result<(), StoreError>>),
}

impl Writer {
    /// Starts the writer on an open connection. `kept` lives for as long as it may write.
    pub(crate) fn start(
        dialect: Arc<dyn Dialect>,
        connection: Box<dyn Connection>,
        kept: impl Send + 'static,
    ) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let task = Task {
            dialect,
            connection: Some(connection),
            inserts: Inserts::default(),
            requests,
            last: 0,
        };
        tokio::spawn(task.run(kept));
        Self { queue }
    }

    /// Makes all changes or none. Once sent they may be made even if the caller stops waiting.
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let request = Request::Commit { changes, answer };
        self.queue.send(request).await.map_err(|_| closed())?;
        answered.await.unwrap_or_else(|_| Err(unanswered()))
    }

    /// Writes what is waiting, puts everything into the database itself and ends. A second time is fine.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Request::Close(answer)).await.is_err() {
            return Ok(());
        }
        answered.await.unwrap_or(Ok(()))
    }
}

struct Task {
    dialect: Arc<dyn Dialect>,
    /// None after a failure, until the next batch.
    connection: Option<Box<dyn Connection>>,
    inserts: Inserts,
    requests: mpsc::Receiver<Request>,
    /// How many commits the previous batch had.
    last: usize,
}

type Answers = Vec<oneshot::Sender<Result<(), StoreError>>>;

impl Task {
    async fn run(mut self, kept: impl Send + 'static) {
        let mut waiting = Vec::with_capacity(BATCH);
        let mut closing = None;
        while closing.is_none() && self.requests.recv_many(&mut waiting, BATCH).await > 0 {
            self.gather(&mut waiting).await;
            let (mut commits, mut answers) = (Vec::new(), Vec::new());
            for request in waiting.drain(..) {
                match request {
                    Request::Commit { changes, answer } => {
                        commits.push(changes);
                        answers.push(answer);
                    }
                    Request::Close(answer) => closing = Some(answer),
                }
            }
            self.last = commits.len();
            if !commits.is_empty() {
                self.write(&commits, answers).await;
            }
        }
        // Whoever sends from here on, or came too late for the last batch, is told that the store was closed.
        self.requests.close();
        while let Some(request) = self.requests.recv().await {
            match request {
                Request::Commit { answer, .. } => answer_all(vec![answer], closed),
                // Somebody else closes it already.
                Request::Close(answer) => drop(answer),
            }
        }
        let closed = self.close().await;
        // Before the answer: whoever closed the store may open it anew at once.
        drop(kept);
        if let Some(answer) = closing {
            // Nobody waits any more: nothing to tell.
            let _ = answer.send(closed);
        }
    }

    /// Lets those who were just answered, and are about to commit again, join the batch. It takes no time when the previous
    /// batch had one commit or nobody else is ready to run.
    async fn gather(&mut self, waiting: &mut Vec<Request>) {
        let expected = self.last.min(BATCH);
        while waiting.len() < expected {
            let before = waiting.len();
            tokio::task::yield_now().await;
            while waiting.len() < BATCH {
                match self.requests.try_recv() {
                    Ok(request) => waiting.push(request),
                    Err(_) => break,
                }
            }
            if waiting.len() == before {
                return;
            }
        }
    }

    async fn write(&mut self, commits: &[Vec<Change>], answers: Answers) {
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            Err(failure) => return answer_all(answers, || store_error("(none)", &failure)),
        };
        let mut batch = Batch {
            connection: &mut *connection,
            inserts: &mut self.inserts,
            begin: self.dialect.begin_write(),
        };
        match batch.write(commits).await {
            Ok(outcomes) => {
                self.connection = Some(connection);
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // The caller may have stopped waiting.
                    let _ = answer.send(outcome);
                }
            }
            // Closing the connection takes back what its transaction did, whatever state that is in.
            Err(lost) => {
                let _ = connection.close().await;
                answer_all(answers, || match &lost {
                    Lost::Before(table, failure) => store_error(table, failure),
                    Lost::AtCommit(failure) => unknown_outcome(failure),
                });
            }
        }
    }

    async fn connection(&mut self) -> Result<Box<dyn Connection>, Failure> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.dialect.connect(Access::Write).await,
        }
    }

    async fn close(&mut self) -> Result<(), StoreError> {
        let Some(mut connection) = self.connection.take() else { return Ok(()) };
        let tidied = match self.dialect.before_close() {
            Some(sql) => connection.fetch(&Sql::Fixed(sql), Vec::new()).await.map(drop),
            None => Ok(()),
        };
        tidied.and(connection.close().await).map_err(|failure| store_error("(none)", &failure))
    }
}

fn answer_all(answers: Answers, error: impl Fn() -> StoreError) {
    for answer in answers {
        // The caller may have stopped waiting.
        let _ = answer.send(Err(error()));
    }
}
