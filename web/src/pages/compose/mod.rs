//! Writing a message. Nothing typed is lost: the draft is stored, sealed, while writing, and a failed
//! send leaves everything as it is.

mod aside;
mod begin;
mod clash;
mod composer;
mod form;
mod options;
mod recipients;
mod saving;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use zegel_api::Folder;
use zegel_client::view::Failure;
use zegel_protocol::DraftId;

use crate::components::{Banner, Button, Tone, use_title};
use crate::i18n::{common, errors, mail as tx, t};
use crate::routes::{self, Compose, Whose};
use crate::state::mailboxes::Acting;
use crate::state::{App, browser};

use self::begin::Beginning;
use self::composer::Composer;
use self::form::ComposeForm;

pub(crate) use saving::delete_listed as delete_draft;

/// A message, as the account that the page acts as.
#[component]
pub(crate) fn ComposePage() -> impl IntoView {
    use_title(|| common::NEW_MESSAGE.get().to_owned());
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| routes::compose_of(|name| query.get(name))));
    // The draft that is written gets an address of its own once it is stored; that is no reason to begin anew.
    let own = StoredValue::new(None::<DraftId>);
    let begun = Memo::new(move |before: Option<&Compose>| {
        let wanted = wanted.get();
        match (before, &wanted) {
            (Some(before), Compose::Draft(id)) if own.get_value() == Some(*id) => before.clone(),
            _ => wanted,
        }
    });
    move || {
        let begin = begun.get();
        own.set_value(None);
        view! { <Writing begin=begin own=own /> }
    }
}

/// Finds what the message begins with.
#[component]
fn Writing(begin: Compose, own: StoredValue<Option<DraftId>>) -> impl IntoView {
    let app = App::expect();
    let acting = Acting::expect();
    let (whose, account) = (acting.whose, acting.account);
    let beginning = RwSignal::new(None::<Result<Beginning, Failure>>);
    let kept = begin.clone();
    let load = move |begin: Compose| {
        beginning.set(None);
        spawn_local(async move {
            let outcome = begin::begin(app, account, begin).await;
            // The page may be left by now.
            let _ = beginning.try_set(Some(outcome));
        });
    };
    let start_empty = move |()| {
        spawn_local(async move {
            let outcome = begin::empty().await;
            let _ = beginning.try_set(Some(outcome));
        });
    };
    load(begin.clone());
    let navigate = use_navigate();
    let on_stored = {
        let navigate = navigate.clone();
        Callback::new(move |draft: DraftId| {
            if own.try_get_value().flatten() == Some(draft) {
                return;
            }
            own.set_value(Some(draft));
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&routes::compose(whose, &Compose::Draft(draft)), options);
        })
    };
    let back = way_back(whose, &begin);
    // In the place of this page: the way back does not lead to a draft that is sent or deleted.
    let leave = Callback::new(move |()| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&back, options);
    });
    let content = move || match beginning.get() {
        None => view! { <Opening /> }.into_any(),
        Some(Err(failure)) => {
            let title = match kept {
                Compose::Draft(_) => tx::DRAFT_NOT_OPENED,
                _ => tx::SOURCE_NOT_OPENED,
            };
            let again = kept.clone();
            view! {
                <div class="page">
                    <Banner
                        tone=Tone::Danger
                        title=TextProp::from(t(title))
                        text=move || errors::failure(&failure)
                    >
                        <Button size="small" on_press=move |()| load(again.clone())>
                            {t(common::TRY_AGAIN)}
                        </Button>
                        <Button size="small" on_press=Callback::new(start_empty)>
                            {t(tx::START_EMPTY)}
                        </Button>
                    </Banner>
                </div>
            }
            .into_any()
        }
        Some(Ok(beginning)) => {
            let (draft, stored) = (beginning.draft, beginning.stored);
            if draft.version > 0 {
                own.set_value(Some(draft.draft));
            }
            let composer = Composer::new(app, acting, draft, stored, on_stored);
            view! { <ComposeForm composer=composer leave=leave /> }.into_any()
        }
    };
    view! {
        <main class="sheet compose" id="main" tabindex="-1">
            {content}
        </main>
    }
}

/// Where one goes on once the message is sent or put away.
fn way_back(whose: Whose, begin: &Compose) -> String {
    match begin {
        Compose::Reply(message) | Compose::ReplyAll(message) | Compose::Forward(message) => {
            routes::message(whose, Folder::Inbox, *message)
        }
        Compose::Draft(_) => routes::drafts(whose),
        Compose::New | Compose::To(_) => routes::inbox(whose),
    }
}

#[component]
fn Opening() -> impl IntoView {
    let slow = RwSignal::new(false);
    browser::after_ms(300, move || {
        let _ = slow.try_set(true);
    });
    view! {
        <div class="page" role="status" aria-busy="true">
            <Show when=move || slow.get()>
                <p class="muted">{t(tx::OPENING_DRAFT)}</p>
            </Show>
        </div>
    }
}
