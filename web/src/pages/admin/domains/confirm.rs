use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{DomainView, Failure};
use zegel_protocol::Domain;

use super::Page;
use crate::components::{Banner, Button, Consequence, Dialog, Field, Tone, Variant, Working};
use crate::i18n::{self, Text, admin, common, errors, t};
use crate::state::domains::is_yes;
use crate::state::{FieldState, Message, needs_password};
use crate::worker::messages::{Adopt, Call, Progress, Release, WithdrawClaim};

/// What an act needs while its dialog is open.
#[derive(Clone, Copy)]
struct Act {
    page: Page,
    failure: RwSignal<Option<Failure>>,
    progress: RwSignal<Option<Progress>>,
    busy: RwSignal<bool>,
}

impl Act {
    fn new(page: Page) -> Self {
        Self {
            page,
            failure: RwSignal::new(None),
            progress: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Runs the act; the dialog goes when it is done, and says why when it is not.
    fn run<C: Call + Clone + 'static>(
        self,
        command: C,
        done: impl FnOnce(C::Reply) -> Message + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let report = move |step| {
                let _ = self.progress.try_set(step);
            };
            let outcome = self
                .page
                .app
                .call_unlocked_with_progress(command, report)
                .await;
            let _ = self.busy.try_set(false);
            match outcome {
                Ok(reply) => {
                    self.page.app.toast(done(reply));
                    let _ = self.page.claimed.try_set(None);
                    self.page.load().await;
                    let _ = self.page.open.try_set(None);
                }
                Err(failure) if needs_password(&failure) => {}
                Err(failure) => {
                    let _ = self.failure.try_set(Some(failure));
                }
            }
        });
    }
}

/// What went wrong, and how far it is.
#[component]
fn Outcome(act: Act) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                act.failure
                    .get()
                    .map(|failure| {
                        view! {
                            <Banner
                                tone=Tone::Danger
                                title=t(admin::NOT_DONE)
                                text=TextProp::from(move || errors::failure(&failure))
                            />
                        }
                    })
            }}
        </div>
        <Working progress=act.progress />
    }
}

/// One, several or none, in words of their own.
fn by_number(count: u32, none: Text, one: Text, several: Text) -> Text {
    match count {
        0 => none,
        1 => one,
        _ => several,
    }
}

/// ADOPT: the number, and what happens in the order in which people notice it.
#[component]
pub(super) fn AdoptDialog(page: Page, row: DomainView) -> impl IntoView {
    let act = Act::new(page);
    let count = row.not_yet_adopted;
    let number = move || i18n::number(count);
    let domain = StoredValue::new(row.domain.to_string());
    let title = by_number(
        count,
        admin::ADOPT_TITLE_NONE,
        admin::ADOPT_TITLE_ONE,
        admin::ADOPT_TITLE,
    );
    let button = by_number(
        count,
        admin::ADOPT_BUTTON_NONE,
        admin::ADOPT_BUTTON_ONE,
        admin::ADOPT_BUTTON,
    );
    let lead = by_number(
        count,
        admin::ADOPT_LEAD_NONE,
        admin::ADOPT_LEAD,
        admin::ADOPT_LEAD,
    );
    let signed_out = by_number(
        count,
        admin::ADOPT_SIGNED_OUT,
        admin::ADOPT_SIGNED_OUT_ONE,
        admin::ADOPT_SIGNED_OUT,
    );
    let adopt = {
        let domain = row.domain.clone();
        move |()| {
            let name = domain.to_string();
            act.run(
                Adopt {
                    domain: domain.clone(),
                },
                move |signed_out| {
                    let text = by_number(
                        signed_out,
                        admin::ADOPT_DONE_NONE,
                        admin::ADOPT_DONE_ONE,
                        admin::ADOPT_DONE,
                    );
                    Message::Filled(
                        text,
                        vec![("count", signed_out.to_string()), ("domain", name)],
                    )
                },
            );
        }
    };
    view! {
        <Dialog
            title=t!(title, count = number(), domain = domain.get_value())
            busy=act.busy
            on_close=Callback::new(move |()| page.close())
        >
            <div class="dialog-body" tabindex="0">
                <p>{t!(lead, domain = domain.get_value())}</p>
                <ul class="consequences">
                    {(count > 0)
                        .then(|| {
                            view! {
                                <Consequence icon="signout" text=t!(signed_out, count = number()) />
                            }
                        })}
                    <Consequence icon="users" text=t(admin::ADOPT_ACCEPT) />
                    <Consequence icon="restore" text=t(admin::ADOPT_READ) />
                    <Consequence icon="lock" tone=Tone::Danger text=t(admin::ADOPT_LOCKED) />
                    {(count > 0)
                        .then(|| view! { <Consequence icon="plus" text=t!(admin::ADOPT_LATER, domain = domain.get_value()) /> })}
                    <Consequence icon="log" text=t(admin::ADOPT_LOG) />
                </ul>
                <p class="muted">{t(admin::ADOPT_STOP)}</p>
                <Outcome act=act />
            </div>
            <div class="dialog-foot">
                <Button
                    autofocus=true
                    disabled=act.busy
                    on_press=Callback::new(move |()| page.close())
                >
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Primary busy=act.busy on_press=Callback::new(adopt)>
                    {t!(button, count = number())}
                </Button>
            </div>
        </Dialog>
    }
}

fn word() -> &'static str {
    admin::RELEASE_WORD.get()
}

fn check_word(typed: &str) -> Option<Message> {
    (!is_yes(typed, word()))
        .then(|| Message::Filled(admin::RELEASE_WRONG, vec![("word", word().to_owned())]))
}

/// RELEASE: the prompt is answered with YES.
#[component]
pub(super) fn ReleaseDialog(page: Page, row: DomainView) -> impl IntoView {
    let act = Act::new(page);
    let typed = FieldState::new();
    let domain = StoredValue::new(row.domain.clone());
    let answered = Signal::derive(move || is_yes(&typed.value.get(), word()));
    let name = move || domain.with_value(ToString::to_string);
    let release = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !answered.get_untracked() {
            return;
        }
        act.run(
            Release {
                domain: domain.get_value(),
            },
            move |()| Message::Filled(admin::RELEASE_DONE, vec![("domain", name())]),
        );
    };
    let (waiting, members) = (row.not_yet_adopted, row.members);
    view! {
        <Dialog
            title=t!(admin::RELEASE_TITLE, domain = name())
            busy=act.busy
            on_close=Callback::new(move |()| page.close())
        >
            <form novalidate=true on:submit=release>
                <div class="dialog-body">
                    <p>{t(admin::RELEASE_LEAD)}</p>
                    <ul class="consequences">
                        <Consequence icon="key" tone=Tone::Danger text=t(admin::RELEASE_SSO) />
                        <Consequence
                            icon="refresh"
                            tone=Tone::Danger
                            text=t(admin::RELEASE_PROVISIONING)
                        />
                        <Consequence
                            icon="users"
                            tone=Tone::Danger
                            text=t!(admin::RELEASE_OUTSIDE, count = i18n::number(waiting))
                        />
                        <Consequence icon="globe" tone=Tone::Danger text=t(admin::RELEASE_OTHERS) />
                        <Consequence
                            icon="done"
                            tone=Tone::Success
                            text=t!(admin::RELEASE_STAY, count = i18n::number(members))
                        />
                    </ul>
                    <Field
                        id="release-word"
                        label=t!(admin::RELEASE_PROMPT, word = word(), domain = name())
                        state=typed
                        autofocus=true
                        max_length=20
                        check=check_word
                    />
                    <Outcome act=act />
                </div>
                <div class="dialog-foot">
                    <Button disabled=act.busy on_press=Callback::new(move |()| page.close())>
                        {t(common::CANCEL)}
                    </Button>
                    <Button
                        variant=Variant::Danger
                        submit=true
                        busy=act.busy
                        disabled=Signal::derive(move || !answered.get())
                    >
                        {t(admin::RELEASE_BUTTON)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}

/// Forgets a claim that is not proved.
#[component]
pub(super) fn WithdrawDialog(page: Page, domain: Domain) -> impl IntoView {
    let act = Act::new(page);
    let name = domain.to_string();
    let withdraw = move |()| {
        let name = domain.to_string();
        act.run(
            WithdrawClaim {
                domain: domain.clone(),
            },
            move |()| Message::Filled(admin::WITHDRAW_DONE, vec![("domain", name)]),
        );
    };
    view! {
        <Dialog
            title=t!(admin::WITHDRAW_TITLE, domain = name)
            busy=act.busy
            on_close=Callback::new(move |()| page.close())
        >
            <div class="dialog-body">
                <ul class="consequences">
                    <Consequence icon="globe" tone=Tone::Danger text=t(admin::WITHDRAW_RECORD) />
                    <Consequence icon="plus" text=t(admin::WITHDRAW_AGAIN) />
                </ul>
                <Outcome act=act />
            </div>
            <div class="dialog-foot">
                <Button
                    autofocus=true
                    disabled=act.busy
                    on_press=Callback::new(move |()| page.close())
                >
                    {t(common::CANCEL)}
                </Button>
                <Button variant=Variant::Danger busy=act.busy on_press=Callback::new(withdraw)>
                    {t(admin::WITHDRAW_BUTTON)}
                </Button>
            </div>
        </Dialog>
    }
}
