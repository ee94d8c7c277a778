//! One account of the organisation: who has access to it, what recipients see, and whether it can be used.

mod convert;
mod grant;
mod name;
mod sender;
mod status;
mod typed_name;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use zegel_api::{AccountKind, AccountStatus, ErrorCode, Role};
use zegel_client::view::{Failure, MemberView, Reason};
use zegel_protocol::{AccountId, DelegationPolicy};

use self::convert::ConvertSection;
use self::grant::GrantField;
use self::name::NameSection;
use self::sender::SenderSection;
use self::status::StatusSection;
use super::accounts::{key_badge, name_of, shape_of, status_badge};
use super::{LoadFailure, LoadingRows};
use crate::components::{
    AccessList, Avatar, AvatarSize, Badge, Banner, Choice, EmptyState, Icon, IconSize,
    RotationBanner, SheetPage, Tone, use_title,
};
use crate::i18n::{self, Text, admin, common, t};
use crate::routes;
use crate::state::App;
use crate::state::access::AccessState;
use crate::state::browser::sleep_ms;
use crate::worker::{call, messages::Member};

/// How often the account refreshes while the page is open: somebody may step down meanwhile.
const REFRESH_MS: i32 = 15_000;

/// The account of the page. Its sections change it.
#[derive(Clone, Copy)]
struct Page {
    app: App,
    account: AccountId,
    member: RwSignal<Option<MemberView>>,
    failure: RwSignal<Option<Failure>>,
    access: AccessState,
    /// Recipients see who sends from a functional account. Stored with who has access: while nobody
    /// has, it is what the first grant takes.
    senders_visible: Choice<bool>,
}

impl Page {
    fn new(account: AccountId) -> Self {
        let app = App::expect();
        Self {
            app,
            account,
            member: RwSignal::new(None),
            failure: RwSignal::new(None),
            access: AccessState::new(app, account),
            senders_visible: Choice::new(false),
        }
    }

    /// Loads the account and who has access to it. A refresh that fails leaves what is shown.
    async fn load(self) {
        let account = self.account;
        match call(Member { account }).await {
            Ok(member) => {
                let _ = self.failure.try_set(None);
                self.put(member);
                self.access.load().await;
            }
            Err(failure) => {
                if self.member.try_with_untracked(Option::is_none) == Some(true) {
                    let _ = self.failure.try_set(Some(failure));
                }
            }
        }
    }

    fn put(self, member: MemberView) {
        let changed = self
            .member
            .try_with_untracked(|old| old.as_ref() != Some(&member));
        if changed == Some(true) {
            let _ = self.member.try_set(Some(member));
        }
    }

    /// The name, without following it.
    fn name(self) -> String {
        self.member
            .with_untracked(|member| member.as_ref().map(name_of))
            .unwrap_or_default()
    }
}

/// The page of an account. Another account is another page.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    let parameters = use_params_map();
    let account =
        Memo::new(move |_| parameters.with(|map| map.get("account")?.parse::<AccountId>().ok()));
    view! {
        <SheetPage text=true>
            <a class="back-link" href=routes::ADMIN_ACCOUNTS>
                <Icon name="left" size=IconSize::Small />
                {t(common::ACCOUNTS)}
            </a>
            {move || match account.get() {
                Some(account) => view! { <Account account=account /> }.into_any(),
                None => view! { <NoSuchAccount /> }.into_any(),
            }}
        </SheetPage>
    }
}

#[component]
fn NoSuchAccount() -> impl IntoView {
    use_title(|| common::ACCOUNTS.get().to_owned());
    view! {
        <EmptyState
            icon="user"
            title=TextProp::from(t(admin::NO_SUCH_ACCOUNT))
            text=TextProp::from(t(admin::NO_SUCH_ACCOUNT_HINT))
        />
    }
}

#[component]
fn Account(account: AccountId) -> impl IntoView {
    let page = Page::new(account);
    spawn_local(async move {
        while page.member.try_with_untracked(|_| ()).is_some() {
            page.load().await;
            sleep_ms(REFRESH_MS).await;
        }
    });
    let kind = Memo::new(move |_| {
        page.member
            .with(|member| member.as_ref().map(|member| (member.kind, member.status)))
    });
    let missing = Memo::new(move |_| {
        page.failure.with(|failure| {
            failure
                .as_ref()
                .is_some_and(|failure| failure.reason == Reason::Server(ErrorCode::NotFound))
        })
    });
    let failure = Signal::derive(move || page.failure.get().filter(|_| !missing.get()));
    let loading = move || page.member.with(Option::is_none) && page.failure.with(Option::is_none);
    view! {
        <Show when=move || missing.get()>
            <NoSuchAccount />
        </Show>
        <LoadFailure failure=failure again=move |()| spawn_local(page.load()) />
        <Show when=loading>
            <LoadingRows />
        </Show>
        {move || {
            kind.get()
                .map(|(kind, status)| {
                    let sections = match (kind, status) {
                        (_, AccountStatus::Deleted) => view! { <Deleted /> }.into_any(),
                        (AccountKind::Functional, _) => view! { <Functional page=page /> }.into_any(),
                        (AccountKind::Person, _) => view! { <Person page=page /> }.into_any(),
                    };
                    view! {
                        <Head page=page />
                        {sections}
                    }
                })
        }}
    }
}

#[component]
fn Head(page: Page) -> impl IntoView {
    use_title(move || {
        page.member
            .with(|member| member.as_ref().map(name_of))
            .unwrap_or_else(|| common::ACCOUNTS.get().to_owned())
    });
    move || {
        page.member.get().map(|member| {
            let name = name_of(&member);
            let functional = member.kind == AccountKind::Functional;
            let (state_tone, state) = status_badge(member.status);
            let (key_tone, key_icon, key) = key_badge(member.certification);
            let shape = shape_of(&member);
            view! {
                <header class="page-head">
                    <div class="person">
                        <Avatar name=name.clone() shape=shape size=AvatarSize::Large />
                        <div class="page-title">
                            <h1>{name}</h1>
                            <p>{member.address.to_string()}</p>
                        </div>
                    </div>
                    <p class="row" data-gap="small">
                        {functional.then(|| view! { <ActingBadge text=admin::FUNCTIONAL /> })}
                        <Badge tone=state_tone text=TextProp::from(t(state)) />
                        <Badge tone=key_tone icon=key_icon text=TextProp::from(t(key)) />
                    </p>
                </header>
            }
        })
    }
}

#[component]
fn ActingBadge(text: Text) -> impl IntoView {
    view! {
        <span class="badge" data-tone="acting">
            {t(text)}
        </span>
    }
}

#[component]
fn Deleted() -> impl IntoView {
    view! {
        <Banner
            tone=Tone::Info
            title=TextProp::from(t(admin::DELETED_TITLE))
            text=TextProp::from(t(admin::DELETED_HINT))
        />
    }
}

/// A part of the page: what it is about on one side, the controls on the other.
#[component]
fn Section(
    #[prop(into)] title: TextProp,
    #[prop(into)] text: TextProp,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section-split">
            <div class="section-head">
                <h2>{move || title.get()}</h2>
                <p>{move || text.get()}</p>
            </div>
            <div class="stack">{children()}</div>
        </section>
    }
}

#[component]
fn Functional(page: Page) -> impl IntoView {
    view! {
        <LoadFailure
            failure=page.access.failure
            again=move |()| spawn_local(page.access.load())
        />
        <RotationBanner access=page.access />
        <div>
            <NameSection page=page />
            <AccessSections page=page text=admin::GRANT_TEXT />
            <SenderSection page=page />
            <StatusSection page=page />
            <Section title=t(admin::ACCOUNT_TYPE) text=t(admin::TYPE_TEXT)>
                <p class="muted">{t(admin::TYPE_FUNCTIONAL)}</p>
            </Section>
        </div>
    }
}

#[component]
fn Person(page: Page) -> impl IntoView {
    let by_administrators = Memo::new(move |_| {
        page.access.view.with(|view| {
            view.as_ref()
                .is_some_and(|view| view.policy == DelegationPolicy::Administrators)
        })
    });
    let facts = move || {
        page.member.get().map(|member| {
            let last = member.last_sign_in_ms;
            let administrator = member.role == Role::Administrator;
            view! {
                <dl class="facts">
                    <dt>{t(admin::ACCOUNT_TYPE)}</dt>
                    <dd>
                        {t(if administrator { common::ADMINISTRATOR } else { admin::REGULAR })}
                    </dd>
                    <dt>{t(admin::JOINED)}</dt>
                    <dd>{move || i18n::short_date(member.joined_at_ms)}</dd>
                    <dt>{t(admin::LAST_SIGN_IN)}</dt>
                    <dd>
                        {move || {
                            last.map_or_else(|| admin::NEVER.get().to_owned(), i18n::short_time)
                        }}
                    </dd>
                </dl>
            }
        })
    };
    view! {
        <Show when=move || by_administrators.get()>
            <RotationBanner access=page.access />
        </Show>
        <div>
            <Section title=t(admin::GENERAL) text=t(admin::GENERAL_TEXT)>
                {facts}
            </Section>
            <Show when=move || by_administrators.get()>
                <AccessSections page=page text=admin::DELEGATION_TEXT />
            </Show>
            <ConvertSection page=page />
        </div>
    }
}

/// Giving access, and who has it.
#[component]
fn AccessSections(page: Page, text: Text) -> impl IntoView {
    let count = Memo::new(move |_| page.access.members().len());
    let loaded = Memo::new(move |_| page.access.view.with(Option::is_some));
    let people = move || match count.get() {
        0 => admin::MEMBERS_NONE.get().to_owned(),
        1 => admin::MEMBERS_ONE.get().to_owned(),
        count => t!(admin::MEMBERS_COUNT, count = count)(),
    };
    view! {
        <Show when=move || loaded.get()>
            <Section title=t(admin::DELEGATION) text=t(text)>
                <GrantField page=page />
            </Section>
            <Section title=t(admin::MEMBERS) text=people>
                <Show
                    when=move || count.get() != 0
                    fallback=move || view! { <p class="muted">{t(admin::MEMBERS_NONE_HINT)}</p> }
                >
                    <AccessList access=page.access />
                </Show>
            </Section>
        </Show>
    }
}
