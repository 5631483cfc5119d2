//! The open connections and their deadlines.
//!
//! A connection notes what it does in a few relaxed atomics, which costs a request no timer and no lock. Once a second
//! somebody looks at all of them, and ends those that are over a deadline. The same list serves to say goodbye.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Waker};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::limits::Limits;

/// All open connections.
pub(crate) struct Connections {
    limits: Limits,
    /// Seconds since the start, as far as somebody counted them; starts at 1 so that 0 can mean never.
    now: AtomicU32,
    closing: AtomicBool,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<Watched>>>,
    emptied: Notify,
    /// How many there are of all listeners together.
    total: Arc<AtomicUsize>,
}

/// What one connection does.
#[derive(Debug, Default)]
struct Watched {
    /// Since when it waits for a request or, after the request's first byte, for the rest of its head.
    since: AtomicU32,
    /// Whether the first byte of a request has come, and not all of its head.
    in_head: AtomicBool,
    /// Whether many requests share the connection, so that a byte says nothing of any one.
    multiplexed: AtomicBool,
    /// Whether messages follow each other and each is answered before the next, so that bytes tell which is under way.
    takes_messages: AtomicBool,
    /// Whether the first byte of a message has come, and none of its reply has left.
    in_message: AtomicBool,
    /// How many requests are being served.
    serving: AtomicU32,
    /// Since when the peer takes nothing of what is sent; 0 if it does.
    stalled_since: AtomicU32,
    /// Whether a deadline has passed.
    overdue: AtomicBool,
    /// When the peer's identity is to be looked at again; 0 for never.
    check_at: AtomicU32,
    /// Whether it is time for that.
    check: AtomicBool,
    /// Whether it ends as soon as what is under way was answered.
    leaving: AtomicBool,
    /// What wakes the connection's task.
    waker: Mutex<Option<Waker>>,
}

impl Connections {
    /// No connections yet.
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        Self::counted(limits, Arc::default())
    }

    /// No connections yet, of another listener beside this one: [`Self::total`] counts those of both.
    pub(crate) fn beside(&self, limits: Limits) -> Arc<Self> {
        Self::counted(limits, Arc::clone(&self.total))
    }

    fn counted(limits: Limits, total: Arc<AtomicUsize>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            now: AtomicU32::new(1),
            closing: AtomicBool::new(false),
            next: AtomicU64::new(0),
            open: Mutex::new(HashMap::new()),
            emptied: Notify::new(),
            total,
        })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.open.lock().len()
    }

    /// How many there are of all listeners together.
    pub(crate) fn total(&self) -> usize {
        self.total.load(Relaxed)
    }

    /// A new one. It has until the deadline of a head to send one.
    pub(super) fn open(self: &Arc<Self>) -> Connection {
        let watched = Arc::new(Watched {
            since: AtomicU32::new(self.now.load(Relaxed)),
            in_head: AtomicBool::new(true),
            ..Watched::default()
        });
        let id = self.next.fetch_add(1, Relaxed);
        self.total.fetch_add(1, Relaxed);
        self.open.lock().insert(id, Arc::clone(&watched));
        Connection { shared: Arc::new(Shared { all: Arc::clone(self), watched, id }) }
    }

    /// Counts one second, and ends every connection that is over a deadline.
    pub(crate) fn second_passed(&self) {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        for watched in self.open.lock().values() {
            if watched.is_overdue(now, &self.limits) {
                watched.overdue.store(true, Relaxed);
                watched.wake();
            }
            let check_at = watched.check_at.load(Relaxed);
            if check_at != 0 && now >= check_at {
                watched.check();
            }
        }
    }

    /// Lets every connection look at its peer's identity again.
    pub(crate) fn check(&self) {
        for watched in self.open.lock().values() {
            watched.check();
        }
    }

    /// Tells every connection to finish its requests and end.
    pub(crate) fn close(&self) {
        self.closing.store(true, Relaxed);
        for watched in self.open.lock().values() {
            watched.wake();
        }
    }

    /// Returns when none is left.
    pub(crate) async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.count() == 0 {
                return;
            }
            emptied.await;
        }
    }
}

impl Watched {
    fn is_overdue(&self, now: u32, limits: &Limits) -> bool {
        let passed = |since: u32, seconds: u32| now.saturating_sub(since) > seconds;
        let stalled_since = self.stalled_since.load(Relaxed);
        if stalled_since != 0 && passed(stalled_since, limits.stalled_seconds) {
            return true;
        }
        if self.serving.load(Relaxed) > 0 {
            return false;
        }
        let seconds = if self.in_head.load(Relaxed) {
            limits.head_seconds
        } else if self.in_message.load(Relaxed) {
            limits.message_seconds
        } else {
            limits.idle_seconds
        };
        passed(self.since.load(Relaxed), seconds)
    }

    fn check(&self) {
        self.check.store(true, Relaxed);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = &*self.waker.lock() {
            waker.wake_by_ref();
        }
    }
}

/// One open connection, to note what it does. Clones are the same connection; it is closed when the last is dropped.
#[derive(Clone)]
pub(crate) struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    all: Arc<Connections>,
    watched: Arc<Watched>,
    id: u64,
}

impl Connection {
    /// Many requests will share it.
    pub(super) fn is_multiplexed(&self) {
        let watched = &self.shared.watched;
        watched.multiplexed.store(true, Relaxed);
        watched.in_head.store(false, Relaxed);
        watched.since.store(self.now(), Relaxed);
    }

    /// The handshake is over: messages will follow each other, each answered before the next.
    pub(super) fn takes_messages(&self) {
        let watched = &self.shared.watched;
        watched.takes_messages.store(true, Relaxed);
        watched.in_head.store(false, Relaxed);
        watched.since.store(self.now(), Relaxed);
    }

    /// Some bytes have come.
    pub(super) fn has_read(&self) {
        let watched = &self.shared.watched;
        if watched.takes_messages.load(Relaxed) {
            if !watched.in_message.load(Relaxed) {
                watched.since.store(self.now(), Relaxed);
                watched.in_message.store(true, Relaxed);
            }
            return;
        }
        if watched.serving.load(Relaxed) == 0
            && !watched.in_head.load(Relaxed)
            && !watched.multiplexed.load(Relaxed)
        {
            watched.since.store(self.now(), Relaxed);
            watched.in_head.store(true, Relaxed);
        }
    }

    /// Some bytes have left: with the first of a reply, its message is no longer waited for.
    pub(super) fn has_written(&self) {
        let watched = &self.shared.watched;
        if watched.takes_messages.load(Relaxed) {
            watched.since.store(self.now(), Relaxed);
            watched.in_message.store(false, Relaxed);
        }
    }

    /// The peer takes, or does not take, what is sent to it.
    pub(super) fn is_stalled(&self, stalled: bool) {
        let since = &self.shared.watched.stalled_since;
        match (stalled, since.load(Relaxed)) {
            (true, 0) => since.store(self.now(), Relaxed),
            (false, 1..) => since.store(0, Relaxed),
            (true, 1..) | (false, 0) => {}
        }
    }

    /// A head is complete: its request is served until the result is dropped.
    pub(super) fn serve(&self) -> Served {
        let watched = &self.shared.watched;
        watched.in_head.store(false, Relaxed);
        watched.serving.fetch_add(1, Relaxed);
        Served { connection: self.clone() }
    }

    /// The limits that it keeps.
    pub(super) fn limits(&self) -> &Limits {
        &self.shared.all.limits
    }

    /// Whether a deadline has passed.
    pub(super) fn is_overdue(&self) -> bool {
        self.shared.watched.overdue.load(Relaxed)
    }

    /// The peer's identity is to be looked at again after so many seconds.
    pub(super) fn check_after(&self, seconds: u32) {
        let at = self.now().saturating_add(seconds.max(1));
        self.shared.watched.check_at.store(at, Relaxed);
    }

    /// Whether the peer's identity is to be looked at now. Says so once.
    pub(super) fn must_check(&self) -> bool {
        let check = &self.shared.watched.check;
        // Nearly always it is not, and then nothing is written.
        check.load(Relaxed) && check.swap(false, Relaxed)
    }

    /// What is under way is answered, and nothing else.
    pub(super) fn leave(&self) {
        self.shared.watched.leaving.store(true, Relaxed);
    }

    /// Whether it is time to say goodbye.
    pub(super) fn is_closing(&self) -> bool {
        self.shared.all.closing.load(Relaxed) || self.shared.watched.leaving.load(Relaxed)
    }

    /// Notes whom to wake when one of the two answers changes. Called once by a task: its wakers are all the same.
    pub(super) fn wakes(&self, context: &Context<'_>) {
        *self.shared.watched.waker.lock() = Some(context.waker().clone());
    }

    fn now(&self) -> u32 {
        self.shared.all.now.load(Relaxed)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.all.total.fetch_sub(1, Relaxed);
        let mut open = self.all.open.lock();
        open.remove(&self.id);
        if open.is_empty() {
            self.all.emptied.notify_waiters();
        }
    }
}

/// A request that is being served.
pub(super) struct Served {
    connection: Connection,
}

impl Drop for Served {
    fn drop(&mut self) {
        let watched = &self.connection.shared.watched;
        watched.since.store(self.connection.now(), Relaxed);
        watched.serving.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::{HTTP, Limits};
    use super::Connections;

    const LIMITS: Limits =
        Limits { head_seconds: 2, message_seconds: 4, idle_seconds: 6, stalled_seconds: 3, ..HTTP };

    /// After how many seconds the connection is over a deadline.
    fn overdue_after(all: &Connections, connection: &super::Connection) -> u32 {
        let before = connection.now();
        while !connection.is_overdue() && connection.now() - before < 20 {
            all.second_passed();
        }
        connection.now() - before
    }

    #[test]
    fn a_silent_connection_has_the_deadline_of_a_head() {
        let all = Connections::new(LIMITS);
        assert_eq!(overdue_after(&all, &all.open()), LIMITS.head_seconds + 1);
    }

    #[test]
    fn between_requests_it_may_rest_until_the_next_byte() {
        let all = Connections::new(LIMITS);
        let connection = all.open();
        drop(connection.serve());
        assert_eq!(overdue_after(&all, &connection), LIMITS.idle_seconds + 1);

        let connection = all.open();
        drop(connection.serve());
        all.second_passed();
        connection.has_read();
        all.second_passed();
        connection.has_read();
        assert_eq!(overdue_after(&all, &connection), LIMITS.head_seconds);
    }

    #[test]
    fn a_request_has_the_time_that_its_route_gives_it() {
        let all = Connections::new(LIMITS);
        let connection = all.open();
        let served = connection.serve();
        connection.has_read();
        assert_eq!(overdue_after(&all, &connection), 20);
        drop(served);
        assert_eq!(overdue_after(&all, &connection), LIMITS.idle_seconds + 1);
    }

    #[test]
    fn a_peer_that_takes_nothing_is_left() {
        let all = Connections::new(LIMITS);
        let connection = all.open();
        let _served = connection.serve();
        connection.is_stalled(true);
        all.second_passed();
        connection.is_stalled(false);
        connection.is_stalled(true);
        all.second_passed();
        connection.is_stalled(true);
        assert_eq!(overdue_after(&all, &connection), LIMITS.stalled_seconds);
    }

    #[test]
    fn bytes_of_a_multiplexed_connection_do_not_prolong_it() {
        let all = Connections::new(LIMITS);
        let connection = all.open();
        connection.is_multiplexed();
        for _ in 0..LIMITS.idle_seconds {
            all.second_passed();
            connection.has_read();
        }
        assert!(!connection.is_overdue());
        all.second_passed();
        assert!(connection.is_overdue());
    }

    #[test]
    fn a_message_has_its_time_until_it_is_answered() {
        let all = Connections::new(LIMITS);
        let connection = all.open();
        connection.has_read();
        connection.has_written();
        assert_eq!(overdue_after(&all, &connection), LIMITS.head_seconds + 1, "it is a handshake");

        let connection = all.open();
        connection.takes_messages();
        all.second_passed();
        connection.has_read();
        for _ in 0..LIMITS.message_seconds {
            all.second_passed();
            // However many bytes come.
            connection.has_read();
        }
        assert!(!connection.is_overdue());
        connection.has_written();
        assert_eq!(overdue_after(&all, &connection), LIMITS.idle_seconds + 1);

        let connection = all.open();
        connection.takes_messages();
        connection.has_read();
        assert_eq!(overdue_after(&all, &connection), LIMITS.message_seconds + 1);
    }

    #[test]
    fn an_identity_is_looked_at_when_it_is_time_and_when_it_is_said() {
        let all = Connections::new(Limits { idle_seconds: 100, ..LIMITS });
        let connection = all.open();
        connection.takes_messages();
        all.second_passed();
        assert!(!connection.must_check());
        connection.check_after(2);
        all.second_passed();
        assert!(!connection.must_check());
        all.second_passed();
        assert!(connection.must_check() && !connection.must_check());
        connection.check_after(50);
        all.check();
        assert!(connection.must_check());
    }

    #[test]
    fn listeners_beside_each_other_are_counted_together() {
        let one = Connections::new(LIMITS);
        let other = one.beside(LIMITS);
        let (first, _second) = (one.open(), other.open());
        assert_eq!((one.count(), other.count(), one.total(), other.total()), (1, 1, 2, 2));
        drop(first);
        assert_eq!((one.count(), other.count(), one.total()), (0, 1, 1));
    }

    #[tokio::test]
    async fn it_is_empty_when_the_last_is_dropped() {
        let all = Connections::new(LIMITS);
        all.emptied().await;
        let (one, other) = (all.open(), all.open());
        let served = one.serve();
        all.close();
        assert!(one.is_closing() && other.is_closing());
        drop((one, other));
        assert_eq!(all.count(), 1);
        let (_, ()) = tokio::join!(all.emptied(), async { drop(served) });
        assert_eq!(all.count(), 0);
    }
}
