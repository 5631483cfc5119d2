//! What a process that holds keys denies itself, before it reads anything.
//!
//! Two things that need `unsafe` are left out: overwriting the environment that the process was started with, and a locked
//! arena for keys alone. Instead all memory is locked where the system allows it.

use std::io::{self, Write as _};
use std::panic;

use rustix::fs::Mode;
use rustix::mm::MlockAllFlags;
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use rustix::thread::CapabilitySet;

use crate::exit::StartError;

/// What the system allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hardened {
    /// How many files and sockets may be open; none if there is no limit.
    pub(crate) open_files: Option<u64>,
    /// Whether no page is ever written to swap.
    pub(crate) memory_is_locked: bool,
}

/// Hardens the process. Called first, on the only thread.
///
/// # Errors
/// [`StartError::Hardening`] when something was refused that no system should refuse.
pub(crate) fn harden() -> Result<Hardened, StartError> {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(Resource::Core, none).map_err(failed("no core dumps"))?;
    // Nobody of the same user can attach a debugger or read the memory through /proc.
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(failed("not dumpable"))?;
    rustix::thread::set_no_new_privs(true).map_err(failed("no new privileges"))?;
    print_only_the_place_of_a_panic();
    Ok(Hardened { open_files: raise_open_files(), memory_is_locked: lock_memory() })
}

/// The limit of open files is raised as far as the system lets it.
fn raise_open_files() -> Option<u64> {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match rustix::process::setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

/// Locks all memory that is ever touched, and nothing that is only reserved.
///
/// Done only where there is no limit to it: under a limit, an allocation beyond it would end the process.
fn lock_memory() -> bool {
    let unlimited = Rlimit { current: None, maximum: None };
    let is_privileged = || {
        rustix::thread::capabilities(None)
            .is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK))
    };
    let may_lock = rustix::process::getrlimit(Resource::Memlock) == unlimited
        || rustix::process::setrlimit(Resource::Memlock, unlimited).is_ok()
        || is_privileged();
    let touched = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
    may_lock && rustix::mm::mlockall(touched).is_ok()
}

/// A panic's message may hold what was being worked on; its place never does.
fn print_only_the_place_of_a_panic() {
    panic::set_hook(Box::new(|information| {
        let place = information.location().map(ToString::to_string).unwrap_or_default();
        if tracing::dispatcher::has_been_set() {
            tracing::error!(place, "the service panicked; please report this as a bug");
        } else {
            // Nobody listens any more if standard error is closed.
            let _ = writeln!(
                io::stderr(),
                "claviger: panicked at {place}; please report this as a bug"
            );
        }
    }));
}

fn failed(what: &'static str) -> impl FnOnce(rustix::io::Errno) -> StartError {
    move |error| StartError::Hardening { what, error: io::Error::from(error) }
}
