//! The deadlines of a connection, which cost no timer as long as they are kept.
//!
//! Hardly any deadline ever passes, so that a timer for each would be set and taken away for nothing, several times a message.
//! A connection has one. It is set anew when a deadline comes before it; when it goes off before the deadline that holds by then,
//! it is set to that.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// When the timer goes off that nobody has set.
const FAR: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a connection waits for its client.
pub(crate) struct Patience {
    timer: Pin<Box<Sleep>>,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self { timer: Box::pin(sleep(FAR)) }
    }

    /// What comes of this work; nothing if it takes longer than so much time.
    #[expect(
        clippy::disallowed_methods,
        reason = "a connection waits for its client by the machine's own clock"
    )]
    pub(crate) async fn within<Done>(
        &mut self,
        time: Duration,
        work: impl Future<Output = Done>,
    ) -> Option<Done> {
        let mut work = pin!(work);
        let mut due = None;
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            // What is done at once needs no clock.
            let due = *due.get_or_insert_with(|| Instant::now() + time);
            let timer = &mut self.timer;
            if timer.is_elapsed() || due < timer.deadline() {
                timer.as_mut().reset(due);
            }
            while timer.as_mut().poll(context).is_ready() {
                if timer.deadline() >= due {
                    return Poll::Ready(None);
                }
                timer.as_mut().reset(due);
            }
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::Patience;

    const SECOND: Duration = Duration::from_secs(1);

    /// After how many seconds it is lost with work that never ends.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock stands still but for what is waited for"
    )]
    async fn lost_after(patience: &mut Patience, seconds: u32) -> u64 {
        let began = Instant::now();
        assert_eq!(patience.within(seconds * SECOND, pending::<()>()).await, None);
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn each_deadline_is_kept_whatever_came_before_it() {
        let mut patience = Patience::new();
        for seconds in [600, 60, 60, 600, 1, 100_000, 30] {
            assert_eq!(lost_after(&mut patience, seconds).await, u64::from(seconds));
            assert_eq!(patience.within(SECOND, ready(7)).await, Some(7));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_done_in_time_leaves_the_next_its_own() {
        let mut patience = Patience::new();
        for _ in 0..100 {
            assert_eq!(patience.within(10 * SECOND, sleep(9 * SECOND)).await, Some(()));
        }
        assert_eq!(lost_after(&mut patience, 10).await, 10);
        // A short one that was kept, and then a long one behind its end.
        assert_eq!(patience.within(10 * SECOND, sleep(SECOND)).await, Some(()));
        assert_eq!(lost_after(&mut patience, 100).await, 100);
    }
}
