use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use zegel_client::view::{AttachmentView, Failure, Reason};
use zegel_protocol::{AccountId, MessageId};

use super::{Button, Icon, IconButton, ProgressBar};
use crate::i18n::{attachments as tx, common, errors, fill, t};
use crate::state::file_name::clean;
use crate::state::uploads::{Row, Stage, Uploads};
use crate::state::{App, browser};
use crate::worker::Transfer;
use crate::worker::messages::{Progress, saving_ms};

/// A name that can be shown and saved.
fn shown(name: &str) -> String {
    let name = clean(name);
    if name.is_empty() {
        tx::UNNAMED.get().to_owned()
    } else {
        name
    }
}

fn named(text: crate::i18n::Text, name: &str) -> String {
    fill(text, &[("name", name)])
}

/// What is attached to a draft, and what is on its way.
#[component]
pub(crate) fn AttachList(uploads: Uploads) -> impl IntoView {
    let any = move || {
        uploads.attached.with(|it| !it.is_empty()) || uploads.rows.with(|it| !it.is_empty())
    };
    view! {
        <p class="visually-hidden" role="status">
            {move || uploads.news.get().map(|news| news.text())}
        </p>
        <Show when=any>
            <ul class="upload-list" aria-label=t(tx::ATTACHMENTS)>
                <For
                    each=move || uploads.attached.get()
                    key=|attachment| attachment.digest
                    let:attachment
                >
                    <Attached uploads=uploads attachment=attachment />
                </For>
                <For
                    each=move || uploads.rows.get().into_iter().map(|row| row.key)
                    key=|key| *key
                    let:key
                >
                    <OnItsWay uploads=uploads key=key />
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn Attached(uploads: Uploads, attachment: AttachmentView) -> impl IntoView {
    let name = shown(&attachment.name);
    let label = name.clone();
    let size_bytes = attachment.size_bytes;
    view! {
        <li class="upload">
            <Icon name="seal" seal=true />
            <span class="person-text">
                <bdi class="truncate">{name}</bdi>
                <small>{move || fill(tx::SEALED, &[("size", &tx::size(size_bytes))])}</small>
            </span>
            <span class="row" data-gap="small">
                <IconButton
                    name="x"
                    small=true
                    label=TextProp::from(move || named(tx::REMOVE_NAME, &label))
                    on_press=move |()| uploads.detach(&attachment)
                />
            </span>
        </li>
    }
}

/// What is said of a file that is on its way.
fn stage_text(row: &Row) -> String {
    let size = tx::size(row.size_bytes);
    let percent = tx::percent(row.done_bytes, row.size_bytes).to_string();
    let values: &[(&str, &str)] = &[("size", &size), ("percent", &percent)];
    match &row.stage {
        Stage::Queued => fill(tx::QUEUED, values),
        Stage::Sending => fill(tx::SENDING, values),
        Stage::Waiting => fill(tx::WAITING_AT, values),
        Stage::Left => match &row.refused {
            Some(failure) => errors::failure(failure),
            None => fill(tx::LEFT_AT, values),
        },
        Stage::Failed(failure) => errors::failure(failure),
    }
}

#[component]
fn OnItsWay(uploads: Uploads, key: u32) -> impl IntoView {
    let row = Memo::new(move |_| uploads.row(key));
    let name = row
        .get_untracked()
        .map(|row| shown(&row.name))
        .unwrap_or_default();
    let stopped = move || {
        row.with(|row| {
            row.as_ref().is_some_and(|row| {
                matches!(row.stage, Stage::Failed(_) | Stage::Waiting | Stage::Left)
            })
        })
    };
    let failed = move || {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| matches!(row.stage, Stage::Failed(_)))
        })
    };
    let left = move || row.with(|row| row.as_ref().is_some_and(|row| row.stage == Stage::Left));
    let icon = Memo::new(move |_| if stopped() { "warn" } else { "file" });
    let text = move || row.with(|row| row.as_ref().map(stage_text).unwrap_or_default());
    let done = Signal::derive(move || {
        row.with(|row| {
            row.as_ref()
                .map(|row| ratio(row.done_bytes, row.size_bytes))
        })
    });
    let choose = Callback::new(move |files: Vec<web_sys::File>| {
        if let Some(file) = files.into_iter().next() {
            uploads.choose_again(key, file);
        }
    });
    let (bar, remove, retry, again) = (name.clone(), name.clone(), name.clone(), name.clone());
    view! {
        <li class="upload" data-tone=move || failed().then_some("danger")>
            {move || view! { <Icon name=icon.get() /> }}
            <span class="person-text">
                <bdi class="truncate">{name}</bdi>
                <small>{text}</small>
            </span>
            <ProgressBar label=bar done=done />
            <span class="row" data-gap="small">
                <Show when=failed>
                    <Button
                        size="small"
                        aria_label={
                            let retry = retry.clone();
                            TextProp::from(move || named(tx::RETRY_NAME, &retry))
                        }
                        on_press=move |()| uploads.retry(key)
                    >
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Show>
                <Show when=left>
                    <FileButton
                        small=true
                        label={
                            let again = again.clone();
                            TextProp::from(move || named(tx::CHOOSE_AGAIN_NAME, &again))
                        }
                        on_files=choose
                    >
                        {t(tx::CHOOSE_AGAIN)}
                    </FileButton>
                </Show>
                <IconButton
                    name="x"
                    small=true
                    label=TextProp::from(move || named(tx::REMOVE_NAME, &remove))
                    on_press=move |()| uploads.remove(key)
                />
            </span>
        </li>
    }
}

/// From 0 to 1.
#[allow(
    clippy::cast_precision_loss,
    reason = "a bar has fewer pixels than 2^53"
)]
fn ratio(done: u64, total: u64) -> f64 {
    if total == 0 {
        0.0
    } else {
        done as f64 / total as f64
    }
}

/// Chooses files for a draft; says how many are not ready yet.
#[component]
pub(crate) fn AttachButton(uploads: Uploads) -> impl IntoView {
    let add = Callback::new(move |files: Vec<web_sys::File>| uploads.add(files));
    let unready = move || match uploads.pending() {
        0 => None,
        1 => Some(tx::WHEN_READY_ONE.get().to_owned()),
        count => Some(fill(tx::WHEN_READY, &[("count", &count.to_string())])),
    };
    view! {
        <FileButton
            many=true
            icon="clip"
            on_files=add
        >
            {t(tx::ATTACH)}
        </FileButton>
        {move || unready().map(|text| view! { <p class="muted">{text}</p> })}
    }
}

/// Takes files that are dropped on it, and shows that it does while something is dragged over it.
#[component]
pub(crate) fn DropZone(uploads: Uploads, children: Children) -> impl IntoView {
    // Counted, because an element inside is left and entered, too.
    let over = RwSignal::new(0_u32);
    let files_in = |event: &web_sys::DragEvent| {
        event
            .data_transfer()
            .is_some_and(|data| data.types().includes(&"Files".into(), 0))
    };
    view! {
        <div
            class="drop-zone"
            data-over=move || (over.get() > 0).then_some("true")
            on:dragenter=move |event| {
                if files_in(&event) {
                    event.prevent_default();
                    over.update(|over| *over += 1);
                }
            }
            on:dragover=move |event| {
                if files_in(&event) {
                    event.prevent_default();
                }
            }
            on:dragleave=move |event| {
                if files_in(&event) {
                    over.update(|over| *over = over.saturating_sub(1));
                }
            }
            on:drop=move |event: web_sys::DragEvent| {
                over.set(0);
                if files_in(&event) {
                    event.prevent_default();
                    let files = event.data_transfer().and_then(|data| data.files());
                    uploads.add(list(files));
                }
            }
        >
            {children()}
            <Show when=move || { over.get() > 0 }>
                <p class="drop-hint" aria-hidden="true">
                    <Icon name="clip" />
                    {t(tx::DROP_HERE)}
                </p>
            </Show>
        </div>
    }
}

/// A button that opens the browser's own choice of files.
#[component]
fn FileButton(
    /// More than one at once.
    #[prop(optional)]
    many: bool,
    #[prop(optional)] small: bool,
    /// Icon before the label, without "i-".
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Where the words on it do not say it.
    #[prop(optional, into)]
    label: Option<TextProp>,
    #[prop(into)] on_files: Callback<Vec<web_sys::File>>,
    children: Children,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let files = list(input.files());
        // The same file can be chosen again.
        input.set_value("");
        on_files.run(files);
    };
    view! {
        <label class="button" data-size=small.then_some("small")>
            {icon.map(|name| view! { <Icon name=name /> })}
            <span>{children()}</span>
            <input
                class="visually-hidden"
                type="file"
                multiple=many
                node_ref=input
                aria-label=label.map(|label| move || label.get())
                on:change=chosen
            />
        </label>
    }
}

fn list(files: Option<web_sys::FileList>) -> Vec<web_sys::File> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length()).filter_map(|n| files.get(n)).collect()
}

/// Where a file of a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fetch {
    /// On the server.
    There,
    /// On its way.
    Fetching(u64),
    /// On its way, and the connection is away.
    Waiting(u64),
    /// It failed.
    Failed(Failure),
}

/// The files of a message. They are saved, never opened: a name and a type are only what the sender wrote.
#[component]
pub(crate) fn AttachmentList(
    mailbox: AccountId,
    message: MessageId,
    attachments: Vec<AttachmentView>,
) -> impl IntoView {
    view! {
        <ul class="files" aria-label=t(tx::ATTACHMENTS)>
            {attachments
                .into_iter()
                .map(|attachment| {
                    view! { <File mailbox=mailbox message=message attachment=attachment /> }
                })
                .collect_view()}
        </ul>
    }
}

#[component]
fn File(mailbox: AccountId, message: MessageId, attachment: AttachmentView) -> impl IntoView {
    let app = App::expect();
    let name = StoredValue::new(shown(&attachment.name));
    let (id, size_bytes) = (attachment.attachment, attachment.size_bytes);
    let stage = RwSignal::new(Fetch::There);
    let running = StoredValue::new(None::<Transfer>);
    let fetch = move |()| {
        if running.get_value().is_some() {
            return;
        }
        let transfer = Transfer::new();
        running.set_value(Some(transfer));
        stage.set(Fetch::Fetching(0));
        let progress = move |progress| {
            let _ = stage.try_update(|stage| match (progress, &*stage) {
                (Progress::Bytes { done, .. }, _) => *stage = Fetch::Fetching(done),
                (Progress::Waiting, Fetch::Fetching(done)) => *stage = Fetch::Waiting(*done),
                _ => {}
            });
        };
        spawn_local(async move {
            let outcome = transfer.download(mailbox, message, id, progress).await;
            let _ = running.try_set_value(None);
            match outcome {
                Ok(file) => {
                    let shown = name.try_get_value().unwrap_or_default();
                    save(&file, &shown, size_bytes);
                    let _ = stage.try_set(Fetch::There);
                    app.toast(crate::state::Message::Filled(
                        tx::IS_SAVED,
                        vec![("name", shown)],
                    ));
                }
                Err(failure) => {
                    let _ = stage.try_set(if failure.reason == Reason::Cancelled {
                        Fetch::There
                    } else {
                        Fetch::Failed(failure)
                    });
                }
            }
        });
    };
    // What is on its way when the message is left can go on later from where it is.
    on_cleanup(move || {
        if let Some(transfer) = running.try_get_value().flatten() {
            spawn_local(transfer.leave());
        }
    });
    let stop = move |()| {
        if let Some(transfer) = running.get_value() {
            spawn_local(transfer.cancel());
        }
    };
    let on_its_way = Memo::new(move |_| {
        stage.with(|stage| matches!(stage, Fetch::Fetching(_) | Fetch::Waiting(_)))
    });
    let failed = Memo::new(move |_| stage.with(|stage| matches!(stage, Fetch::Failed(_))));
    let text = move || {
        let size = tx::size(size_bytes);
        let values = |done| {
            [
                ("size", size.clone()),
                ("percent", tx::percent(done, size_bytes).to_string()),
            ]
        };
        let with = |text, done| {
            let values = values(done);
            let values: Vec<(&str, &str)> = values
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            fill(text, &values)
        };
        stage.with(|stage| match stage {
            Fetch::There => size.clone(),
            Fetch::Fetching(done) => with(tx::FETCHING, *done),
            Fetch::Waiting(done) => with(tx::WAITING_AT, *done),
            Fetch::Failed(failure) => errors::failure(failure),
        })
    };
    let done = Signal::derive(move || {
        stage.with(|stage| match stage {
            Fetch::Fetching(done) | Fetch::Waiting(done) => Some(ratio(*done, size_bytes)),
            _ => None,
        })
    });
    let label = move |text| TextProp::from(move || named(text, &name.get_value()));
    let icon = move || if failed.get() { "warn" } else { "file" };
    view! {
        <li class="file" data-tone=move || failed.get().then_some("danger")>
            {move || view! { <Icon name=icon() /> }}
            <span class="person-text">
                <bdi class="truncate">{name.get_value()}</bdi>
                <small role=move || failed.get().then_some("alert")>{text}</small>
                <Show when=move || on_its_way.get()>
                    <ProgressBar label=name.get_value() done=done />
                </Show>
            </span>
            <Show
                when=move || on_its_way.get()
                fallback=move || {
                    view! {
                        <IconButton
                            name="download"
                            small=true
                            label=label(tx::DOWNLOAD_NAME)
                            on_press=Callback::new(fetch)
                        />
                    }
                }
            >
                <IconButton
                    name="x"
                    small=true
                    label=label(tx::STOP_NAME)
                    on_press=Callback::new(stop)
                />
            </Show>
        </li>
    }
}

/// Has the browser save a file. It copies the file by itself, and tells nobody when that is done.
fn save(file: &web_sys::Blob, name: &str, size_bytes: u64) {
    let Ok(url) = web_sys::Url::create_object_url_with_blob(file) else {
        return;
    };
    if let Ok(link) = browser::document().create_element("a") {
        let link: web_sys::HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    browser::after_ms(saving_ms(size_bytes), move || {
        let _ = web_sys::Url::revoke_object_url(&url);
    });
}
