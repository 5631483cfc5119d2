//! Several servers under the same load, in turns, so that a slow minute of the machine hits all of them alike.

use anyhow::{Context, Result, bail};

use crate::{
    figure::{Figure, Target, Unit, significant},
    load::{self, Plan, Requests, Speech, arrivals::Pace, measurement::Measurement},
    report::Load,
    run::Bench,
    server::Server,
};

/// One server and what it is asked.
pub struct Contender<'a> {
    /// The server.
    pub server: &'a Server,
    /// Its requests.
    pub requests: Requests,
    /// How it is spoken to.
    pub speech: Speech,
}

impl<'a> Contender<'a> {
    /// Asks this server these requests in turn.
    pub fn new(server: &'a Server, requests: Vec<Vec<u8>>) -> Self {
        Self::with(server, Requests::fixed(requests))
    }

    /// Asks this server these requests.
    pub fn with(server: &'a Server, requests: Requests) -> Self {
        Self { server, requests, speech: Speech::Http }
    }

    /// Asks this server these messages in turn.
    pub fn of_messages(server: &'a Server, messages: Vec<Vec<u8>>, speech: Speech) -> Self {
        Self { server, requests: Requests::fixed(messages), speech }
    }

    /// What a load needs to know.
    pub fn target(&self) -> load::Target {
        load::Target { speech: self.speech.clone(), ..self.server.target() }
    }
}

/// Loads each server in turn, for as many rounds as the run's effort says; gives each one's median, in their order.
///
/// A single request that fails makes the comparison worthless and is an error.
pub async fn compare(
    bench: &Bench,
    what: &str,
    connections: usize,
    pace: Pace,
    contenders: &[Contender<'_>],
) -> Result<Vec<Load>> {
    let effort = &bench.effort;
    let plan = Plan { connections, pace, warm_up: effort.warm_up, measure: effort.measure };
    let mut rounds: Vec<Vec<Measurement>> = vec![Vec::new(); contenders.len()];
    for _ in 0..effort.rounds {
        for (contender, rounds) in contenders.iter().zip(&mut rounds) {
            let name = contender.server.name;
            let target = contender.target();
            let measurement = load::run(target, plan, &contender.requests)
                .await
                .with_context(|| format!("{what} on {name}"))?;
            if measurement.errors > 0 {
                let first = measurement.first_error.unwrap_or_default();
                bail!(
                    "{what} on {name}: {} requests failed, the first: {first}",
                    measurement.errors
                );
            }
            rounds.push(measurement);
        }
    }
    contenders
        .iter()
        .zip(&rounds)
        .map(|(contender, rounds)| {
            let measurement = Measurement::median_of(rounds).context("a run of no rounds")?;
            let server = contender.server.name;
            Ok(Load { what: what.to_owned(), server, connections, pace, measurement })
        })
        .collect()
}

/// Our rate as a multiple of theirs.
pub fn rate_ratio(what: &str, at_least: f64, ours: &Load, theirs: &Load) -> Figure {
    let (rate, other) = (ours.measurement.rate, theirs.measurement.rate);
    let detail =
        format!("{}/s against {}/s of {}", significant(rate), significant(other), theirs.server);
    Figure::measured(what, Target::AtLeast(at_least, Unit::Times), rate / other, detail)
}

/// Our processor time per request as a multiple of theirs.
pub fn cpu_ratio(what: &str, at_most: f64, ours: &Load, theirs: &Load) -> Figure {
    let (cpu, other) = (ours.measurement.cpu_microseconds, theirs.measurement.cpu_microseconds);
    let detail = format!(
        "{} µs per request against {} µs of {}",
        significant(cpu),
        significant(other),
        theirs.server
    );
    Figure::measured(what, Target::AtMost(at_most, Unit::Times), cpu / other, detail)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::load::measurement::{Cost, Recorder};

    fn load(server: &'static str, rate: f64, cpu: f64) -> Load {
        let cost = Cost {
            elapsed: Duration::from_secs(1),
            server_cpu: Duration::ZERO,
            generator_cpu: Duration::ZERO,
            peak_mebibytes: 1.0,
        };
        let empty = Recorder::new().expect("valid bounds").finish(&cost);
        let measurement = Measurement { rate, cpu_microseconds: cpu, ..empty };
        Load { what: "x".into(), server, connections: 1, pace: Pace::Closed, measurement }
    }

    #[test]
    fn ratios_say_how_we_stand_to_the_peer() {
        let (ours, theirs) = (load("Claviger", 800.0, 18.0), load("bare hyper", 1000.0, 12.0));
        let rate = rate_ratio("rate", 0.7, &ours, &theirs);
        assert_eq!(rate.verdict(), "met");
        assert_eq!(rate.detail, "800/s against 1000/s of bare hyper");
        let cpu = cpu_ratio("cost", 1.4, &ours, &theirs);
        assert_eq!(cpu.measured, Some(1.5));
        assert_eq!(cpu.verdict(), "**not met**");
        assert_eq!(cpu.detail, "18 µs per request against 12 µs of bare hyper");
    }
}
