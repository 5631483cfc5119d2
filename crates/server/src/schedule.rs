//! What the service does by itself: dates that come, rotation periods, deletions.

use std::sync::Arc;
use std::time::Duration;

use claviger_core::Kms;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// How often it is looked for what is due.
const TURN: Duration = Duration::from_secs(1);

/// The schedule, running.
pub(crate) struct Schedule {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Schedule {
    /// Starts it.
    pub(crate) fn start(kms: Kms) -> Self {
        let stop = Arc::new(Notify::new());
        let task = tokio::spawn(run(kms, Arc::clone(&stop)));
        Self { stop, task }
    }

    /// Lets the turn that has begun come to its end, and stops.
    pub(crate) async fn stop(self) {
        self.stop.notify_one();
        // A schedule that panicked has stopped, and said so in the log.
        let _ = self.task.await;
    }
}

async fn run(kms: Kms, stop: Arc<Notify>) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.notified() => return,
            _ = turns.tick() => turn(&kms).await,
        }
    }
}

/// What fails is tried again in the next turn.
async fn turn(kms: &Kms) {
    match kms.run_due().await {
        Ok((_, failed)) => {
            for error in failed {
                tracing::error!(%error, "something that was due could not be done");
            }
        }
        Err(error) => tracing::error!(%error, "it is not known what is due"),
    }
}
