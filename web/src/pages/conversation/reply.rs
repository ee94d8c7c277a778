use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use zegel_client::view::MessageView;

use crate::components::{Button, Dialog, IconButton, Variant};
use crate::i18n::{self, common, fill, mail as tx, t};
use crate::pages::safety::display_name;
use crate::routes;
use crate::state::App;
use crate::worker::{
    call,
    messages::{DraftView, KeptDraft},
};

/// Reply, and reply to all where there is somebody else. A draft that would be lost is asked about.
#[component]
pub(super) fn ReplyButtons(message: MessageView) -> impl IntoView {
    let app = App::expect();
    let navigate = use_navigate();
    let own = app
        .session
        .with_untracked(|session| session.as_ref().map(|s| s.address.to_string()))
        .unwrap_or_default();
    let all = addresses(&message, &own, true);
    let one = addresses(&message, &own, false);
    let several = all.len() > one.len();
    let message = StoredValue::new(message);
    let waiting = RwSignal::new(None::<DraftView>);

    let open = Callback::new(move |draft: Option<DraftView>| {
        if let (Some(account), Some(draft)) = (app.account(), draft) {
            app.set_draft(account, Some(draft));
        }
        navigate(routes::COMPOSE, NavigateOptions::default());
    });
    let start = move |to: Vec<String>| {
        let draft = message.with_value(|message| reply_to(message, to));
        spawn_local(async move {
            let kept = match app.account().and_then(|own| app.draft(own)) {
                Some(draft) => Some(draft),
                // Where the kept one cannot be read there is nothing to lose on this page.
                None => call(KeptDraft {}).await.ok().flatten(),
            };
            if kept.is_some_and(|kept| !kept.text.trim().is_empty()) {
                let _ = waiting.try_set(Some(draft));
            } else {
                // The message may be left by now.
                let _ = open.try_run(Some(draft));
            }
        });
    };
    view! {
        <Button
            size="small"
            icon="reply"
            on_press=Callback::new({
                let one = one.clone();
                move |()| start(one.clone())
            })
        >
            {t(tx::REPLY)}
        </Button>
        {several
            .then(|| {
                view! {
                    <IconButton
                        name="replyall"
                        label=TextProp::from(t(tx::REPLY_ALL))
                        on_press=Callback::new(move |()| start(all.clone()))
                    />
                }
            })}
        <Show when=move || waiting.with(Option::is_some)>
            <ReplaceDialog waiting=waiting open=open />
        </Show>
    }
}

#[component]
fn ReplaceDialog(
    waiting: RwSignal<Option<DraftView>>,
    open: Callback<Option<DraftView>>,
) -> impl IntoView {
    let close = Callback::new(move |()| waiting.set(None));
    view! {
        <Dialog title=TextProp::from(t(tx::REPLACE_DRAFT_TITLE)) on_close=close>
            <div class="dialog-body">
                <p>{t(tx::REPLACE_DRAFT_TEXT)}</p>
            </div>
            <div class="dialog-foot">
                <Button autofocus=true on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button on_press=move |()| {
                    waiting.set(None);
                    open.run(None);
                }>{t(tx::OPEN_DRAFT)}</Button>
                <Button
                    variant=Variant::Danger
                    on_press=move |()| {
                        let draft = waiting.get_untracked();
                        waiting.set(None);
                        open.run(draft);
                    }
                >
                    {t(tx::REPLACE_DRAFT)}
                </Button>
            </div>
        </Dialog>
    }
}

/// Whom a reply goes to: the sender; of an own message its recipients. To all, everybody else too.
fn addresses(message: &MessageView, own: &str, all: bool) -> Vec<String> {
    let sender = message.sender.address.to_string();
    let recipients = message.recipients.iter().map(|p| p.address.to_string());
    let mut to = Vec::new();
    if sender == own {
        to.extend(recipients);
    } else {
        to.push(sender);
        if all {
            to.extend(recipients);
        }
    }
    let mut seen = std::collections::HashSet::new();
    to.retain(|address| address != own && seen.insert(address.clone()));
    if to.is_empty() {
        to.push(own.to_owned());
    }
    to
}

fn reply_to(message: &MessageView, to: Vec<String>) -> DraftView {
    let prefix = tx::REPLY_PREFIX.get();
    let subject = if message.subject.starts_with(prefix) {
        message.subject.clone()
    } else {
        format!("{prefix}{}", message.subject)
    };
    let name = display_name(&message.sender);
    let date = i18n::date_time(message.sent_at_ms);
    let line = fill(tx::REPLY_QUOTE, &[("name", &name), ("date", &date)]);
    let quoted: String = message.text.lines().map(|l| format!("\n> {l}")).collect();
    DraftView {
        to,
        subject,
        text: format!("\n\n{line}{quoted}\n"),
    }
}
