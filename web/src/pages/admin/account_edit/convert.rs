use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Role;

use super::typed_name::TypedNameDialog;
use super::{Page, Section};
use crate::components::{Button, Consequence, Tone, Variant};
use crate::i18n::{Text, admin, t};
use crate::state::Message;
use crate::worker::messages::ConvertToFunctional;

/// Makes a person's account a functional one, when they leave.
#[component]
pub(super) fn ConvertSection(page: Page) -> impl IntoView {
    let asking = RwSignal::new(false);
    let barrier = Memo::new(move |_| {
        page.member.with(|member| {
            let member = member.as_ref()?;
            if member.role == Role::Administrator {
                Some(admin::CONVERT_ADMINISTRATOR)
            } else {
                (!member.escrow_checked).then_some(admin::CONVERT_NOT_CHECKED)
            }
        })
    });
    let ask = Callback::new(move |()| asking.set(true));
    view! {
        <Section title=t(admin::ACCOUNT_TYPE) text=t(admin::TYPE_TEXT)>
            {move || match barrier.get() {
                Some(why) => view! { <p class="muted">{t(why)}</p> }.into_any(),
                None => view! {
                    <div class="card spread" data-pad="">
                        <p>
                            <strong>{t(admin::CONVERT_ROW)}</strong>
                            <br />
                            <span class="muted">{t(admin::CONVERT_ROW_HINT)}</span>
                        </p>
                        <Button variant=Variant::DangerQuiet icon="users" on_press=ask>
                            {t(admin::CONVERT)}
                        </Button>
                    </div>
                }
                .into_any(),
            }}
        </Section>
        <Show when=move || asking.get()>
            <ConvertDialog page=page asking=asking />
        </Show>
    }
}

#[component]
fn ConvertDialog(page: Page, asking: RwSignal<bool>) -> impl IntoView {
    let name = page.name();
    let (title, sign_in, done) = (name.clone(), name.clone(), name.clone());
    let danger = |icon: &'static str, text: Text| {
        view! { <Consequence icon=icon tone=Tone::Danger text=TextProp::from(t(text)) /> }
    };
    view! {
        <TypedNameDialog
            app=page.app
            title=t!(admin::CONVERT_TITLE, name = title)
            name=name
            button=admin::CONVERT_BUTTON
            command=ConvertToFunctional {
                account: page.account,
            }
            on_close=Callback::new(move |()| asking.set(false))
            on_done=Callback::new(move |member| {
                page.put(member);
                spawn_local(page.access.load());
                let values = vec![("name", done.clone())];
                page.app.toast(Message::Filled(admin::CONVERT_DONE, values));
            })
        >
            <ul class="consequences">
                <Consequence
                    icon="signout"
                    tone=Tone::Danger
                    text=TextProp::from(t!(admin::CONVERT_SIGN_IN, name = sign_in))
                />
                {danger("users", admin::CONVERT_OWN_ACCESS)}
                {danger("inbox", admin::CONVERT_READ)}
                <Consequence icon="key" text=TextProp::from(t(admin::CONVERT_KEYS)) />
                {danger("ban", admin::CONVERT_FOREVER)}
                <Consequence
                    icon="done"
                    tone=Tone::Success
                    text=TextProp::from(t(admin::CONVERT_KEEPS))
                />
            </ul>
        </TypedNameDialog>
    }
}
