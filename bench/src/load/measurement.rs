//! What one load gives: counts, rate, latencies, and what it cost the server and the generator.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The result of one load on one server.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Requests answered within the measured time.
    pub requests: u64,
    /// Requests that failed or were answered with anything but a whole 2xx, warm-up included.
    pub errors: u64,
    /// What the first of them said.
    pub first_error: Option<String>,
    /// Requests per second.
    pub rate: f64,
    /// Half of the requests took at most this many microseconds.
    pub median_microseconds: f64,
    /// All but one in a hundred requests took at most this many microseconds.
    pub p99_microseconds: f64,
    /// Processor time of the server process, user and system, per request, in microseconds.
    pub cpu_microseconds: f64,
    /// How many cores the generator itself kept busy: near 1.0 it is itself the limit.
    pub generator_cores: f64,
    /// The most memory that the server process has held resident since it started, in mebibytes.
    pub peak_mebibytes: f64,
}

impl Measurement {
    /// The median of several rounds, figure by figure; counts are added up.
    ///
    /// `None` without any round.
    pub fn median_of(rounds: &[Self]) -> Option<Self> {
        let first = rounds.first()?;
        let middle = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure).collect());
        Some(Self {
            requests: rounds.iter().map(|round| round.requests).sum(),
            errors: rounds.iter().map(|round| round.errors).sum(),
            first_error: rounds
                .iter()
                .find_map(|round| round.first_error.clone())
                .or_else(|| first.first_error.clone()),
            rate: middle(|round| round.rate),
            median_microseconds: middle(|round| round.median_microseconds),
            p99_microseconds: middle(|round| round.p99_microseconds),
            cpu_microseconds: middle(|round| round.cpu_microseconds),
            generator_cores: middle(|round| round.generator_cores),
            peak_mebibytes: rounds.iter().map(|round| round.peak_mebibytes).fold(0.0, f64::max),
        })
    }
}

/// The middle value, or the mean of the two in the middle; not a number for an empty list.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// Latencies and failures while a load runs.
pub struct Recorder {
    histogram: Histogram<u64>,
    errors: u64,
    first_error: Option<String>,
}

impl Recorder {
    /// An empty one.
    pub fn new() -> anyhow::Result<Self> {
        let histogram = Histogram::new_with_bounds(1, LONGEST_NANOSECONDS, SIGNIFICANT_DIGITS)?;
        Ok(Self { histogram, errors: 0, first_error: None })
    }

    /// Counts one reply and how long it took; beyond a minute counts as a minute.
    pub fn record(&mut self, latency: Duration) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(LONGEST_NANOSECONDS);
        self.histogram.saturating_record(nanoseconds.clamp(1, LONGEST_NANOSECONDS));
    }

    /// Counts one failure and keeps the first one's words.
    pub fn fail(&mut self, error: impl FnOnce() -> String) {
        self.errors += 1;
        if self.first_error.is_none() {
            self.first_error = Some(error());
        }
    }

    /// How many failures there were.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// Sums up, with what the measured time cost.
    pub fn finish(&self, cost: &Cost) -> Measurement {
        let requests = self.histogram.len();
        let seconds = cost.elapsed.as_secs_f64();
        Measurement {
            requests,
            errors: self.errors,
            first_error: self.first_error.clone(),
            rate: requests as f64 / seconds,
            median_microseconds: self.microseconds_at(0.5),
            p99_microseconds: self.microseconds_at(0.99),
            cpu_microseconds: cost.server_cpu.as_secs_f64() * 1e6 / requests.max(1) as f64,
            generator_cores: cost.generator_cpu.as_secs_f64() / seconds,
            peak_mebibytes: cost.peak_mebibytes,
        }
    }

    fn microseconds_at(&self, quantile: f64) -> f64 {
        self.histogram.value_at_quantile(quantile) as f64 / 1e3
    }
}

/// What the measured part of a load cost.
pub struct Cost {
    /// How long it lasted.
    pub elapsed: Duration,
    /// Processor time of the server process within it.
    pub server_cpu: Duration,
    /// Processor time of the generator within it.
    pub generator_cpu: Duration,
    /// The server's peak memory at its end.
    pub peak_mebibytes: f64,
}

const LONGEST_NANOSECONDS: u64 = 60_000_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn cost() -> Cost {
        Cost {
            elapsed: Duration::from_secs(2),
            server_cpu: Duration::from_millis(30),
            generator_cpu: Duration::from_secs(1),
            peak_mebibytes: 12.5,
        }
    }

    fn close(measured: f64, expected: f64) -> bool {
        (measured / expected - 1.0).abs() < 0.002
    }

    #[test]
    fn percentiles_rate_and_cost_follow_from_what_was_recorded() {
        let mut recorder = Recorder::new().expect("valid bounds");
        for microseconds in 1..=1000 {
            recorder.record(Duration::from_micros(microseconds));
        }
        recorder.fail(|| "first".into());
        recorder.fail(|| "second".into());
        let measurement = recorder.finish(&cost());
        assert_eq!(measurement.requests, 1000);
        assert_eq!(measurement.errors, 2);
        assert_eq!(measurement.first_error.as_deref(), Some("first"));
        assert!(close(measurement.rate, 500.0));
        assert!(close(measurement.median_microseconds, 500.0), "{measurement:?}");
        assert!(close(measurement.p99_microseconds, 990.0), "{measurement:?}");
        assert!(close(measurement.cpu_microseconds, 30.0));
        assert!(close(measurement.generator_cores, 0.5));
        assert!(close(measurement.peak_mebibytes, 12.5));
    }

    #[test]
    fn a_load_without_replies_has_no_rate_and_does_not_divide_by_zero() {
        let measurement = Recorder::new().expect("valid bounds").finish(&cost());
        assert_eq!((measurement.requests, measurement.errors), (0, 0));
        assert!(measurement.rate.abs() < f64::EPSILON);
        assert!(measurement.cpu_microseconds.is_finite());
    }

    #[test]
    fn endless_latencies_count_as_the_longest() {
        let mut recorder = Recorder::new().expect("valid bounds");
        recorder.record(Duration::from_secs(3600));
        recorder.record(Duration::ZERO);
        let measurement = recorder.finish(&cost());
        assert_eq!(measurement.requests, 2);
        assert!(close(measurement.p99_microseconds, 60e6));
    }

    #[test]
    fn the_median_is_taken_figure_by_figure() {
        let round = |rate: f64, cpu: f64, peak: f64| Measurement {
            rate,
            cpu_microseconds: cpu,
            peak_mebibytes: peak,
            ..Recorder::new().expect("valid bounds").finish(&cost())
        };
        let rounds = [round(1.0, 30.0, 5.0), round(3.0, 10.0, 7.0), round(2.0, 20.0, 6.0)];
        let middle = Measurement::median_of(&rounds).expect("three rounds");
        assert!(close(middle.rate, 2.0));
        assert!(close(middle.cpu_microseconds, 20.0));
        assert!(close(middle.peak_mebibytes, 7.0));
        assert_eq!(Measurement::median_of(&[]), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert!(close(median(vec![4.0, 1.0, 3.0, 2.0]), 2.5));
        assert!(median(Vec::new()).is_nan());
    }
}
