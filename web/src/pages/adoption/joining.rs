use leptos::prelude::*;

use super::Page;
use crate::components::{Icon, ProgressBar, Rosette};
use crate::i18n::{Text, adoption, t};
use crate::state::adoption::JoinStep;

const fn step_text(step: JoinStep) -> Text {
    match step {
        JoinStep::Checking => adoption::STEP_CHECK,
        JoinStep::Sealing => adoption::STEP_SEAL,
        JoinStep::Joining => adoption::STEP_JOIN,
    }
}

/// Accept, step by step. It cannot be stopped, and either everything happens or nothing.
#[component]
pub(super) fn Joining(page: Page, organisation: String) -> impl IntoView {
    let now = Memo::new(move |_| page.joining.get().unwrap_or_default());
    let done = Signal::derive(move || {
        let passed = JoinStep::ALL
            .iter()
            .filter(|step| **step < now.get())
            .count();
        Some((passed as f64 + 0.5) / JoinStep::ALL.len() as f64)
    });
    let label = t!(adoption::JOINING, organisation = organisation);
    let task = move |step: JoinStep| {
        let current = move || (now.get() == step).then_some("step");
        view! {
            <li class="task" aria-current=current>
                <Show when=move || step < now.get()>
                    <Icon name="done" />
                </Show>
                {t(step_text(step))}
            </li>
        }
    };
    view! {
        <div class="stack" data-gap="large" role="status">
            <div class="consent-title">
                <h1>{label.clone()}</h1>
            </div>
            <ProgressBar label=TextProp::from(label) done=done />
            <ol class="task-list">{JoinStep::ALL.map(task).collect_view()}</ol>
            <p class="field-hint">{t(adoption::KEEP_OPEN)}</p>
        </div>
        <div class="consent-waiting">
            <Rosette />
        </div>
    }
}
