//! When requests are sent: as soon as the last reply is there (closed loop), or at a fixed rate whatever the
//! server does (open loop).
//!
//! In an open loop the latency counts from when a request should have been sent, so that a server that stalls
//! is charged for everybody who would have waited, not only for the requests under way. A sleeping thread paces
//! the arrivals, since the runtime's own timers count in milliseconds.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use crate::clock;

/// How requests arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Each connection sends its next request when it has the reply to the last.
    Closed,
    /// So many requests a second over all connections, each on the first connection that is free.
    Open {
        /// The rate; must be above zero.
        per_second: f64,
    },
}

/// One request that is due.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Its number, from 0.
    pub number: u64,
    /// When it should have been sent.
    pub intended: Instant,
}

/// Hands out arrivals to the connections of one load until it is stopped.
pub struct Arrivals {
    pace: Pace,
    start: Instant,
    next: AtomicU64,
    due: Semaphore,
    stopped: AtomicBool,
}

impl Arrivals {
    /// Starts now.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            start: clock::now(),
            next: AtomicU64::new(0),
            due: Semaphore::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// Waits for the next arrival; `None` once stopped.
    pub async fn next(&self) -> Option<Arrival> {
        let intended = match self.pace {
            Pace::Closed => None,
            Pace::Open { per_second } => {
                self.due.acquire().await.ok()?.forget();
                Some(Duration::from_secs_f64(1.0 / per_second))
            }
        };
        if self.stopped.load(Relaxed) {
            return None;
        }
        let number = self.next.fetch_add(1, Relaxed);
        let intended = match intended {
            None => clock::now(),
            Some(interval) => self.start + interval.mul_f64((number + 1) as f64),
        };
        Some(Arrival { number, intended })
    }

    /// Releases arrivals at their rate until stopped; in a closed loop there is nothing to do.
    ///
    /// Blocks, and so wants a thread of its own.
    pub fn release(&self) {
        let Pace::Open { per_second } = self.pace else { return };
        let mut released = 0;
        while !self.stopped.load(Relaxed) {
            let due = (self.start.elapsed().as_secs_f64() * per_second) as u64;
            self.due.add_permits(usize::try_from(due - released).unwrap_or(usize::MAX >> 3));
            released = due;
            let next = self.start + Duration::from_secs_f64((due + 1) as f64 / per_second);
            std::thread::sleep(next.saturating_duration_since(clock::now()).min(LONGEST_SLEEP));
        }
    }

    /// Ends the load: connections finish the request under way and take no further one.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
        self.due.close();
    }
}

/// How long a stopped load may have to wait for its pacing thread.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn open_arrivals_are_spaced_by_the_rate_whenever_they_are_taken() {
        let arrivals = Arrivals::new(Pace::Open { per_second: 1000.0 });
        arrivals.due.add_permits(3);
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(arrivals.next().await.expect("due"));
        }
        assert_eq!(taken.iter().map(|arrival| arrival.number).collect::<Vec<_>>(), [0, 1, 2]);
        for pair in taken.windows(2) {
            assert_eq!(pair[1].intended - pair[0].intended, Duration::from_millis(1));
        }
    }

    #[tokio::test]
    async fn arrivals_are_released_until_stopped() {
        let arrivals = Arc::new(Arrivals::new(Pace::Open { per_second: 2000.0 }));
        let releasing = Arc::clone(&arrivals);
        let pacer = std::thread::spawn(move || releasing.release());
        for _ in 0..20 {
            arrivals.next().await.expect("the pacer goes on");
        }
        arrivals.stop();
        pacer.join().expect("the pacer ends");
        assert!(arrivals.next().await.is_none());
    }

    #[tokio::test]
    async fn a_stopped_closed_loop_gives_nothing_more() {
        let arrivals = Arrivals::new(Pace::Closed);
        assert_eq!(arrivals.next().await.expect("at once").number, 0);
        assert_eq!(arrivals.next().await.expect("at once").number, 1);
        arrivals.stop();
        assert!(arrivals.next().await.is_none());
    }
}
