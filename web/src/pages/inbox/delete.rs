use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::Failure;
use zegel_protocol::MessageId;

use super::Mailbox;
use crate::components::{Button, Consequence, Dialog, ErrorText, Tone, Variant};
use crate::i18n::{common, fill, mail as tx, t};
use crate::state::Message;

/// Asks before messages of the bin are deleted for good.
#[component]
pub(super) fn DeleteDialog(mailbox: Mailbox) -> impl IntoView {
    view! {
        <Show when=move || mailbox.deleting.with(|messages| !messages.is_empty())>
            <Question mailbox=mailbox messages=mailbox.deleting.get_untracked() />
        </Show>
    }
}

#[component]
fn Question(mailbox: Mailbox, messages: Vec<MessageId>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let close = Callback::new(move |()| mailbox.deleting.set(Vec::new()));
    let count = messages.len();
    let title = move || match count {
        1 => tx::DELETE_TITLE_ONE.get().to_owned(),
        _ => fill(tx::DELETE_TITLE_MANY, &[("count", &count.to_string())]),
    };
    let delete = move |()| {
        let messages = messages.clone();
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome: Result<(), Failure> = mailbox.delete(&messages).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    let _ = close.try_run(());
                }
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
                        text=TextProp::from(t(tx::DELETE_NO_WAY_BACK))
                    />
                    <Consequence icon="users" text=TextProp::from(t(tx::DELETE_OTHERS_KEEP)) />
                </ul>
                <ErrorText error=error />
            </div>
            <div class="dialog-foot">
                <Button autofocus=true disabled=busy on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(delete)>
                    {t(tx::DELETE_FOREVER)}
                </Button>
            </div>
        </Dialog>
    }
}
