//! The states of a key and the transitions between them (NIST SP 800-57 part 1 §7, KMIP 2.1 §4.57).

use std::fmt;

/// The state of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Exists, but may not be used yet.
    PreActive,
    /// May protect and process data.
    Active,
    /// May process what was protected before, but protect nothing new.
    Deactivated,
    /// Its confidentiality is in doubt; may process what was protected before.
    Compromised,
    /// Its material is gone.
    Destroyed,
    /// Its material is gone, and its confidentiality was in doubt.
    DestroyedCompromised,
}

/// A transition that the state machine doesn't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTransition {
    /// The state that the object is in.
    pub from: State,
    /// What was asked, as a verb.
    pub verb: &'static str,
}

impl fmt::Display for InvalidTransition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot {} a key that is {}", self.verb, self.from)
    }
}

impl std::error::Error for InvalidTransition {}

/// What moves an object from one state to another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Activate,
    Deactivate,
    Compromise,
    Destroy,
}

impl State {
    /// All states, in the order of KMIP's enumeration.
    pub const ALL: [Self; 6] = [
        Self::PreActive,
        Self::Active,
        Self::Deactivated,
        Self::Compromised,
        Self::Destroyed,
        Self::DestroyedCompromised,
    ];

    /// The state after activation.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless pre-active.
    pub fn activate(self) -> Result<Self, InvalidTransition> {
        self.after(Event::Activate)
    }

    /// The state after deactivation.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless active.
    pub fn deactivate(self) -> Result<Self, InvalidTransition> {
        self.after(Event::Deactivate)
    }

    /// The state once the key's confidentiality is in doubt. Destroyed keys can become compromised, too.
    ///
    /// # Errors
    /// [`InvalidTransition`] if it is compromised already.
    pub fn compromise(self) -> Result<Self, InvalidTransition> {
        self.after(Event::Compromise)
    }

    /// The state once the material is gone.
    ///
    /// # Errors
    /// [`InvalidTransition`] if it is active (deactivate it first) or destroyed already.
    pub fn destroy(self) -> Result<Self, InvalidTransition> {
        self.after(Event::Destroy)
    }

    /// Whether the material is gone.
    #[must_use]
    pub const fn is_destroyed(self) -> bool {
        matches!(self, Self::Destroyed | Self::DestroyedCompromised)
    }

    /// Whether new data may be protected.
    #[must_use]
    pub const fn may_protect(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether what was protected before may be processed.
    #[must_use]
    pub const fn may_process(self) -> bool {
        matches!(self, Self::Active | Self::Deactivated | Self::Compromised)
    }

    /// The name, as stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreActive => "pre-active",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Compromised => "compromised",
            Self::Destroyed => "destroyed",
            Self::DestroyedCompromised => "destroyed-compromised",
        }
    }

    /// The state of this [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The one table of legal transitions.
    fn after(self, event: Event) -> Result<Self, InvalidTransition> {
        use Event::{Activate, Compromise, Deactivate, Destroy};
        let verb = match event {
            Activate => "activate",
            Deactivate => "deactivate",
            Compromise => "mark as compromised",
            Destroy => "destroy",
        };
        match (self, event) {
            (Self::PreActive, Activate) => Ok(Self::Active),
            (Self::Active, Deactivate) => Ok(Self::Deactivated),
            (Self::PreActive | Self::Active | Self::Deactivated, Compromise) => {
                Ok(Self::Compromised)
            }
            (Self::Destroyed, Compromise) => Ok(Self::DestroyedCompromised),
            (Self::PreActive | Self::Deactivated, Destroy) => Ok(Self::Destroyed),
            (Self::Compromised, Destroy) => Ok(Self::DestroyedCompromised),
            (from, _) => Err(InvalidTransition { from, verb }),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn the_transitions_are_those_of_the_standard() {
        let mut table = String::new();
        for state in State::ALL {
            let show = |next: Result<State, _>| next.map_or("-", State::name);
            table.push_str(&format!(
                "{state}: {} {} {} {}\n",
                show(state.activate()),
                show(state.deactivate()),
                show(state.compromise()),
                show(state.destroy())
            ));
        }
        assert_eq!(
            table,
            "pre-active: active - compromised destroyed\n\
             active: - deactivated compromised -\n\
             deactivated: - - compromised destroyed\n\
             compromised: - - - destroyed-compromised\n\
             destroyed: - - destroyed-compromised -\n\
             destroyed-compromised: - - - -\n"
        );
    }

    #[test]
    fn names_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::from_name(state.name()), Some(state));
        }
        assert_eq!(State::from_name("dormant"), None);
    }
}
