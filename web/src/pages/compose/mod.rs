//! Writing a message. Nothing typed is lost: the draft is kept, sealed, while writing, and a failed
//! send leaves everything as it is.

mod aside;
mod composer;
mod draft;
mod key_change;
mod recipients;

use leptos::{html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::{Banner, Button, ErrorText, IconButton, Tone, Variant, use_title};
use crate::i18n::{common, mail as tx, t};
use crate::routes;

use self::{
    aside::WhoOpens, composer::Composer, draft::DraftStatus, key_change::KeyChangeDialog,
    recipients::RecipientField,
};

/// A new message.
#[component]
pub(crate) fn ComposePage() -> impl IntoView {
    use_title(|| common::NEW_MESSAGE.get().to_owned());
    Composer::new().map(|composer| view! { <ComposeForm composer=composer /> })
}

#[component]
fn ComposeForm(composer: Composer) -> impl IntoView {
    draft::load(composer);
    draft::keep(composer);
    let navigate = use_navigate();
    let leave = Callback::new(move |()| navigate(routes::INBOX, NavigateOptions::default()));

    let text_input = NodeRef::<html::Textarea>::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        composer.send(text_input, leave);
    };
    let discard = move |()| draft::discard(composer, leave);
    let described = move |signal: bool, id: &'static str| signal.then_some(id);

    view! {
        <main class="sheet compose" id="main" tabindex="-1">
            <form
                class="compose-form"
                aria-labelledby="compose-title"
                aria-busy=move || composer.sending.get().then_some("true")
                novalidate=true
                on:submit=submit
            >
                <div class="compose-head">
                    <h1 id="compose-title">{t(common::NEW_MESSAGE)}</h1>
                    <DraftStatus composer=composer />
                    <IconButton name="x" label=TextProp::from(t(tx::CLOSE_DRAFT)) on_press=leave />
                </div>
                <div>
                    <RecipientField composer=composer />
                    <div class="compose-line compose-subject">
                        <label for="subject">{t(tx::SUBJECT)}</label>
                        <input
                            class="bare"
                            id="subject"
                            name="subject"
                            autocomplete="off"
                            node_ref=composer.subject.input
                            aria-invalid=move || {
                                composer.subject.error.with(Option::is_some).then_some("true")
                            }
                            aria-describedby=move || {
                                described(
                                    composer.subject.error.with(Option::is_some),
                                    "subject-error",
                                )
                            }
                            prop:value=move || composer.subject.value.get()
                            on:input=move |event| {
                                composer.touch();
                                composer.subject.value.set(event_target_value(&event));
                                composer.subject.error.set(None);
                            }
                        />
                        <div class="compose-error">
                            <ErrorText error=composer.subject.error id="subject-error" />
                        </div>
                    </div>
                </div>
                <textarea
                    class="compose-text"
                    name="text"
                    aria-label=t(tx::TEXT)
                    node_ref=text_input
                    aria-invalid=move || composer.text_error.with(Option::is_some).then_some("true")
                    aria-describedby=move || {
                        described(composer.text_error.with(Option::is_some), "text-error")
                    }
                    prop:value=move || composer.text.get()
                    on:input=move |event| {
                        composer.touch();
                        composer.text.set(event_target_value(&event));
                        composer.text_error.set(None);
                    }
                ></textarea>
                <div class="compose-problems">
                    <ErrorText error=composer.text_error id="text-error" />
                    {move || {
                        composer
                            .failure
                            .get()
                            .map(|message| {
                                view! {
                                    <Banner
                                        tone=Tone::Danger
                                        title=TextProp::from(t(tx::NOT_SENT))
                                        text=move || message.text()
                                    />
                                }
                            })
                    }}
                </div>
                <div class="compose-foot">
                    <Button
                        variant=Variant::Primary
                        icon="send"
                        submit=true
                        busy=composer.sending
                    >
                        {t(tx::SEND)}
                    </Button>
                    <Show when=move || !composer.is_blank()>
                        <IconButton
                            name="trash"
                            danger=true
                            label=TextProp::from(t(tx::DELETE_DRAFT))
                            on_press=Callback::new(discard)
                        />
                    </Show>
                </div>
            </form>
            <WhoOpens composer=composer />
            <KeyChangeDialog composer=composer />
        </main>
    }
}
