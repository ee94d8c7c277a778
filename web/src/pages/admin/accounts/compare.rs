use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, MemberView, Reason};

use super::{Page, name_of};
use crate::components::{Banner, Button, Dialog, NumberField, Tone, Variant, read_number};
use crate::i18n::{admin, common, errors, t};
use crate::state::{FieldState, Message, needs_password};
use crate::worker::messages::CompareMember;

/// The administrator types the number that the member reads out.
#[component]
pub(super) fn CompareDialog(page: Page, member: MemberView) -> impl IntoView {
    let name = name_of(&member);
    let account = member.account;
    let typed = FieldState::new();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = {
        let name = name.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            let Some(number) = read_number(typed) else {
                return;
            };
            let name = name.clone();
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                let command = CompareMember {
                    account,
                    typed: number,
                };
                let outcome = page.app.call_unlocked(command).await;
                let _ = busy.try_set(false);
                match outcome {
                    Ok(member) => {
                        page.put(member);
                        page.app
                            .toast(Message::Filled(admin::COMPARE_DONE, vec![("name", name)]));
                        page.comparing.set(None);
                    }
                    Err(stop) if needs_password(&stop) => {}
                    Err(stop) => {
                        let _ = failure.try_set(Some(stop));
                        typed.focus();
                    }
                }
            });
        }
    };
    let close = Callback::new(move |()| page.comparing.set(None));
    let lead = name.clone();
    let outcome = {
        let name = name.clone();
        move || {
            let name = name.clone();
            failure.get().map(|failure| {
                if failure.reason == Reason::NumberMismatch {
                    view! {
                        <Banner
                            tone=Tone::Danger
                            alert=true
                            title=t(admin::COMPARE_DIFFERS)
                            text=TextProp::from(t!(admin::COMPARE_DIFFERS_HINT, name = name))
                        />
                    }
                } else {
                    view! {
                        <Banner
                            tone=Tone::Danger
                            title=t(admin::NOT_DONE)
                            text=TextProp::from(move || errors::failure(&failure))
                        />
                    }
                }
            })
        }
    };
    view! {
        <Dialog title=t!(admin::COMPARE_TITLE, name = name) busy=busy on_close=close>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    <p>{t!(admin::COMPARE_LEAD, name = lead)}</p>
                    <NumberField
                        id="member-number"
                        label=t(admin::COMPARE_NUMBER)
                        state=typed
                        autofocus=true
                    />
                    {outcome}
                </div>
                <div class="dialog-foot">
                    <Button disabled=busy on_press=close>
                        {t(common::CANCEL)}
                    </Button>
                    <Button variant=Variant::Primary submit=true busy=busy>
                        {t(admin::COMPARE_BUTTON)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
