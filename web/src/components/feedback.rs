use leptos::prelude::*;

use super::{Icon, IconSize};
use crate::i18n::{Text, common, t};
use crate::state::{Message, browser};
use crate::worker::messages::Progress;

/// How grave something is. The words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Info,
    Success,
    Warn,
    Danger,
    /// Proven. Never for anything else.
    Seal,
}

impl Tone {
    /// The value of `data-tone`.
    pub(crate) const fn attribute(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warn => "warn",
            Self::Danger => "danger",
            Self::Seal => "seal",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "done",
            Self::Warn => "warn",
            Self::Danger => "danger",
            Self::Seal => "seal",
        }
    }
}

/// A state that lasts, in the page where it can be solved. `actions` are buttons.
#[component]
pub(crate) fn Banner(
    tone: Tone,
    /// The state, as a fact.
    #[prop(into)]
    title: TextProp,
    /// What to do about it.
    #[prop(optional, into)]
    text: Option<TextProp>,
    /// Only for security failures: read out at once.
    #[prop(optional)]
    alert: bool,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="banner" data-tone=tone.attribute() role=alert.then_some("alert")>
            <Icon name=tone.icon() />
            <div class="banner-text">
                <p class="banner-title">{move || title.get()}</p>
                {text.map(|text| view! { <p>{move || text.get()}</p> })}
            </div>
            {children.map(|children| view! { <div class="banner-actions">{children()}</div> })}
        </div>
    }
}

/// What is wrong with a field, under it. `id` is what the field's `aria-describedby` names.
#[component]
pub(crate) fn ErrorText(
    /// Nothing shows where it is none.
    #[prop(into)]
    error: Signal<Option<Message>>,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    move || {
        let id = id.clone();
        error.get().map(|message| {
            view! {
                <p class="field-error" id=id>
                    <Icon name="danger" size=IconSize::Small />
                    <span>{move || message.text()}</span>
                </p>
            }
        })
    }
}

/// Nothing here: what, and how it fills. `children` is the one action.
#[component]
pub(crate) fn EmptyState(
    /// Icon, without "i-".
    icon: &'static str,
    /// What is empty, as a fact.
    #[prop(into)]
    title: TextProp,
    /// How it fills.
    #[prop(optional, into)]
    text: Option<TextProp>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon size=IconSize::Large />
            <h2>{move || title.get()}</h2>
            {text.map(|text| view! { <p>{move || text.get()}</p> })}
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

/// A grey bar in the place of text to come; hidden from those who do not see it.
#[component]
pub(crate) fn Skeleton(
    /// "quarter", "half" or "most" of the line.
    #[prop(optional)]
    width: Option<&'static str>,
    /// A picture instead of a bar.
    #[prop(optional)]
    round: bool,
) -> impl IntoView {
    view! {
        <span
            class="skeleton"
            aria-hidden=true
            data-width=width
            data-shape=round.then_some("round")
        ></span>
    }
}

/// How far something is; indeterminate where nobody knows.
#[component]
pub(crate) fn ProgressBar(
    /// What goes on, for those who do not see the bar.
    #[prop(into)]
    label: TextProp,
    /// From 0 to 1.
    #[prop(into)]
    done: Signal<Option<f64>>,
) -> impl IntoView {
    view! {
        <progress
            class="progress"
            max="1"
            value=move || done.get().map(|done| format!("{done:.2}"))
            aria-label=move || label.get()
        ></progress>
    }
}

/// The steps of a call that takes longer than a moment, read out as they come. Takes no place for the
/// first 300 ms and while `progress` is none.
#[component]
pub(crate) fn Working(#[prop(into)] progress: Signal<Option<Progress>>) -> impl IntoView {
    let seen = RwSignal::new(Vec::<Progress>::new());
    let shown = RwSignal::new(false);
    Effect::new(move || match progress.get() {
        None => {
            seen.set(Vec::new());
            shown.set(false);
        }
        Some(step) => {
            if seen.with_untracked(Vec::is_empty) {
                browser::after_ms(300, move || {
                    if progress.try_get_untracked().flatten().is_some() {
                        shown.set(true);
                    }
                });
            }
            seen.update(|seen| add_step(seen, step));
        }
    });
    let done = Signal::derive(move || match progress.get() {
        Some(Progress::Batch { done, total }) if total > 0 => {
            Some(f64::from(done) / f64::from(total))
        }
        _ => None,
    });
    let current = move || progress.get().map(step_text).unwrap_or_default();
    let steps = move || {
        let steps = seen.get();
        let last = steps.len().saturating_sub(1);
        steps
            .into_iter()
            .enumerate()
            .map(|(index, step)| view! { <Step step=step current=index == last /> })
            .collect_view()
    };
    view! {
        <div role="status">
            <Show when=move || shown.get()>
                <div class="stack" data-gap="small">
                    <ProgressBar label=TextProp::from(current) done=done />
                    <ol class="task-list">{steps}</ol>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Step(step: Progress, current: bool) -> impl IntoView {
    view! {
        <li class="task" aria-current=current.then_some("step")>
            {(!current).then(|| view! { <Icon name="done" /> })}
            {move || step_text(step)}
        </li>
    }
}

/// A step that goes on replaces itself; another one comes below.
fn add_step(seen: &mut Vec<Progress>, step: Progress) {
    match seen.last_mut() {
        Some(last) if std::mem::discriminant(last) == std::mem::discriminant(&step) => *last = step,
        _ => seen.push(step),
    }
}

fn step_text(progress: Progress) -> String {
    let text: Text = match progress {
        Progress::DerivingKeys => common::PROGRESS_DERIVING,
        Progress::Contacting => common::PROGRESS_CONTACTING,
        Progress::Sealing => common::PROGRESS_SEALING,
        Progress::Opening => common::PROGRESS_OPENING,
        Progress::AskingDns => common::PROGRESS_DNS,
        Progress::Bytes { done, total } => {
            return crate::i18n::attachments::share(done, total);
        }
        Progress::Waiting => crate::i18n::attachments::WAITING,
        Progress::Batch { done, total } => {
            return t!(common::PROGRESS_BATCH, done = done, total = total)();
        }
    };
    t(text)().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_counts_in_its_own_line() {
        let mut seen = Vec::new();
        for step in [
            Progress::Contacting,
            Progress::Batch { done: 1, total: 3 },
            Progress::Batch { done: 2, total: 3 },
        ] {
            add_step(&mut seen, step);
        }
        assert_eq!(
            seen,
            [Progress::Contacting, Progress::Batch { done: 2, total: 3 }]
        );
    }
}
