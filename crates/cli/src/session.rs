//! What a command works with: settings, a connection and the screen.

use std::ffi::OsString;
use std::io::IsTerminal as _;

use claviger_client::Client;
use tokio::runtime::{Builder, Runtime};

use crate::environment::Environment;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::profile::{self, Profile};
use crate::screen::{Format, Screen};

/// Where the service is when nobody says.
pub(crate) const DEFAULT_URL: &str = "http://127.0.0.1:9998";
/// The key that serves when nobody says; the service makes it on first use.
pub(crate) const DEFAULT_KEY: &str = "default";

/// What a command works with.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) screen: Screen,
    /// The profile's key.
    key: Option<String>,
    runtime: Runtime,
}

impl Session {
    /// Flag, environment, profile and default, in this order.
    ///
    /// # Errors
    /// [`Failure`] if a setting is wrong. Nothing is sent yet.
    pub(crate) fn open(environment: &Environment, globals: &Globals) -> Result<Self, Failure> {
        let profile = profile(environment, globals)?;
        let url = match &globals.url {
            Some(url) => Some(url.clone()),
            None => text("KMS_SERVICE_URL", environment.url.as_ref())?,
        };
        let url = url.or(profile.url).unwrap_or_else(|| DEFAULT_URL.to_owned());
        let format = format(environment, globals, profile.output.as_deref())?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::file("the runtime".as_ref(), "started", error))?;
        let screen = screen(environment, globals, format);
        Ok(Self { client: Client::new(&url)?, screen, key: profile.key, runtime })
    }

    /// Waits for the service's answer.
    ///
    /// # Errors
    /// [`Failure::Service`].
    pub(crate) fn wait<T>(
        &self,
        answer: impl Future<Output = Result<T, claviger_client::Error>>,
    ) -> Result<T, Failure> {
        Ok(self.wait_for(answer)?)
    }

    /// Waits for the service's answer.
    ///
    /// # Errors
    /// As the service said.
    pub(crate) fn wait_for<T>(
        &self,
        answer: impl Future<Output = Result<T, claviger_client::Error>>,
    ) -> Result<T, claviger_client::Error> {
        self.runtime.block_on(answer)
    }

    /// The key that was named, or the profile's.
    pub(crate) fn key(&self, named: Option<String>) -> Option<String> {
        named.or_else(|| self.key.clone())
    }
}

/// The profile that was chosen.
///
/// # Errors
/// [`Failure`] if there is none of that name, or the file can't be read.
pub(crate) fn profile(environment: &Environment, globals: &Globals) -> Result<Profile, Failure> {
    let name = match &globals.profile {
        Some(name) => Some(name.clone()),
        None => text("KMS_PROFILE", environment.profile.as_ref())?,
    };
    profile::load(environment, name.as_deref())
}

/// How results are written.
///
/// # Errors
/// [`Failure::Usage`] if a variable or the profile names something else than a format.
pub(crate) fn format(
    environment: &Environment,
    globals: &Globals,
    of_profile: Option<&str>,
) -> Result<Format, Failure> {
    let of_variable = text("KMS_OUTPUT", environment.output.as_ref())?;
    let named = globals.output.as_deref().or(of_variable.as_deref()).or(of_profile);
    named.map_or(Ok(Format::Table), |name| {
        Format::from_name(name).ok_or_else(|| {
            Failure::usage(format!("`{name}` is no output format"), "use `table` or `json`")
        })
    })
}

/// The screen with these settings.
pub(crate) fn screen(environment: &Environment, globals: &Globals, format: Format) -> Screen {
    let wanted = !globals.no_color && !environment.no_color;
    let colour = wanted && format == Format::Table && std::io::stdout().is_terminal();
    Screen { format, quiet: globals.quiet, colour }
}

fn text(name: &str, value: Option<&OsString>) -> Result<Option<String>, Failure> {
    let read = |value: &OsString| {
        let refused = || Failure::usage(format!("{name} is not UTF-8 text"), "set it to text");
        value.to_str().map(str::to_owned).ok_or_else(refused)
    };
    value.map(read).transpose()
}
