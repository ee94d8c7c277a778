use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, Field as FormField, PersonView, Trust};

use super::display_name;
use crate::components::{Button, Dialog, NumberField, Variant, read_number};
use crate::i18n::{mail as tx, t};
use crate::state::plain_text::one_line;
use crate::state::{App, FieldState, Message, needs_password};
use crate::worker::messages::{AcceptChangedKey, CompareSafetyNumber};

/// Somebody has another key than before: what waits for it goes on once the user decided.
#[component]
pub(crate) fn KeyDecision(
    person: PersonView,
    /// With the person as they are known from then on; none where nothing was decided.
    on_close: Callback<Option<PersonView>>,
    /// Goes on without them, where that is a way.
    #[prop(optional, into)]
    on_leave_out: Option<Callback<()>>,
) -> impl IntoView {
    let app = App::expect();
    let account = person.account;
    let name = StoredValue::new(one_line(&display_name(&person)));
    let typed = FieldState::new();
    let busy = RwSignal::new(false);

    let finish = move |outcome: Result<PersonView, Failure>| {
        let left = busy.try_set(false).is_some();
        match outcome {
            Ok(person) => {
                let done = if person.trust == Trust::Verified {
                    tx::NOW_VERIFIED
                } else {
                    tx::KEY_ACCEPTED
                };
                let name = one_line(&display_name(&person));
                app.toast(Message::Filled(done, vec![("name", name)]));
                let _ = on_close.try_run(Some(person));
            }
            Err(failure) if left || needs_password(&failure) => {}
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

    view! {
        <Dialog
            title=t!(tx::KEY_CHANGED_TITLE, name = name.get_value())
            on_close=Callback::new(move |()| on_close.run(None))
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
                    {on_leave_out
                        .map(|leave_out| {
                            view! {
                                <Button disabled=busy on_press=leave_out>
                                    {t!(tx::TAKE_OFF, name = name.get_value())}
                                </Button>
                            }
                        })}
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
