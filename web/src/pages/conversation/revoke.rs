use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Entry;
use crate::components::{Button, Consequence, Dialog, ErrorText, Tone, Variant};
use crate::i18n::{common, mail as tx, t};
use crate::state::plain_text::one_line;
use crate::state::{Message, needs_password};
use crate::worker::messages::RevokeMessage;

/// Asks before a sent message is taken back from everybody.
#[component]
pub(super) fn RevokeDialog(entry: Entry, asked: RwSignal<bool>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let close = Callback::new(move |()| asked.set(false));
    let subject = untrack(|| entry.view())
        .map(|view| one_line(&view.subject))
        .unwrap_or_default();
    let title = move || {
        let subject = if subject.trim().is_empty() {
            tx::NO_SUBJECT.get()
        } else {
            &subject
        };
        t!(tx::REVOKE_TITLE, subject = subject)()
    };
    let revoke = move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let command = RevokeMessage {
                mailbox: entry.mailbox.account,
                message: entry.message,
            };
            let outcome = entry.mailbox.app.call_unlocked(command).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    entry.mailbox.app.toast(tx::REVOKED);
                    if asked.try_set(false).is_none() {
                        entry.open();
                        entry.mailbox.refresh();
                    }
                }
                Err(failure) if needs_password(&failure) => {}
                Err(failure) => {
                    let _ = error.try_set(Some(failure.into()));
                }
            }
        });
    };
    view! {
        <Dialog title=TextProp::from(title) on_close=close busy=busy>
            <div class="dialog-body">
                <ul class="consequences">
                    <Consequence
                        icon="trash"
                        tone=Tone::Danger
                        text=TextProp::from(t(tx::REVOKE_DELETED))
                    />
                    <Consequence icon="eye" text=TextProp::from(t(tx::REVOKE_SEEN)) />
                    <Consequence icon="copy" text=TextProp::from(t(tx::REVOKE_COPIES)) />
                </ul>
                <ErrorText error=error />
            </div>
            <div class="dialog-foot">
                <Button autofocus=true disabled=busy on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(revoke)>
                    {t(tx::REVOKE)}
                </Button>
            </div>
        </Dialog>
    }
}
