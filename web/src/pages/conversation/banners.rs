use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{MessageView, ReaderView};

use super::Entry;
use crate::components::{Banner, Button, ErrorText, Icon, IconSize, Tone};
use crate::i18n::{self, Text, mail as tx, t};
use crate::pages::safety::display_name;
use crate::state::Message;
use crate::state::plain_text::one_line;
use crate::worker::{call, messages::SendReceipt};

/// What is to be known about a message beside what it says.
#[component]
pub(super) fn Banners(entry: Entry, message: MessageView) -> impl IntoView {
    let gap = message.gap.then(|| {
        view! { <Banner tone=Tone::Warn title=TextProp::from(t(tx::GAP)) /> }
    });
    let altered = message.altered.then(|| {
        view! { <Banner tone=Tone::Warn title=TextProp::from(t(tx::ALTERED)) /> }
    });
    let receipt = message.receipt_wanted.then(|| {
        view! { <ReceiptBanner entry=entry name=one_line(&display_name(&message.sender)) /> }
    });
    let expires = message.expires_at_ms.map(|at_ms| {
        view! {
            <p class="seal-line" data-tone="warn">
                <Icon name="clock" size=IconSize::Small />
                <span>{t!(tx::EXPIRES, date = i18n::date_time(at_ms))}</span>
            </p>
        }
    });
    let receipts = (!message.receipts.is_empty())
        .then(|| view! { <Readers label=tx::READ_BY readers=message.receipts /> });
    let readers = (!message.readers.is_empty())
        .then(|| view! { <Readers label=tx::READ_IN_ACCOUNT readers=message.readers /> });
    let any = gap.is_some()
        || altered.is_some()
        || receipt.is_some()
        || expires.is_some()
        || receipts.is_some()
        || readers.is_some();
    any.then(|| {
        view! { <div class="message-alert stack">{altered} {gap} {receipt} {expires} {receipts} {readers}</div> }
    })
}

/// The sender would like to know. Nothing is told unless the reader agrees.
#[component]
fn ReceiptBanner(entry: Entry, name: String) -> impl IntoView {
    let name = StoredValue::new(name);
    let asked = RwSignal::new(true);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let send = move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let command = SendReceipt {
                mailbox: entry.mailbox.account,
                message: entry.message,
            };
            let outcome = call(command).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    let _ = asked.try_set(false);
                    entry.mailbox.app.toast(tx::RECEIPT_SENT);
                }
                Err(failure) => {
                    let _ = error.try_set(Some(failure.into()));
                }
            }
        });
    };
    view! {
        <Show when=move || asked.get()>
            <Banner tone=Tone::Info title=t!(tx::RECEIPT_WANTED, name = name.get_value())>
                <Button size="small" busy=busy on_press=Callback::new(send)>
                    {t(tx::RECEIPT_SEND)}
                </Button>
                <Button size="small" disabled=busy on_press=move |()| asked.set(false)>
                    {t(tx::RECEIPT_NOT_NOW)}
                </Button>
            </Banner>
            <ErrorText error=error />
        </Show>
    }
}

/// Who read it, which only the server says.
#[component]
fn Readers(label: Text, readers: Vec<ReaderView>) -> impl IntoView {
    let reader = |reader: ReaderView| {
        let name = one_line(&reader.address);
        view! {
            <li>
                <bdi>{t!(tx::READER_AT, name = name, date = i18n::date_time(reader.at_ms))}</bdi>
            </li>
        }
    };
    view! {
        <div class="message-readers">
            <Icon name="eye" size=IconSize::Small />
            <div>
                <p>{t(label)}</p>
                <ul>{readers.into_iter().map(reader).collect_view()}</ul>
                <p class="muted">{t(tx::SERVER_SAYS)}</p>
            </div>
        </div>
    }
}
