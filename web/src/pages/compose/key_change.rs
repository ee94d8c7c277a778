use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, Field as FormField, PersonView, Trust};

use super::composer::{Composer, Lookup, Recipient};
use crate::components::{Button, Dialog, NumberField, Variant, read_number};
use crate::i18n::{mail as tx, t};
use crate::pages::safety::display_name;
use crate::state::{FieldState, Message, needs_password};
use crate::worker::messages::{AcceptChangedKey, CompareSafetyNumber};

/// A recipient has another key than before: sending waits for the user's decision.
#[component]
pub(super) fn KeyChangeDialog(composer: Composer) -> impl IntoView {
    let waiting = move || {
        let recipient = composer.deciding.get()?;
        Some((recipient, recipient.person()?))
    };
    move || {
        waiting().map(|(recipient, person)| {
            view! { <Decision composer=composer recipient=recipient person=person /> }
        })
    }
}

#[component]
fn Decision(composer: Composer, recipient: Recipient, person: PersonView) -> impl IntoView {
    let app = composer.app;
    let account = person.account;
    let name = StoredValue::new(display_name(&person));
    let typed = FieldState::new();
    let busy = RwSignal::new(false);
    let close = Callback::new(move |()| composer.deciding.set(None));

    let finish = move |outcome: Result<PersonView, Failure>| {
        busy.set(false);
        match outcome {
            Ok(person) => {
                let done = if person.trust == Trust::Verified {
                    tx::NOW_VERIFIED
                } else {
                    tx::KEY_ACCEPTED
                };
                app.toast(Message::Filled(done, vec![("name", name.get_value())]));
                recipient.lookup.set(Lookup::Found(person));
                composer.decide_next();
            }
            Err(failure) if needs_password(&failure) => {}
            Err(mut failure) => {
                failure.field = Some(FormField::SafetyNumber);
                typed.fail(failure);
                typed.focus();
            }
        }
    };
    let compare = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(number) = read_number(typed) else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let command = CompareSafetyNumber {
                account,
                typed: number,
            };
            finish(app.call_unlocked(command).await);
        });
    };
    let accept = move |()| {
        busy.set(true);
        spawn_local(async move { finish(app.call_unlocked(AcceptChangedKey { account }).await) });
    };
    let take_off = move |()| {
        composer.remove(recipient.key);
        composer.decide_next();
    };

    view! {
        <Dialog
            title=t!(tx::KEY_CHANGED_TITLE, name = name.get_value())
            on_close=close
            busy=busy
            large=true
            cross=true
        >
            <form novalidate=true on:submit=compare>
                <div class="dialog-body">
                    <p>{t!(tx::KEY_CHANGED_TEXT, name = name.get_value())}</p>
                    <NumberField
                        id="changed-number"
                        label=t!(tx::KEY_CHANGED_TYPE, name = name.get_value())
                        state=typed
                        autofocus=true
                    />
                </div>
                <div class="dialog-foot">
                    <Button disabled=busy on_press=Callback::new(take_off)>
                        {t!(tx::TAKE_OFF, name = name.get_value())}
                    </Button>
                    <Button
                        variant=Variant::DangerQuiet
                        disabled=busy
                        on_press=Callback::new(accept)
                    >
                        {t(tx::ACCEPT_KEY)}
                    </Button>
                    <Button variant=Variant::Primary submit=true busy=busy>
                        {t(tx::COMPARE)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
