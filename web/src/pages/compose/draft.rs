use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use zegel_protocol::AccountId;

use super::composer::Composer;
use crate::components::{Icon, IconSize};
use crate::i18n::{self, mail as tx, t};
use crate::state::{App, browser};
use crate::worker::{
    call,
    messages::{DraftView, KeepDraft, KeptDraft},
};

/// After the last key, before the draft is sealed and kept.
const PAUSE_MS: u64 = 400;

/// Whether the draft is kept in this browser.
#[derive(Clone, Copy, PartialEq)]
enum Saving {
    /// Nothing written.
    Nothing,
    Running,
    Saved {
        at_ms: u64,
    },
    Failed,
}

/// Takes up the draft of before: from this page, or sealed from this browser.
pub(super) fn load(composer: Composer) {
    if let Some(draft) = composer.app.draft(composer.account) {
        composer.fill(draft);
        return;
    }
    spawn_local(async move {
        // A draft that does not open is no reason to stop somebody from writing.
        if let Ok(Some(draft)) = call(KeptDraft {}).await
            && !composer.is_touched()
        {
            composer.fill(draft);
        }
    });
}

/// Keeps the draft while it is written, and when the page is left.
pub(super) fn keep(composer: Composer) {
    let saving = RwSignal::new(Saving::Nothing);
    provide_context(SavingState(saving));
    let newest = StoredValue::new(0_u32);
    let kept = StoredValue::new(None::<DraftView>);
    Effect::new(move || {
        let draft = composer.draft();
        let wanted = not_blank(draft);
        composer.app.set_draft(composer.account, wanted.clone());
        newest.update_value(|newest| *newest += 1);
        let this = newest.get_value();
        if kept.get_value() == wanted && saving.get_untracked() != Saving::Running {
            return;
        }
        // From the first key on: "saved" would speak of what was there before it.
        saving.set(Saving::Running);
        browser::after_ms(PAUSE_MS, move || {
            if newest.try_get_value() == Some(this) && !is_done(composer) {
                kept.set_value(wanted.clone());
                save(saving, wanted);
            }
        });
    });
    on_cleanup(move || {
        if is_done(composer) || composer.app.account() != Some(composer.account) {
            return;
        }
        let draft = composer.app.draft(composer.account);
        if kept.try_get_value().is_some_and(|kept| kept != draft) {
            spawn_local(async move {
                // The text is still in the page's memory where this fails.
                let _ = call(KeepDraft { draft }).await;
            });
        }
    });
}

fn is_done(composer: Composer) -> bool {
    composer.done.try_get_value().unwrap_or(true)
}

fn not_blank(draft: DraftView) -> Option<DraftView> {
    (draft != DraftView::default()).then_some(draft)
}

#[derive(Clone, Copy)]
struct SavingState(RwSignal<Saving>);

fn save(saving: RwSignal<Saving>, draft: Option<DraftView>) {
    saving.set(Saving::Running);
    let blank = draft.is_none();
    spawn_local(async move {
        let outcome = call(KeepDraft { draft }).await;
        // The page may be left by now.
        let _ = saving.try_set(match outcome {
            Ok(()) if blank => Saving::Nothing,
            Ok(()) => Saving::Saved { at_ms: now_ms() },
            Err(_) => Saving::Failed,
        });
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a date after 1970 in whole milliseconds"
)]
fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// The message is on its way, or thrown away: nothing to keep.
pub(super) fn forget(composer: Composer) {
    composer.done.set_value(true);
    composer.app.forget_draft();
    spawn_local(async {
        // Worst case an old draft shows up at the next message.
        let _ = call(KeepDraft { draft: None }).await;
    });
}

/// Deletes the draft, with a way back.
pub(super) fn discard(composer: Composer, leave: Callback<()>) {
    let draft = untrack(|| not_blank(composer.draft()));
    forget(composer);
    leave.run(());
    if let Some(draft) = draft {
        let app = composer.app;
        let account = composer.account;
        let undo = Arc::new(move || restore(app, account, draft.clone()));
        app.toast_undo(tx::DRAFT_DELETED, tx::UNDO, undo);
    }
}

fn restore(app: App, account: AccountId, draft: DraftView) {
    app.set_draft(account, Some(draft.clone()));
    spawn_local(async move {
        let draft = Some(draft);
        // It stays in the page's memory where this fails.
        let _ = call(KeepDraft { draft }).await;
    });
}

/// What became of the draft: always in the same place.
#[component]
pub(super) fn DraftStatus(composer: Composer) -> impl IntoView {
    let SavingState(saving) = expect_context();
    let save_now = move |_| save(saving, untrack(|| not_blank(composer.draft())));
    let status = move || match saving.get() {
        Saving::Nothing => ().into_any(),
        Saving::Running => t(tx::SAVING_DRAFT).into_any(),
        Saving::Saved { at_ms } => {
            let text = t!(tx::DRAFT_SAVED, time = i18n::short_time(at_ms));
            text.into_any()
        }
        Saving::Failed => view! {
            <span class="seal-line" data-tone="warn">
                <Icon name="warn" size=IconSize::Small />
                {t(tx::DRAFT_NOT_SAVED)}
                <button class="link-button" type="button" on:click=save_now>
                    {t(tx::SAVE_NOW)}
                </button>
            </span>
        }
        .into_any(),
    };
    view! {
        <p class="muted" role="status">
            {status}
        </p>
    }
}
