//! Two people, or two tabs, write the same draft: nothing of either gets lost.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::ErrorCode;
use zegel_client::view::{DraftView, Failure, Reason};
use zegel_protocol::MessageId;

use super::composer::Composer;
use super::saving::{Saving, forget_kept, keep_copy, keep_here, save, settled};
use crate::components::{Banner, Button, Tone};
use crate::i18n::{self, Text, mail as tx, t};
use crate::state::Message;
use crate::state::drafts::Track;
use crate::state::plain_text::one_line;
use crate::worker::{
    call,
    messages::{NewDraft, OpenDraft, OpenMessage, SaveDraft},
};

/// The element that says so.
pub(super) const BANNER: &str = "draft-clash";

/// What somebody else did with the draft.
#[derive(Clone, PartialEq)]
pub(super) enum Clash {
    /// Stored a newer version, while nothing of this page waited to be stored.
    Newer(DraftView),
    /// Stored a version that this page's would have replaced, or sending would have deleted.
    Both(DraftView),
    /// Sent it: there is a message by its identifier.
    Sent,
    /// Sent it, or deleted it.
    Gone,
}

impl Clash {
    /// Whether nothing is stored before somebody decided. Nothing is sent in either case.
    pub(super) const fn is_undecided(&self) -> bool {
        !matches!(self, Self::Newer(_))
    }

    /// Shows it. Where this page's text is another one, it is not stored until somebody decided, but kept here.
    pub(super) fn show(self, composer: Composer) {
        let undecided = self.is_undecided();
        if undecided {
            composer.hold(true);
        }
        if composer.clash.try_set(Some(self)).is_none() && undecided {
            composer.saving.set(Saving::Nothing);
            let copy = keep_copy(composer);
            spawn_local(async move {
                // The text is still on this page where that fails.
                let _ = copy.await;
            });
        }
    }
}

/// Looks whether somebody else stored the draft. `refused`: the server said so already. Answers whether what is stored is
/// what this page wrote.
pub(super) async fn compare(composer: Composer, refused: bool) -> bool {
    let command = OpenDraft {
        mailbox: composer.account,
        draft: composer.draft.get_untracked(),
    };
    let outcome = call(command).await;
    let done = composer.done.try_get_value().unwrap_or(true);
    let on_its_way = composer.on_its_way.try_with_value(Option::is_some);
    // The message on its way deletes the draft itself, unless that was refused.
    if done || !refused && on_its_way.unwrap_or(true) {
        return false;
    }
    let (version, running) = composer
        .track
        .with_value(|track| (track.version(), track.is_running()));
    match outcome {
        Ok(theirs) if theirs.version == version => {
            // Something else was wrong with the write, or nothing is.
            if refused && running {
                let conflict = Reason::Server(ErrorCode::Conflict);
                keep_here(composer, Failure::from(conflict)).await;
            }
        }
        Ok(theirs) if !refused && (running || theirs.version < version) => {}
        Ok(theirs) => {
            let shown = untrack(|| composer.content());
            let own = composer
                .track
                .try_update_value(|track| track.recognise(theirs.version, &theirs.content, &shown));
            match own {
                Some(true) => {
                    if is_newer(composer) {
                        composer.clash.set(None);
                        composer.held_back.set(false);
                    }
                    return true;
                }
                _ if refused => Clash::Both(theirs).show(composer),
                _ => Clash::Newer(theirs).show(composer),
            }
        }
        Err(failure) if is_gone(&failure) => show_ended(composer).await,
        Err(failure) if refused => keep_here(composer, failure).await,
        Err(_) => {}
    }
    false
}

/// Says what became of a draft that the server does not have any more.
pub(super) async fn show_ended(composer: Composer) {
    let Some(draft) = composer.draft.try_get_untracked() else {
        return;
    };
    let command = OpenMessage {
        mailbox: composer.account,
        message: MessageId(draft.0),
    };
    let sent = call(command).await.is_ok();
    if composer.done.try_get_value().unwrap_or(true) {
        return;
    }
    if sent { Clash::Sent } else { Clash::Gone }.show(composer);
}

pub(super) const fn is_gone(failure: &Failure) -> bool {
    matches!(
        failure.reason,
        Reason::Server(ErrorCode::NotFound | ErrorCode::Gone)
    )
}

/// Warns when somebody else writes.
pub(super) fn watch(composer: Composer) {
    let changes = Memo::new(move |_| composer.app.mailboxes.changes(composer.account));
    Effect::new(move |before: Option<u32>| {
        let changes = changes.get();
        let stored = composer
            .track
            .with_value(|track| track.version() > 0 && !track.is_running());
        let is_settled = composer
            .clash
            .with_untracked(|clash| !clash.as_ref().is_some_and(Clash::is_undecided));
        if before.is_some_and(|before| before != changes) && stored && is_settled {
            spawn_local(async move {
                if compare(composer, false).await {
                    settled(composer, composer.draft.get_untracked());
                }
            });
        }
        changes
    });
}

/// What is written here becomes a draft of its own.
async fn keep_mine(composer: Composer) -> Result<DraftView, Failure> {
    let mut view = untrack(|| composer.view());
    let (mailbox, kept) = (composer.account, view.draft);
    view.draft = call(NewDraft {}).await?;
    let command = SaveDraft {
        mailbox,
        draft: view.draft,
        replaces: 0,
        content: view.content.clone(),
    };
    view.version = call(command).await?;
    // It would take the place of theirs when that is opened.
    forget_kept(mailbox, kept).await;
    Ok(view)
}

/// Makes sure that what is written here is stored, also where the newer version takes its place.
async fn keep_unstored(composer: Composer) -> Result<(), Failure> {
    composer.hold(true);
    composer.wait_for_write().await;
    if composer.is_left() || !is_newer(composer) {
        return Ok(());
    }
    let content = untrack(|| composer.content());
    if composer.track.with_value(|track| track.is_stored(&content)) {
        return Ok(());
    }
    keep_mine(composer).await.map(drop)
}

fn is_newer(composer: Composer) -> bool {
    composer
        .clash
        .try_with_untracked(|clash| matches!(clash, Some(Clash::Newer(_))))
        .unwrap_or_default()
}

fn go_on_with(composer: Composer, draft: DraftView) {
    composer.draft.set(draft.draft);
    composer
        .track
        .set_value(Track::new(draft.version, draft.content.clone()));
    composer.clash.set(None);
    composer.held_back.set(false);
    composer.failure.set(None);
    composer.earlier_key.set(draft.earlier_key);
    composer.fill(draft.content);
    composer.on_stored.run(draft.draft);
    save(composer);
}

/// Says so, and offers the ways on.
#[component]
pub(super) fn ClashBanner(composer: Composer) -> impl IntoView {
    let busy = RwSignal::new(false);
    let decide = move |theirs: Option<DraftView>| {
        Callback::new(move |()| {
            let theirs = theirs.clone();
            busy.set(true);
            spawn_local(async move {
                // Where theirs is only newer, writing went on until now.
                composer.hold(true);
                composer.wait_for_write().await;
                if composer.is_left() {
                    return;
                }
                let outcome = keep_mine(composer).await;
                if busy.try_set(false).is_some() {
                    return;
                }
                match outcome {
                    Ok(mine) => go_on_with(composer, theirs.unwrap_or(mine)),
                    Err(failure) => {
                        composer.hold(!is_newer(composer));
                        composer.app.toast(Message::from(failure));
                    }
                }
            });
        })
    };
    let load = move |theirs: DraftView| {
        Callback::new(move |()| {
            let theirs = theirs.clone();
            busy.set(true);
            spawn_local(async move {
                let outcome = keep_unstored(composer).await;
                // A write that was refused meanwhile asks for another decision.
                if busy.try_set(false).is_some() || !is_newer(composer) {
                    return;
                }
                match outcome {
                    Ok(()) => go_on_with(composer, theirs),
                    Err(failure) => {
                        composer.hold(false);
                        composer.app.toast(Message::from(failure));
                    }
                }
            });
        })
    };
    // What was asked for did not happen: that comes first.
    let with_outcome = move |hint: String| {
        if composer.held_back.get() {
            format!("{} {hint}", tx::NOT_SENT_CHOOSE.get())
        } else {
            hint
        }
    };
    let ended = move |title: Text, hint: Text| {
        view! {
            <Banner
                tone=Tone::Danger
                title=TextProp::from(t(title))
                text=move || with_outcome(hint.get().to_owned())
            >
                <Button size="small" busy=busy on_press=decide(None)>
                    {t(tx::CONFLICT_MINE)}
                </Button>
            </Banner>
        }
        .into_any()
    };
    let banner = move |clash: Clash| match clash {
        Clash::Newer(theirs) => {
            let name = editor(&theirs);
            let at_ms = theirs.edited_at_ms;
            let time_hint = t!(tx::DRAFT_ELSEWHERE_HINT, time = i18n::short_time(at_ms));
            view! {
                <Banner
                    tone=Tone::Warn
                    title=t!(tx::DRAFT_ELSEWHERE, name = name())
                    text=move || with_outcome(time_hint())
                >
                    <Button size="small" busy=busy on_press=load(theirs)>
                        {t(tx::LOAD_THEIRS)}
                    </Button>
                    <Button size="small" busy=busy on_press=decide(None)>
                        {t(tx::CONFLICT_MINE)}
                    </Button>
                </Banner>
            }
            .into_any()
        }
        Clash::Both(theirs) => {
            let name = editor(&theirs);
            view! {
                <Banner
                    tone=Tone::Danger
                    title=t!(tx::CONFLICT_TITLE, name = name())
                    text=move || with_outcome(tx::CONFLICT_HINT.get().to_owned())
                >
                    <Button size="small" busy=busy on_press=decide(Some(theirs))>
                        {t(tx::CONFLICT_THEIRS)}
                    </Button>
                    <Button size="small" busy=busy on_press=decide(None)>
                        {t(tx::CONFLICT_MINE)}
                    </Button>
                </Banner>
            }
            .into_any()
        }
        Clash::Sent => ended(tx::DRAFT_SENT, tx::DRAFT_SENT_HINT),
        Clash::Gone => ended(tx::DRAFT_GONE, tx::DRAFT_GONE_HINT),
    };
    view! {
        <div id=BANNER role="status" tabindex="-1">
            {move || composer.clash.get().map(banner)}
        </div>
    }
}

/// Who edited a draft last, by the server's word. Who knows a replaced key is not known to be in the mailbox still.
fn editor(draft: &DraftView) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    let name = if draft.earlier_key {
        String::new()
    } else {
        one_line(&draft.edited_by)
    };
    move || {
        if name.is_empty() {
            tx::SOMEBODY.get().to_owned()
        } else {
            name.clone()
        }
    }
}
