use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_api::AccountKind;
use zegel_client::view::{AccessMemberView, AccessView};

use super::{
    Avatar, Banner, Button, Consequence, Dialog, ErrorText, IconButton, Tone, TrustLine, Variant,
    Working,
};
use crate::i18n::{self, Text, access as tx, common, t};
use crate::state::access::{AccessState, person_name};
use crate::state::{Message, needs_password};
use crate::worker::messages::{RevokeAccess, RotateMailbox, SetSenderVisibility};

/// The people with access to an account, and what can be done about each.
#[component]
pub(crate) fn AccessList(
    access: AccessState,
    /// Giving, and what recipients see, is left to others. Taking away is not.
    #[prop(optional, into)]
    read_only: Signal<bool>,
) -> impl IntoView {
    let removing = RwSignal::new(None::<AccessMemberView>);
    let key = |member: &AccessMemberView| {
        (
            member.person.account,
            person_name(&member.person),
            member.granted_at_ms,
        )
    };
    view! {
        <ul class="people" aria-label=t(tx::WITH_ACCESS)>
            <For each=move || access.members() key=key let:member>
                <AccessRow access=access member=member read_only=read_only removing=removing />
            </For>
        </ul>
        {move || {
            removing
                .get()
                .map(|member| {
                    view! { <RemoveDialog access=access member=member removing=removing /> }
                })
        }}
    }
}

#[component]
fn AccessRow(
    access: AccessState,
    member: AccessMemberView,
    read_only: Signal<bool>,
    removing: RwSignal<Option<AccessMemberView>>,
) -> impl IntoView {
    let name = person_name(&member.person);
    let since = member.granted_at_ms;
    let delegated = access.view.with_untracked(|view| {
        view.as_ref()
            .is_some_and(|view| view.kind == AccountKind::Person)
    });
    let stored = StoredValue::new(member.clone());
    let remove = TextProp::from({
        let name = name.clone();
        t!(tx::REMOVE_NAMED, name = name)
    });
    let person = member.person.account;
    let visible = member.visible;
    let choice = {
        let name = name.clone();
        move || {
            let name = name.clone();
            delegated.then(|| {
                view! {
                    <VisibilityChoice
                        access=access
                        person=person
                        name=name
                        visible=visible
                        read_only=read_only
                    />
                }
            })
        }
    };
    view! {
        <li>
            <span class="person">
                <Avatar name=name.clone() />
                <span class="person-text">
                    <span class="person-name">{name.clone()}</span>
                    <small>{member.person.address.to_string()}</small>
                    <small>{t!(tx::SINCE, date = i18n::short_date(since))}</small>
                    <TrustLine trust=member.person.trust.clone() />
                </span>
            </span>
            {choice}
            <IconButton
                name="trash"
                danger=true
                label=remove
                on_press=move |()| removing.set(Some(stored.get_value()))
            />
        </li>
    }
}

/// Whether recipients see a delegate's name.
#[component]
fn VisibilityChoice(
    access: AccessState,
    person: zegel_protocol::AccountId,
    name: String,
    visible: bool,
    read_only: Signal<bool>,
) -> impl IntoView {
    let chosen = RwSignal::new(visible);
    let progress = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let own = access.app.account() == Some(access.account);
    let (hidden_text, visible_text) = if own {
        (tx::ONLY_MY_NAME, tx::MY_NAME_AND_SENDER)
    } else {
        (tx::ONLY_OWNERS_NAME, tx::OWNERS_NAME_AND_SENDER)
    };
    Effect::new(move || {
        let members = access.members();
        let now = members
            .iter()
            .find(|member| member.person.account == person);
        if let Some(now) = now
            && !busy.get_untracked()
        {
            chosen.set(now.visible);
        }
    });
    let change = move |event| {
        let wanted = event_target_value(&event) == "visible";
        chosen.set(wanted);
        busy.set(true);
        spawn_local(async move {
            let command = SetSenderVisibility {
                account: access.account,
                person: Some(person),
                visible: wanted,
            };
            let outcome = access.change(command, progress).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => access.app.toast(tx::SAVED_FROM_NOW_ON),
                Err(failure) => {
                    let _ = chosen.try_set(!wanted);
                    if !needs_password(&failure) {
                        access.app.toast(failure);
                    }
                }
            }
        });
    };
    view! {
        <span class="select">
            <select
                class="input"
                aria-label=t!(tx::RECIPIENTS_SEE_OF, name = name)
                aria-busy=move || busy.get().then_some("true")
                disabled=move || busy.get() || read_only.get()
                prop:value=move || if chosen.get() { "visible" } else { "hidden" }
                on:change=change
            >
                <option value="hidden" selected=!visible>{t(hidden_text)}</option>
                <option value="visible" selected=visible>{t(visible_text)}</option>
            </select>
        </span>
    }
}

/// Asks before somebody's access ends.
#[component]
fn RemoveDialog(
    access: AccessState,
    member: AccessMemberView,
    removing: RwSignal<Option<AccessMemberView>>,
) -> impl IntoView {
    let progress = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<Message>);
    let name = person_name(&member.person);
    let person = member.person.account;
    let own = access.app.account() == Some(access.account);
    let account = access.view.with_untracked(|view| {
        view.as_ref()
            .map(|view| {
                if view.name.is_empty() {
                    view.address.to_string()
                } else {
                    view.name.clone()
                }
            })
            .unwrap_or_default()
    });
    let close = Callback::new(move |()| removing.set(None));
    let remove = {
        let name = name.clone();
        move |()| {
            let name = name.clone();
            busy.set(true);
            error.set(None);
            spawn_local(async move {
                let command = RevokeAccess {
                    account: access.account,
                    person,
                };
                let outcome = access.change(command, progress).await;
                let _ = busy.try_set(false);
                match outcome {
                    Ok(()) => {
                        let _ = removing.try_set(None);
                        access
                            .app
                            .toast(Message::Filled(tx::REMOVED, vec![("name", name)]));
                    }
                    Err(failure) if needs_password(&failure) => {}
                    Err(failure) => {
                        let _ = error.try_set(Some(failure.into()));
                    }
                }
            });
        }
    };
    let title = {
        let (name, account) = (name.clone(), account.clone());
        move || {
            if own {
                i18n::fill(tx::REMOVE_TITLE, &[("name", &name)])
            } else {
                i18n::fill(
                    tx::REMOVE_TITLE_FROM,
                    &[("name", &name), ("account", &account)],
                )
            }
        }
    };
    let closes = {
        let name = name.clone();
        move || {
            if own {
                i18n::fill(tx::REMOVE_OWN_CLOSES, &[("name", &name)])
            } else {
                i18n::fill(tx::REMOVE_CLOSES, &[("name", &name), ("account", &account)])
            }
        }
    };
    view! {
        <Dialog title=title busy=busy on_close=close>
            <div class="dialog-body">
                <ul class="consequences">
                    <Consequence icon="inbox" tone=Tone::Danger text=closes />
                    <Consequence
                        icon="copy"
                        tone=Tone::Danger
                        text=TextProp::from(t!(tx::REMOVE_COPIED, name = name))
                    />
                    <Consequence icon="key" text=TextProp::from(t(tx::REMOVE_KEY)) />
                    <Consequence
                        icon="done"
                        tone=Tone::Success
                        text=TextProp::from(t(tx::REMOVE_STAYS))
                    />
                </ul>
                <Working progress=progress />
                <ErrorText error=error />
            </div>
            <div class="dialog-foot">
                <Button autofocus=true disabled=busy on_press=close>
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=busy on_press=Callback::new(remove)>
                    {t(tx::REMOVE)}
                </Button>
            </div>
        </Dialog>
    }
}

/// Why a new mailbox key is due.
#[derive(Clone, Copy, PartialEq)]
enum Due {
    /// The server says since when.
    Since(u64),
    /// So many have access by the signed roster, and the server does not say so.
    Unlisted(u32),
}

impl Due {
    fn of(view: &AccessView) -> Option<Self> {
        let unlisted = (view.unlisted > 0).then_some(Self::Unlisted(view.unlisted));
        view.rotation_pending_since_ms.map(Self::Since).or(unlisted)
    }

    fn words(self) -> (TextProp, Text) {
        match self {
            Self::Since(since) => {
                let title = t!(tx::ROTATION, date = i18n::short_time(since));
                (title.into(), tx::ROTATION_HINT)
            }
            Self::Unlisted(1) => (t(tx::UNLISTED_ONE).into(), tx::UNLISTED_HINT),
            Self::Unlisted(count) => {
                let title = t!(tx::UNLISTED, count = count);
                (title.into(), tx::UNLISTED_HINT)
            }
        }
    }
}

/// Somebody's access ended without a new mailbox key. Takes no place where none is due.
#[component]
pub(crate) fn RotationBanner(access: AccessState) -> impl IntoView {
    let busy = RwSignal::new(false);
    let progress = RwSignal::new(None);
    let error = RwSignal::new(None::<Message>);
    let rotate = Callback::new(move |()| {
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let command = RotateMailbox {
                account: access.account,
            };
            let outcome = access.change(command, progress).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => access.app.toast(tx::ROTATED),
                Err(failure) if needs_password(&failure) => {}
                Err(failure) => {
                    let _ = error.try_set(Some(failure.into()));
                }
            }
        });
    });
    let due = Memo::new(move |_| access.view.with(|view| Due::of(view.as_ref()?)));
    move || {
        due.get().map(|due| {
            let (title, hint) = due.words();
            view! {
                <div class="stack" data-gap="small">
                    <Banner tone=Tone::Warn title=title text=TextProp::from(t(hint))>
                        <Button size="small" busy=busy on_press=rotate>
                            {t(tx::ROTATE)}
                        </Button>
                    </Banner>
                    <Working progress=progress />
                    <ErrorText error=error />
                </div>
            }
        })
    }
}
