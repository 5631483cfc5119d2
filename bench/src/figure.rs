//! A figure to reach, what was measured, and whether that is enough.

use std::fmt;

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What is measured, in words.
    pub what: String,
    /// What is wanted.
    pub target: Target,
    /// What was measured; `None` if it could not be, for the reason in `detail`.
    pub measured: Option<f64>,
    /// The raw numbers behind it.
    pub detail: String,
}

/// What a measured value must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// At least this.
    AtLeast(f64, Unit),
    /// At most this.
    AtMost(f64, Unit),
    /// Nothing: the figure is there to be read beside the others.
    Information(Unit),
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A quotient of two measurements of the same run.
    Times,
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Mebibytes.
    Mebibytes,
}

impl Figure {
    /// A figure that was measured.
    pub fn measured(what: &str, target: Target, value: f64, detail: impl Into<String>) -> Self {
        Self { what: what.into(), target, measured: Some(value), detail: detail.into() }
    }

    /// A figure that could not be measured, and why.
    pub fn missing(what: &str, target: Target, reason: impl Into<String>) -> Self {
        Self { what: what.into(), target, measured: None, detail: reason.into() }
    }

    /// Whether the target is reached; `None` where there is no target or no measurement.
    pub fn is_met(&self) -> Option<bool> {
        let measured = self.measured.filter(|value| value.is_finite())?;
        match self.target {
            Target::AtLeast(least, _) => Some(measured >= least),
            Target::AtMost(most, _) => Some(measured <= most),
            Target::Information(_) => None,
        }
    }

    /// The verdict in one word or two.
    pub fn verdict(&self) -> &'static str {
        match (self.is_met(), self.target) {
            (Some(true), _) => "met",
            (Some(false), _) => "**not met**",
            (None, Target::Information(_)) if self.measured.is_some() => "–",
            (None, _) => "not measured",
        }
    }
}

impl Target {
    /// What the value counts.
    pub fn unit(&self) -> Unit {
        match *self {
            Self::AtLeast(_, unit) | Self::AtMost(_, unit) | Self::Information(unit) => unit,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least, unit) => write!(formatter, "≥ {}", unit.display(*least)),
            Self::AtMost(most, unit) => write!(formatter, "≤ {}", unit.display(*most)),
            Self::Information(_) => formatter.write_str("–"),
        }
    }
}

impl Unit {
    /// A value with three significant digits and its unit.
    pub fn display(self, value: f64) -> String {
        let number = significant(value);
        match self {
            Self::Times => format!("{number} ×"),
            Self::Microseconds => format!("{number} µs"),
            Self::Milliseconds => format!("{number} ms"),
            Self::Seconds => format!("{number} s"),
            Self::Mebibytes => format!("{number} MiB"),
        }
    }
}

/// A number as people read it: about three digits, no trailing zeros.
pub fn significant(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let number = format!("{value:.decimals$}");
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_follows_from_target_and_measurement() {
        let least = |value| Figure::measured("x", Target::AtLeast(0.7, Unit::Times), value, "");
        assert_eq!(least(0.7).verdict(), "met");
        assert_eq!(least(0.69).verdict(), "**not met**");
        assert_eq!(least(f64::NAN).verdict(), "not measured");
        let most = |value| Figure::measured("x", Target::AtMost(1.5, Unit::Times), value, "");
        assert_eq!(most(1.5).verdict(), "met");
        assert_eq!(most(1.51).verdict(), "**not met**");
        let information = Target::Information(Unit::Seconds);
        assert_eq!(Figure::measured("x", information, 1.0, "").verdict(), "–");
        assert_eq!(Figure::missing("x", information, "why").verdict(), "not measured");
    }

    #[test]
    fn numbers_have_about_three_digits() {
        let shown: Vec<String> =
            [0.0, 0.12345, 1.0, 1.5, 12.34, 123.4, 65_432.1].map(significant).into();
        assert_eq!(shown, ["0", "0.123", "1", "1.5", "12.3", "123", "65432"]);
        assert_eq!(Target::AtMost(1.0 / 7.0, Unit::Times).to_string(), "≤ 0.143 ×");
        assert_eq!(Target::AtLeast(10.0, Unit::Times).to_string(), "≥ 10 ×");
        assert_eq!(Unit::Mebibytes.display(31.96), "32 MiB");
    }
}
