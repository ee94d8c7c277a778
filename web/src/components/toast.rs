use leptos::{html, prelude::*};

use super::{Button, IconButton};
use crate::i18n::{common, t};
use crate::state::{App, Toast, browser};

/// How long a toast stays.
const SHOWN_MS: u64 = 6_000;

/// Where toasts appear: one at a time, for six seconds, longer under pointer or focus.
#[component]
pub(crate) fn ToastRegion() -> impl IntoView {
    let app = App::expect();
    let toast = NodeRef::<html::Div>::new();
    let held = RwSignal::new(false);
    let shown = StoredValue::new(0_u32);

    Effect::new(move || {
        if app.current_toast().is_none() {
            return;
        }
        shown.update_value(|shown| *shown += 1);
        let this = shown.get_value();
        // In the top layer, so that it is seen above a dialog too.
        browser::after_render(move || {
            if let Some(toast) = toast.get_untracked() {
                show_popover(&toast);
            }
        });
        dismiss_later(app, held, shown, this);
    });

    view! {
        <div role="status">
            {move || {
                app.current_toast()
                    .map(|Toast { message, undo }| {
                        view! {
                            <div
                                class="toast"
                                popover="manual"
                                node_ref=toast
                                on:mouseenter=move |_| held.set(true)
                                on:mouseleave=move |_| held.set(false)
                                on:focusin=move |_| held.set(true)
                                on:focusout=move |_| held.set(false)
                            >
                                <span>{move || message.text()}</span>
                                {undo
                                    .map(|(label, undo)| {
                                        view! {
                                            <Button
                                                size="small"
                                                on_press=move |()| {
                                                    app.dismiss_toast();
                                                    undo();
                                                }
                                            >
                                                {t(label)}
                                            </Button>
                                        }
                                    })}
                                <IconButton
                                    name="x"
                                    small=true
                                    label=TextProp::from(t(common::DISMISS))
                                    on_press=move |()| app.dismiss_toast()
                                />
                            </div>
                        }
                    })
            }}
        </div>
    }
}

fn dismiss_later(app: App, held: RwSignal<bool>, shown: StoredValue<u32>, this: u32) {
    browser::after_ms(SHOWN_MS, move || {
        if shown.try_get_value() != Some(this) {
            return;
        }
        if held.get_untracked() {
            dismiss_later(app, held, shown, this);
        } else {
            app.dismiss_toast();
        }
    });
}

fn show_popover(element: &web_sys::HtmlElement) {
    use wasm_bindgen::JsCast;
    let show = js_sys::Reflect::get(element, &"showPopover".into());
    if let Some(show) = show
        .ok()
        .and_then(|show| show.dyn_into::<js_sys::Function>().ok())
    {
        // Throws where it is shown already.
        let _ = show.call0(element);
    }
}
