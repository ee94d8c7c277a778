use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use zegel_protocol::Timestamp;

/// What time it is. Passed in, so that tests can let 90 days go by.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The machine's clock, set forward by hand.
#[derive(Debug, Default)]
pub struct ShiftedClock {
    /// How late it was at first.
    late_ms: u64,
    advanced_ms: AtomicU64,
}

impl ShiftedClock {
    /// Starts `late_ms` milliseconds ago.
    #[must_use]
    pub fn late(late_ms: u64) -> Self {
        Self {
            late_ms,
            advanced_ms: AtomicU64::new(0),
        }
    }

    /// Sets it forward by `ms` milliseconds.
    pub fn advance_ms(&self, ms: u64) {
        self.advanced_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let start = Timestamp(SystemClock.now().0.saturating_sub(self.late_ms));
        start.plus_ms(self.advanced_ms.load(Ordering::Relaxed))
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}
