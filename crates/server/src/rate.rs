use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use zegel_protocol::Timestamp;

use crate::error::{Error, Result};

/// So many requests in so much time, for each key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many at once, and in each period. 0 switches the limit off.
    pub requests: u32,
    /// The period in milliseconds.
    pub period_ms: u64,
}

impl Rate {
    /// So many a minute.
    #[must_use]
    pub const fn per_minute(requests: u32) -> Self {
        Self {
            requests,
            period_ms: 60_000,
        }
    }

    /// So many an hour.
    #[must_use]
    pub const fn per_hour(requests: u32) -> Self {
        Self {
            requests,
            period_ms: 3_600_000,
        }
    }

    /// So many a day.
    #[must_use]
    pub const fn per_day(requests: u32) -> Self {
        Self {
            requests,
            period_ms: 86_400_000,
        }
    }
}

/// Token buckets: a bucket holds `requests` tokens and fills up evenly over the period.
///
/// They are kept as one number a key, the time at which the bucket is full again (the generic cell rate algorithm).
pub(crate) struct Buckets<K> {
    rate: Rate,
    state: Mutex<State<K>>,
}

struct State<K> {
    full_at: HashMap<K, u64>,
    /// Full buckets are forgotten when there are more than this many.
    sweep_at: usize,
}

/// So many buckets are never swept.
const KEPT: usize = 10_000;

impl<K: Eq + Hash> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        let state = State {
            full_at: HashMap::new(),
            sweep_at: KEPT,
        };
        Self {
            rate,
            state: Mutex::new(state),
        }
    }

    /// Takes a token out of the key's bucket.
    ///
    /// # Errors
    ///
    /// `too_many_requests` with the time until there is one.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Result<()> {
        if self.rate.requests == 0 {
            return Ok(());
        }
        let cost = self.rate.period_ms / u64::from(self.rate.requests);
        let now = now.0;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.full_at.len() > state.sweep_at {
            state.full_at.retain(|_, at| *at > now);
            // Twice as many have to come before the next sweep: a flood of keys costs a constant each.
            state.sweep_at = KEPT.max(state.full_at.len() * 2);
        }
        let at = state.full_at.entry(key).or_insert(now);
        let next = (*at).max(now) + cost;
        // An empty bucket is full again after one period; a little more is one token too many.
        let over = next.saturating_sub(now + self.rate.period_ms);
        if over > 0 {
            let seconds = over.div_ceil(1000);
            return Err(Error::too_many_requests(
                u32::try_from(seconds).unwrap_or(u32::MAX),
            ));
        }
        *at = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, Rate};
    use zegel_protocol::Timestamp;

    #[test]
    fn a_bucket_empties_and_fills() {
        let buckets = Buckets::new(Rate::per_minute(3));
        let start = Timestamp(1_000_000);
        for _ in 0..3 {
            buckets.take("a", start).unwrap();
        }
        assert!(buckets.take("a", start).is_err());
        buckets.take("b", start).unwrap();
        assert!(buckets.take("a", start.plus_ms(19_000)).is_err());
        buckets.take("a", start.plus_ms(20_000)).unwrap();
        assert!(buckets.take("a", start.plus_ms(20_000)).is_err());
    }

    #[test]
    fn buckets_that_are_full_again_are_forgotten() {
        let buckets = Buckets::new(Rate::per_minute(1));
        for key in 0..=super::KEPT {
            buckets.take(key, Timestamp(0)).unwrap();
        }
        buckets.take(0, Timestamp(60_000)).unwrap();
        assert_eq!(buckets.state.lock().unwrap().full_at.len(), 1);
    }

    #[test]
    fn zero_switches_off() {
        let buckets = Buckets::new(Rate::per_minute(0));
        for _ in 0..1000 {
            buckets.take((), Timestamp(0)).unwrap();
        }
    }
}
