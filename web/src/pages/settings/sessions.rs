use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Section;
use crate::components::{Button, Dialog, ErrorText, Icon, Variant};
use crate::i18n::{auth as tx, common, t};
use crate::state::{App, Message};
use crate::worker::{call, messages::SignOut};

#[component]
pub(super) fn SessionsSection() -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <Section title=tx::SESSIONS text=tx::SESSIONS_TEXT>
            <div class="row">
                <Button
                    variant=Variant::DangerQuiet
                    icon="signout"
                    on_press=move |()| asking.set(true)
                >
                    {t(tx::SIGN_OUT_EVERYWHERE)}
                </Button>
            </div>
        </Section>
        <Show when=move || asking.get()>
            <SignOutDialog asking=asking />
        </Show>
    }
}

#[component]
fn SignOutDialog(asking: RwSignal<bool>) -> impl IntoView {
    let app = App::expect();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let close = Callback::new(move |()| asking.set(false));
    let sign_out = move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            match call(SignOut { everywhere: true }).await {
                Ok(()) => app.signed_out(),
                Err(failure) => {
                    busy.set(false);
                    error.set(Some(failure.into()));
                }
            }
        });
    };
    view! {
        <Dialog title=TextProp::from(t(tx::SIGN_OUT_EVERYWHERE_TITLE)) on_close=close busy=busy>
            <div class="dialog-body">
                <ul class="consequences">
                    <li>
                        <Icon name="signout" />
                        <span>{t(tx::SIGN_OUT_CONSEQUENCE_HERE)}</span>
                    </li>
                    <li>
                        <Icon name="mail" />
                        <span>{t(tx::SIGN_OUT_CONSEQUENCE_KEPT)}</span>
                    </li>
                </ul>
                <ErrorText error=error />
            </div>
            <div class="dialog-foot">
                <Button autofocus=true disabled=busy on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(sign_out)>
                    {t(tx::SIGN_OUT_EVERYWHERE)}
                </Button>
            </div>
        </Dialog>
    }
}
