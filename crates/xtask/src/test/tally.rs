//! Counting tests by what Rust's test harness, and wasm-bindgen's after it, print.

use std::{fmt, ops::AddAssign};

/// How many passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

impl Tally {
    /// What was added after `earlier`.
    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            passed: self.passed - earlier.passed,
            failed: self.failed - earlier.failed,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads a harness's lines.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) tally: Tally,
    /// Names of the tests that were not run.
    pub(super) ignored: Vec<String>,
}

impl Reader {
    pub(super) fn line(&mut self, line: &str) {
        if let Some(test) = line.strip_prefix("test ") {
            if let Some((name, outcome)) = test.split_once(" ... ")
                && outcome.starts_with("ignored")
            {
                self.ignored.push(name.to_owned());
            }
            if let Some(result) = test.strip_prefix("result: ") {
                self.tally += Tally {
                    passed: count(result, " passed"),
                    failed: count(result, " failed"),
                };
            }
        }
    }
}

/// The number before `what`, as in "ok. 12 passed; 0 failed".
fn count(result: &str, what: &str) -> u32 {
    result
        .split([';', '.'])
        .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_the_results_of_several_harnesses() {
        let mut reader = Reader::default();
        for line in [
            "test domain::lower_case ... ok",
            "test slow ... ignored, takes a minute",
            "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.27s",
            "a line of the test: 7 passed",
        ] {
            reader.line(line);
        }
        assert_eq!(reader.tally.to_string(), "17 passed, 3 failed");
        assert_eq!(reader.ignored, ["slow"]);
    }
}
