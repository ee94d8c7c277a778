use std::sync::atomic::{AtomicU32, Ordering};

use leptos::{html, prelude::*};

use super::IconButton;
use crate::i18n::{common, t};
use crate::state::browser::{self, document};

/// A modal dialog, open for as long as it is mounted. Its children are a `.dialog-body` and a
/// `.dialog-foot`, inside one `form` where something is typed. `autofocus` marks the first focus.
/// When it goes, the focus returns to where it was.
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

    let on_cancel = move |event: web_sys::Event| {
        event.prevent_default();
        if !busy.get_untracked() {
            on_close.run(());
        }
    };
    // Browsers close at the second Esc whatever the page says; then it has to open again or go.
    let on_closed = move |_| {
        if busy.get_untracked() {
            if let Some(dialog) = dialog.get_untracked() {
                let _ = dialog.show_modal();
            }
        } else {
            on_close.run(());
        }
    };

    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            data-size=large.then_some("large")
            aria-labelledby=title_id.get_value()
            on:cancel=on_cancel
            on:close=on_closed
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
        </dialog>
    }
}

/// Two dialogs can be open: the password is asked for above another one.
fn next_title_id() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("dialog-{}", LAST.fetch_add(1, Ordering::Relaxed))
}
