use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{Failure, MemberView};

use crate::components::{Button, Dialog, ErrorText, Field, Variant, Working};
use crate::i18n::{Text, admin, common, t};
use crate::state::{App, FieldState, Message, needs_password};
use crate::worker::messages::{Call, Progress};

/// Asks before something that cannot be undone: the name has to be typed. The consequences are the children.
#[component]
pub(super) fn TypedNameDialog<C>(
    app: App,
    #[prop(into)] title: TextProp,
    /// What has to be typed.
    name: String,
    button: Text,
    /// Runs once the name is typed.
    command: C,
    #[prop(into)] on_close: Callback<()>,
    #[prop(into)] on_done: Callback<MemberView>,
    children: Children,
) -> impl IntoView
where
    C: Call<Reply = MemberView> + Clone + Send + Sync + 'static,
{
    let typed = FieldState::new();
    let busy = RwSignal::new(false);
    let progress = RwSignal::new(None::<Progress>);
    let error = RwSignal::new(None::<Message>);
    let wanted = name.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if typed.get().trim() != wanted {
            typed.fail(Message::Filled(
                admin::TYPE_NAME_WRONG,
                vec![("name", wanted.clone())],
            ));
            typed.focus();
            return;
        }
        busy.set(true);
        error.set(None);
        let command = command.clone();
        spawn_local(async move {
            let report = move |step| {
                let _ = progress.try_set(step);
            };
            let outcome = app.call_unlocked_with_progress(command, report).await;
            let _ = busy.try_set(false);
            done(outcome, error, on_close, on_done);
        });
    };
    view! {
        <Dialog title=title busy=busy on_close=on_close>
            <form novalidate=true on:submit=submit>
                <div class="dialog-body">
                    {children()}
                    <Field
                        id="typed-name"
                        label=TextProp::from(t!(admin::TYPE_NAME, name = name))
                        state=typed
                        autofocus=true
                    />
                    <Working progress=progress />
                    <ErrorText error=error />
                </div>
                <div class="dialog-foot">
                    <Button disabled=busy on_press=on_close>
                        {t(common::CANCEL)}
                    </Button>
                    <Button variant=Variant::Danger submit=true busy=busy>
                        {t(button)}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}

fn done(
    outcome: Result<MemberView, Failure>,
    error: RwSignal<Option<Message>>,
    on_close: Callback<()>,
    on_done: Callback<MemberView>,
) {
    match outcome {
        Ok(member) => {
            // The page may be left by now.
            let _ = on_close.try_run(());
            let _ = on_done.try_run(member);
        }
        Err(failure) if needs_password(&failure) => {}
        Err(failure) => {
            let _ = error.try_set(Some(failure.into()));
        }
    }
}
