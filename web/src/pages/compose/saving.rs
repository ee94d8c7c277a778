//! Keeps what is written: on the server, so that it is there on every device and for everybody who reads the account;
//! in this browser, sealed, while the server cannot take it.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::ErrorCode;
use zegel_client::view::{DraftContent, DraftView, Failure, Field, Reason};
use zegel_protocol::{AccountId, DraftId};

use super::clash::{Clash, compare, is_gone, show_ended};
use super::composer::Composer;
use crate::components::{Icon, IconSize};
use crate::i18n::{self, errors, fill, mail as tx, t};
use crate::state::drafts::{Track, is_blank};
use crate::state::{App, Message, browser};
use crate::worker::{
    call,
    messages::{
        DeleteDraft, ForgetKeptDraft, KeepDraft, KeptDraft, NewDraft, OpenDraft, SaveDraft,
    },
};

/// After the last key, before the draft is sealed and stored.
const PAUSE_MS: u64 = 800;
/// After the server could not take it, before another try.
const AGAIN_MS: u64 = 15_000;

/// What became of the draft.
#[derive(Clone, PartialEq)]
pub(super) enum Saving {
    /// Nothing to store yet.
    Nothing,
    Running,
    /// On the server.
    Saved {
        at_ms: u64,
    },
    /// In this browser only, because of this.
    KeptHere(Failure),
    /// Nowhere but on this page, because of this.
    Failed(Failure),
}

/// Keeps the draft while it is written, and when the page is left.
pub(super) fn keep(composer: Composer) {
    let newest = StoredValue::new(0_u32);
    Effect::new(move || {
        let view = composer.view();
        let stored = composer
            .track
            .with_value(|track| track.is_stored(&view.content));
        let memory = (!stored).then_some(view);
        composer.app.set_draft(composer.account, memory);
        newest.update_value(|newest| *newest += 1);
        if stored {
            return;
        }
        // From the first key on: "saved" would speak of what was there before it.
        if composer.clash.with_untracked(Option::is_none) {
            composer.saving.set(Saving::Running);
        }
        let this = newest.get_value();
        browser::after_ms(PAUSE_MS, move || {
            if newest.try_get_value() == Some(this) {
                save(composer);
            }
        });
    });
    on_cleanup(move || leave(composer));
}

fn is_done(composer: Composer) -> bool {
    composer.done.try_get_value().unwrap_or(true)
}

/// Stores what is written, where that is due.
pub(super) fn save(composer: Composer) {
    if is_done(composer) {
        return;
    }
    let content = untrack(|| composer.content());
    let replaces = composer
        .track
        .try_update_value(|track| track.begin(&content))
        .flatten();
    let Some(replaces) = replaces else { return };
    let draft = composer.draft.get_untracked();
    let mailbox = composer.account;
    composer.saving.set(Saving::Running);
    spawn_local(async move {
        let command = SaveDraft {
            mailbox,
            draft,
            replaces,
            content,
        };
        let outcome = call(command).await;
        if composer.saving.is_disposed() {
            return;
        }
        match outcome {
            Ok(version) => stored(composer, draft, version),
            Err(failure) if is_conflict(&failure) => {
                // Who waits for the write finds the other version then.
                if compare(composer, true).await {
                    settled(composer, draft);
                } else {
                    composer.track.try_update_value(Track::refused);
                }
            }
            Err(failure) if is_sent(&failure) => {
                composer.track.update_value(Track::refused);
                Clash::Sent.show(composer);
            }
            Err(failure) if is_over(&failure, replaces) => {
                composer.track.update_value(Track::refused);
                show_ended(composer).await;
            }
            Err(failure) => {
                composer.track.update_value(Track::failed);
                keep_here(composer, failure).await;
            }
        }
    });
}

/// Whether there is a message by the draft's identifier already.
pub(super) const fn is_sent(failure: &Failure) -> bool {
    matches!(failure.reason, Reason::Server(ErrorCode::DuplicateId))
}

/// Whether the draft was sent or deleted, by what a write was refused for. A file may be missing as well.
fn is_over(failure: &Failure, replaces: u32) -> bool {
    failure.field.is_none() && replaces > 0 && is_gone(failure)
}

/// Stores the draft at once, also where nothing is written in it yet, and waits for that: files belong to it, which a
/// page that is loaded anew finds by it.
pub(super) async fn store_now(composer: Composer) {
    composer.track.try_update_value(Track::want);
    // What is on its way may be from before.
    composer.wait_for_write().await;
    save(composer);
    composer.wait_for_write().await;
}

fn stored(composer: Composer, draft: DraftId, version: u32) {
    composer.track.update_value(|track| track.done(version));
    settled(composer, draft);
}

/// The server has what this page wrote. What was written since is due.
pub(super) fn settled(composer: Composer, draft: DraftId) {
    let current = untrack(|| composer.view());
    let all = composer
        .track
        .with_value(|track| track.is_stored(&current.content));
    if all {
        composer.saving.set(Saving::Saved { at_ms: now_ms() });
        composer.app.set_draft(composer.account, None);
    }
    spawn_local(forget_kept(composer.account, draft));
    composer.on_stored.run(draft);
    save(composer);
}

/// Keeps the draft in this browser until the server takes it, and says why it did not.
pub(super) async fn keep_here(composer: Composer, failure: Failure) {
    let copy = keep_copy(composer).await;
    if composer.is_left() {
        return;
    }
    composer.mark(&failure);
    let again = can_change(&failure);
    composer.saving.set(match copy {
        Ok(()) => Saving::KeptHere(failure),
        Err(_) => Saving::Failed(failure),
    });
    if again {
        browser::after_ms(AGAIN_MS, move || {
            if !composer.is_left() {
                save(composer);
            }
        });
    }
}

/// Whether the same write may go well later: what is too long stays so until somebody shortens it, which is a reason
/// to store it by itself.
const fn can_change(failure: &Failure) -> bool {
    !matches!(
        failure.reason,
        Reason::TooLong | Reason::Server(ErrorCode::TooLarge)
    )
}

/// Keeps a copy of the draft in this browser, sealed. The page is read at once: it may be left soon.
pub(super) fn keep_copy(composer: Composer) -> impl Future<Output = Result<(), Failure>> + use<> {
    let mailbox = composer.account;
    let draft = untrack(|| composer.view());
    async move { call(KeepDraft { mailbox, draft }).await }
}

/// Forgets what this browser keeps of a draft. At worst it is offered once more where that fails.
pub(super) async fn forget_kept(mailbox: AccountId, draft: DraftId) {
    let _ = call(ForgetKeptDraft { mailbox, draft }).await;
}

/// The page is left: what is not stored yet still is.
fn leave(composer: Composer) {
    // Who signed out finds the text here again.
    if is_done(composer) || composer.app.account().is_none() {
        return;
    }
    let (app, mailbox) = (composer.app, composer.account);
    let draft = app.draft(mailbox);
    app.set_draft(mailbox, None);
    // Stored beside a message that went out it would be sent twice: the outcome decides.
    if let Some(left_behind) = composer.on_its_way.try_get_value().flatten() {
        left_behind.set_value(draft);
        return;
    }
    // It was to be sent, and was not asked for yet: whoever left does not see the page say that it was not.
    let unsent = composer.sending.try_get_untracked().unwrap_or_default();
    let Some(mut draft) = draft else {
        if unsent {
            say_not_sent(app, &Kept::Stored);
        }
        return;
    };
    // A write may have ended since the last key.
    if let Some(version) = composer.track.try_with_value(Track::version) {
        draft.version = version;
    }
    let running = composer.track.try_with_value(Track::running).flatten();
    spawn_local(async move {
        let kept = put_away(app, mailbox, draft, running).await;
        if unsent {
            say_not_sent(app, &kept);
        }
    });
}

/// Where a text is that its page does not show any more; where it is not on the server, because of what.
pub(super) enum Kept {
    /// On the server.
    Stored,
    /// In this browser.
    Here(Failure),
    /// On this page, until it is closed.
    Page(Failure),
    /// Nowhere.
    Lost(Failure),
}

/// Says that a message was not sent, and where it is.
pub(super) fn say_not_sent(app: App, kept: &Kept) {
    app.toast(match kept {
        Kept::Stored => tx::NOT_SENT_KEPT,
        Kept::Here(_) => tx::NOT_SENT_KEPT_HERE,
        Kept::Page(_) => tx::NOT_SENT_ON_PAGE,
        Kept::Lost(_) => tx::NOT_SENT_LOST,
    });
}

/// Stores what was written last on a page that is left; in this browser where the server cannot take it.
pub(super) async fn put_away(
    app: App,
    mailbox: AccountId,
    draft: DraftView,
    running: Option<DraftContent>,
) -> Kept {
    let failure = match store_late(mailbox, &draft, running).await {
        Ok(()) => {
            forget_kept(mailbox, draft.draft).await;
            return Kept::Stored;
        }
        Err(failure) => failure,
    };
    let copy = call(KeepDraft {
        mailbox,
        draft: draft.clone(),
    });
    if copy.await.is_ok() {
        Kept::Here(failure)
    } else if app.draft(mailbox).is_none() {
        app.set_draft(mailbox, Some(draft));
        Kept::Page(failure)
    } else {
        Kept::Lost(failure)
    }
}

/// Stores what was written last; where somebody else wrote meanwhile, beside theirs. `running` is what this page was
/// storing as it was left.
async fn store_late(
    mailbox: AccountId,
    draft: &DraftView,
    running: Option<DraftContent>,
) -> Result<(), Failure> {
    let write = |id: DraftId, replaces: u32| {
        call(SaveDraft {
            mailbox,
            draft: id,
            replaces,
            content: draft.content.clone(),
        })
    };
    match write(draft.draft, draft.version).await {
        Err(failure) if is_conflict(&failure) || is_sent(&failure) => {
            let command = OpenDraft {
                mailbox,
                draft: draft.draft,
            };
            let found = call(command).await.ok();
            match found {
                Some(found) if found.content == draft.content => Ok(()),
                Some(found) if Some(&found.content) == running.as_ref() => {
                    write(draft.draft, found.version).await.map(drop)
                }
                _ => write(call(NewDraft {}).await?, 0).await.map(drop),
            }
        }
        outcome => outcome.map(drop),
    }
}

pub(super) const fn is_conflict(failure: &Failure) -> bool {
    matches!(
        failure.reason,
        Reason::Server(ErrorCode::Conflict | ErrorCode::StaleStatement)
    )
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
pub(super) fn forget(composer: Composer, draft: DraftId) {
    let _ = composer.done.try_set_value(true);
    let (app, mailbox) = (composer.app, composer.account);
    // Another message may be written by now.
    if app.draft(mailbox).is_some_and(|kept| kept.draft == draft) {
        app.set_draft(mailbox, None);
    }
    spawn_local(forget_kept(mailbox, draft));
}

/// Deletes the draft, with a way back.
pub(super) fn discard(composer: Composer, leave: Callback<()>) {
    composer.hold(true);
    spawn_local(async move {
        // A write that arrives after that would bring the draft back.
        composer.wait_for_write().await;
        if composer.draft.is_disposed() {
            return;
        }
        let draft = untrack(|| composer.view());
        forget(composer, draft.draft);
        leave.run(());
        delete(composer.app, composer.account, draft);
    });
}

/// Deletes a draft as the server has it, and what this browser keeps of it, with a way back to both.
pub(crate) fn delete_listed(app: App, mailbox: AccountId, draft: DraftView) {
    spawn_local(async move {
        let id = draft.draft;
        // What does not open is no reason to keep somebody from deleting it.
        let kept = call(KeptDraft { mailbox, draft: id }).await.ok().flatten();
        let kept = kept.filter(|kept| kept.content != draft.content);
        delete_both(app, mailbox, draft, kept);
    });
}

/// Deletes a draft, with a way back.
fn delete(app: App, mailbox: AccountId, draft: DraftView) {
    delete_both(app, mailbox, draft, None);
}

fn delete_both(app: App, mailbox: AccountId, draft: DraftView, kept: Option<DraftView>) {
    let id = draft.draft;
    let stored = draft.version > 0;
    // Whether the server has it still; none while that is asked.
    let left = ArcStoredValue::new((!stored).then_some(false));
    let all = [Some(&draft), kept.as_ref()];
    if !all.into_iter().flatten().all(|it| is_blank(&it.content)) {
        let left = left.clone();
        let undo = Arc::new(move || {
            spawn_local(restore(
                app,
                mailbox,
                draft.clone(),
                kept.clone(),
                left.clone(),
            ));
        });
        app.toast_undo(tx::DRAFT_DELETED, tx::UNDO, undo);
    }
    spawn_local(async move {
        forget_kept(mailbox, id).await;
        if !stored {
            return;
        }
        let outcome = call(DeleteDraft { mailbox, draft: id }).await;
        left.set_value(Some(outcome.is_err()));
        if let Err(failure) = outcome {
            say(app, tx::DRAFT_NOT_DELETED, &failure);
        }
    });
}

/// Puts a deleted draft back, and what was kept here of it beside that.
async fn restore(
    app: App,
    mailbox: AccountId,
    mut draft: DraftView,
    kept: Option<DraftView>,
    left: ArcStoredValue<Option<bool>>,
) {
    // A deletion that arrives later would take it away again.
    let left = loop {
        match left.get_value() {
            Some(left) => break left,
            None => browser::sleep_ms(50).await,
        }
    };
    let (id, was) = (draft.draft, draft.version);
    if !left {
        draft.version = 0;
    }
    let now = draft.version.saturating_add(1);
    let put = put_away(app, mailbox, draft, None).await;
    let failed = match &put {
        Kept::Stored => None,
        Kept::Here(failure) => {
            app.toast(kept_message(failure));
            None
        }
        Kept::Page(failure) | Kept::Lost(failure) => Some(failure.clone()),
    };
    let outcome = match kept {
        Some(kept) => keep_beside(mailbox, id, &put, kept, (was, now)).await.err(),
        None => None,
    };
    if let Some(failure) = failed.or(outcome) {
        say(app, tx::DRAFT_NOT_RESTORED, &failure);
    }
}

/// Keeps in this browser what it kept before of a draft that was put back, whose version changed by that.
async fn keep_beside(
    mailbox: AccountId,
    id: DraftId,
    put: &Kept,
    mut kept: DraftView,
    (was, now): (u32, u32),
) -> Result<(), Failure> {
    if matches!(put, Kept::Stored) {
        kept.draft = id;
        // Based on another version it is to be noticed still.
        kept.version = if kept.version == was { now } else { 0 };
    } else {
        // In the place of the other one it would push that out.
        kept.draft = call(NewDraft {}).await?;
        kept.version = 0;
    }
    call(KeepDraft {
        mailbox,
        draft: kept,
    })
    .await
}

fn say(app: App, text: crate::i18n::Text, failure: &Failure) {
    let problem = untrack(|| errors::failure(failure));
    app.toast(Message::Filled(text, vec![("problem", problem)]));
}

/// What became of the draft: always in the same place.
#[component]
pub(super) fn DraftStatus(composer: Composer) -> impl IntoView {
    let status = move || match composer.saving.get() {
        Saving::Nothing => ().into_any(),
        Saving::Running => t(tx::SAVING_DRAFT).into_any(),
        Saving::Saved { at_ms } => {
            let text = t!(tx::DRAFT_SAVED, time = i18n::short_time(at_ms));
            text.into_any()
        }
        Saving::KeptHere(failure) => {
            view! { <Problem composer=composer text=move || kept_message(&failure).text() /> }
                .into_any()
        }
        Saving::Failed(failure) => {
            view! { <Problem composer=composer text=move || failed_text(&failure) /> }.into_any()
        }
    };
    view! {
        <p class="muted" role="status">
            {status}
        </p>
    }
}

/// Why the draft is in this browser only.
fn kept_message(failure: &Failure) -> Message {
    match failure.reason {
        Reason::Offline => Message::Text(tx::DRAFT_KEPT_HERE),
        _ => {
            let problem = untrack(|| words(failure));
            Message::Filled(tx::DRAFT_KEPT_HERE_PROBLEM, vec![("problem", problem)])
        }
    }
}

/// Why the draft is nowhere but on this page. What is wrong with a field is said there.
fn failed_text(failure: &Failure) -> String {
    match (failure.reason, failure.field) {
        (Reason::Offline, _) | (_, Some(Field::Subject | Field::Text | Field::Recipient)) => {
            tx::DRAFT_NOT_SAVED.get().to_owned()
        }
        _ => fill(tx::DRAFT_NOT_SAVED_PROBLEM, &[("problem", &words(failure))]),
    }
}

fn words(failure: &Failure) -> String {
    match failure.reason {
        Reason::Server(ErrorCode::Quota) => tx::DRAFTS_FULL.get().to_owned(),
        _ => errors::failure(failure),
    }
}

#[component]
fn Problem(composer: Composer, #[prop(into)] text: TextProp) -> impl IntoView {
    view! {
        <span class="seal-line" data-tone="warn">
            <Icon name="warn" size=IconSize::Small />
            <span>
                {move || text.get()} " "
                <button class="link-button" type="button" on:click=move |_| save(composer)>
                    {t(tx::SAVE_NOW)}
                </button>
            </span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_not_tried_again() {
        assert!(!can_change(&Failure::of(Field::Text, Reason::TooLong)));
        for reason in [
            Reason::Offline,
            Reason::Server(ErrorCode::Quota),
            Reason::Server(ErrorCode::TooManyRequests),
        ] {
            assert!(can_change(&Failure::from(reason)));
        }
    }

    #[test]
    fn a_missing_file_is_no_missing_draft() {
        let missing = Reason::Server(ErrorCode::NotFound);
        assert!(is_over(&Failure::from(missing), 3));
        assert!(!is_over(&Failure::from(missing), 0));
        assert!(!is_over(&Failure::of(Field::Attachment, missing), 3));
        let sent = Failure::from(Reason::Server(ErrorCode::DuplicateId));
        assert!(is_sent(&sent) && !is_sent(&Failure::from(missing)));
    }
}
