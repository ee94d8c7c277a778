use std::sync::atomic::{AtomicU32, Ordering};

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::{Button, IconButton, Variant};
use crate::i18n::{common, t};
use crate::state::browser::{self, document};

/// What somebody can have typed in. A field that only shows something is none.
const FIELDS: &str = "input:not([type=checkbox], [type=radio], [readonly]), textarea";

/// A modal dialog, open for as long as it is mounted. Its children are a `.dialog-body` and a
/// `.dialog-foot`, inside one `form` where something is typed. `autofocus` marks the first focus.
/// When it goes, the focus returns to where it was. Esc asks before it discards what was typed.
#[component]
pub(crate) fn Dialog(
    /// The question or the name.
    #[prop(into)]
    title: TextProp,
    /// Esc: the parent unmounts the dialog.
    #[prop(into)]
    on_close: Callback<()>,
    /// Work that cannot stop: Esc does nothing.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// With a cross, where no button just closes it.
    #[prop(optional)]
    cross: bool,
    /// Wider.
    #[prop(optional)]
    large: bool,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = StoredValue::new(next_title_id());
    let opener = StoredValue::new_local(document().active_element());
    let typed_in = StoredValue::new_local(None::<web_sys::Element>);
    // It is asked whether to discard that.
    let asking = RwSignal::new(false);

    Effect::new(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // Throws only for an element that is not in the document.
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        let opener = opener.try_get_value().flatten();
        browser::after_render(move || match opener {
            Some(opener) if opener.is_connected() => browser::focus(&opener),
            _ => browser::focus_main(),
        });
    });

    // Whether the first Esc is answered with a question; the second one counts.
    let ask = move || {
        let typed = typed_in.with_value(Option::is_some)
            && dialog.get_untracked().is_some_and(|it| is_filled(&it));
        if !typed || asking.get_untracked() {
            return false;
        }
        asking.set(true);
        browser::after_render(move || {
            let element = dialog.try_get_untracked().flatten();
            let keep = element.and_then(|it| it.query_selector(".dialog-discard button").ok()?);
            if let Some(keep) = keep {
                browser::focus(&keep);
            }
        });
        true
    };
    let keep = move |()| {
        asking.set(false);
        if let Some(field) = typed_in.try_get_value().flatten() {
            browser::focus(&field);
        }
    };
    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        if !busy.get_untracked() && !ask() {
            on_close.run(());
        }
    };
    // Browsers close at the second Esc whatever the page says; then it has to open again or go.
    let on_closed = move |_| {
        if busy.get_untracked() || ask() {
            if let Some(dialog) = dialog.get_untracked() {
                let _ = dialog.show_modal();
            }
        } else {
            on_close.run(());
        }
    };
    // Typing on is an answer, too.
    let on_input = move |event: web_sys::Event| {
        let field = event.target();
        typed_in.set_value(field.and_then(|field| field.dyn_into().ok()));
        if asking.get_untracked() {
            asking.set(false);
        }
    };
    let question_id = format!("{}-discard", title_id.get_value());

    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            data-size=large.then_some("large")
            aria-labelledby=title_id.get_value()
            on:cancel=on_cancel
            on:close=on_closed
            on:input=on_input
        >
            <div class="dialog-head">
                <h2 id=title_id.get_value()>{move || title.get()}</h2>
                {cross
                    .then(|| {
                        view! {
                            <IconButton
                                name="x"
                                label=TextProp::from(t(common::CLOSE))
                                on_press=Callback::new(move |()| {
                                    if !busy.get_untracked() {
                                        on_close.run(());
                                    }
                                })
                            />
                        }
                    })}
            </div>
            {children()}
            {move || {
                let question = question_id.clone();
                let named_by = question.clone();
                asking
                    .get()
                    .then(|| {
                        view! {
                            <div
                                class="dialog-foot dialog-discard"
                                role="group"
                                aria-labelledby=named_by
                            >
                                <p class="dialog-aside" id=question>
                                    {t(common::DISCARD_TYPED)}
                                </p>
                                <Button on_press=Callback::new(keep)>{t(common::KEEP_TYPING)}</Button>
                                <Button variant=Variant::Danger on_press=on_close>
                                    {t(common::DISCARD)}
                                </Button>
                            </div>
                        }
                    })
            }}
        </dialog>
    }
}

/// Whether something stands in a field.
fn is_filled(dialog: &web_sys::Element) -> bool {
    let Ok(fields) = dialog.query_selector_all(FIELDS) else {
        return false;
    };
    (0..fields.length())
        .filter_map(|at| fields.get(at))
        .any(|field| {
            let value = js_sys::Reflect::get(&field, &"value".into()).ok();
            value
                .and_then(|value| value.as_string())
                .is_some_and(|value| !value.is_empty())
        })
}

/// Two dialogs can be open: the password is asked for above another one.
fn next_title_id() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("dialog-{}", LAST.fetch_add(1, Ordering::Relaxed))
}
