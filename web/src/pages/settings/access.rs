use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::Role;
use zegel_protocol::{AccountId, DelegationPolicy};

use super::Tabs;
use super::add::AddDialog;
use crate::components::{
    AccessList, Banner, Button, EmptyState, Icon, RotationBanner, Skeleton, Tone, Variant,
    use_title,
};
use crate::i18n::{Text, access as tx, common, errors, t};
use crate::routes;
use crate::state::App;
use crate::state::access::AccessState;
use crate::state::browser::sleep_ms;

/// How often the list refreshes while the page is open: somebody may step down meanwhile.
const REFRESH_MS: i32 = 15_000;

/// Who may read and send as the signed-in account.
#[component]
pub(crate) fn AccessPage() -> impl IntoView {
    use_title(|| tx::GRANT_ACCESS.get().to_owned());
    let app = App::expect();
    // Every account has its own page: the one of before belongs to who signed out.
    let account = Memo::new(move |_| {
        app.session
            .with(|session| session.as_ref().map(|s| s.account))
    });
    view! {
        <Tabs current=routes::SETTINGS_ACCESS>
            {move || account.get().map(|account| view! { <GrantAccess account=account /> })}
        </Tabs>
    }
}

#[component]
fn GrantAccess(account: AccountId) -> impl IntoView {
    let app = App::expect();
    let access = AccessState::new(app, account);
    spawn_local(async move {
        while access.view.try_with_untracked(|_| ()).is_some() {
            access.load().await;
            sleep_ms(REFRESH_MS).await;
        }
    });
    let adding = RwSignal::new(false);
    let loaded = Memo::new(move |_| access.view.with(Option::is_some));
    let empty = Memo::new(move |_| access.members().is_empty());
    let left = Memo::new(move |_| {
        let by_administrators = access.view.with(|view| {
            view.as_ref()
                .is_some_and(|view| view.policy == DelegationPolicy::Administrators)
        });
        by_administrators && app.role() != Role::Administrator
    });
    let may_add = move || loaded.get() && !left.get();
    let add = Callback::new(move |()| adding.set(true));
    view! {
        <section class="section">
            <div class="spread">
                <div class="section-head">
                    <h2>{t(tx::GRANT_ACCESS)}</h2>
                    <p>{t(tx::GRANT_ACCESS_TEXT)}</p>
                </div>
                <Show when=move || may_add() && !empty.get()>
                    <Button variant=Variant::Primary icon="plus" on_press=add>
                        {t(tx::ADD)}
                    </Button>
                </Show>
            </div>
            <Problem access=access />
            <Show when=move || left.get()>
                <Banner
                    tone=Tone::Info
                    title=TextProp::from(t(tx::LEFT_TO_ADMINISTRATORS))
                    text=TextProp::from(t(tx::LEFT_TO_ADMINISTRATORS_HINT))
                />
            </Show>
            <RotationBanner access=access />
            <Show when=move || loaded.get() fallback=move || view! { <Loading access=access /> }>
                <Show
                    when=move || !empty.get()
                    fallback=move || view! { <Nobody may_add=Signal::derive(may_add) add=add /> }
                >
                    <AccessList access=access read_only=left />
                </Show>
            </Show>
        </section>
        <CanAndCannot />
        <Show when=move || adding.get()>
            <AddDialog access=access adding=adding />
        </Show>
    }
}

#[component]
fn Problem(access: AccessState) -> impl IntoView {
    move || {
        access.failure.get().map(|failure| {
            view! {
                <Banner tone=Tone::Danger title=move || errors::failure(&failure)>
                    <Button size="small" on_press=move |()| spawn_local(access.load())>
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Banner>
            }
        })
    }
}

#[component]
fn Loading(access: AccessState) -> impl IntoView {
    view! {
        <Show when=move || access.failure.with(Option::is_none)>
            <div role="status">
                <span class="visually-hidden">{t(common::LOADING)}</span>
                <Skeleton width="half" />
            </div>
        </Show>
    }
}

#[component]
fn Nobody(may_add: Signal<bool>, add: Callback<()>) -> impl IntoView {
    view! {
        <EmptyState
            icon="userplus"
            title=TextProp::from(t(tx::NOBODY_OWN))
            text=TextProp::from(t(tx::NOBODY_OWN_HINT))
        >
            <Show when=move || may_add.get()>
                <Button variant=Variant::Primary icon="plus" on_press=add>
                    {t(tx::ADD)}
                </Button>
            </Show>
        </EmptyState>
    }
}

#[component]
fn CanAndCannot() -> impl IntoView {
    let line = |can: bool, text: Text| {
        view! {
            <li data-tone=can.then_some("success")>
                <Icon name=if can { "done" } else { "ban" } />
                <span>{t(text)}</span>
            </li>
        }
    };
    view! {
        <section class="card stack" data-pad="" data-gap="small">
            <h3>{t(tx::CAN_TITLE)}</h3>
            <ul class="consequences">
                {line(true, tx::CAN_READ)} {line(true, tx::CAN_SEND)}
                {line(false, tx::CANNOT_DELETE)} {line(false, tx::CANNOT_SETTINGS)}
                {line(false, tx::CANNOT_GRANT)}
            </ul>
        </section>
    }
}
