//! What an administrator's open browser does by itself: it checks escrows, certifies members and renews the record.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Role;
use zegel_client::view::CertifyReport;

use super::{App, browser};
use crate::worker::{call, messages::CertifyMembers};

/// How often members that joined meanwhile are looked for.
const EVERY_MS: i32 = 30_000;

/// The rounds of this browser. Cheap to copy; given as a context.
#[derive(Clone, Copy)]
pub(crate) struct Certifier {
    app: App,
    /// What the last round that ended well left; lists of members follow it.
    pub(crate) report: RwSignal<CertifyReport>,
    /// Counts the rounds that changed something.
    pub(crate) changes: RwSignal<u32>,
    running: StoredValue<bool>,
}

impl Certifier {
    /// Starts the rounds. They rest while nobody, or no administrator, is signed in.
    pub(crate) fn start(app: App) -> Self {
        let certifier = Self {
            app,
            report: RwSignal::new(CertifyReport::default()),
            changes: RwSignal::new(0),
            running: StoredValue::new(false),
        };
        // At sign-in, and at once when the password was proved again.
        let unlocked = Memo::new(move |_| certifier.works().then(|| certifier.unlocked()));
        Effect::new(move || match unlocked.get() {
            Some(_) => certifier.run_in_background(),
            None => certifier.report.set(CertifyReport::default()),
        });
        spawn_local(async move {
            loop {
                browser::sleep_ms(EVERY_MS).await;
                if untrack(|| certifier.works()) {
                    certifier.run().await;
                }
            }
        });
        certifier
    }

    /// The context of the component that runs.
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// One round beside everything else.
    pub(crate) fn run_in_background(self) {
        spawn_local(async move {
            self.run().await;
        });
    }

    /// One round, unless one goes on; what it did.
    pub(crate) async fn run(self) -> Option<CertifyReport> {
        if self.running.try_get_value() != Some(false) {
            return None;
        }
        self.running.set_value(true);
        let outcome = call(CertifyMembers {}).await;
        let _ = self.running.try_set_value(false);
        // A round that fails is tried again; what it was about to do still shows as not yet checked.
        let report = outcome.ok().filter(|_| untrack(|| self.works()))?;
        if report.certified > 0 || report.failed > 0 || report.rotated > 0 {
            self.changes
                .update(|changes| *changes = changes.wrapping_add(1));
        }
        self.report.set(report);
        Some(report)
    }

    fn works(self) -> bool {
        self.app.role() == Role::Administrator
    }

    fn unlocked(self) -> bool {
        self.app
            .session
            .with(|session| session.as_ref().is_some_and(|session| session.unlocked))
    }
}
