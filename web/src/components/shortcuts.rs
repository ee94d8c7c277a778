use leptos::prelude::*;

use super::{Button, Dialog};
use crate::i18n::{Text, common, mail as tx, t};
use crate::state::App;

/// A line of the list of keys: several are pressed one after the other.
pub(crate) struct Shortcut {
    pub(crate) keys: &'static [&'static str],
    does: Text,
}

const fn key(keys: &'static [&'static str], does: Text) -> Shortcut {
    Shortcut { keys, does }
}

/// The single keys of mail, which the settings turn off.
pub(crate) const SHORTCUTS: &[Shortcut] = &[
    key(&["/"], tx::KEY_SEARCH),
    key(&["c"], common::NEW_MESSAGE),
    key(&["j"], tx::KEY_NEXT),
    key(&["k"], tx::KEY_PREVIOUS),
    key(&["r"], tx::REPLY),
    key(&["a"], tx::REPLY_ALL),
    key(&["f"], tx::FORWARD),
    key(&["e"], tx::ARCHIVE),
    key(&["#"], tx::TO_BIN),
    key(&["u"], tx::MARK_UNREAD),
    key(&["s"], tx::KEY_STAR),
    key(&["x"], tx::KEY_SELECT),
    key(&["g", "i"], common::TO_INBOX),
    key(&["?"], tx::KEY_LIST),
];

/// Those that nothing turns off.
const ALWAYS: &[Shortcut] = &[
    key(&["↓"], tx::KEY_ROW_BELOW),
    key(&["↑"], tx::KEY_ROW_ABOVE),
    key(&["Esc"], tx::KEY_ESCAPE),
];

/// All keys of mail, and what they do.
#[component]
pub(crate) fn ShortcutsDialog(on_close: Callback<()>) -> impl IntoView {
    let app = App::expect();
    let line = |shortcut: &'static Shortcut| {
        let keys = shortcut.keys.iter().enumerate().map(|(at, key)| {
            view! {
                {(at > 0).then(|| view! { " " {t(tx::KEY_THEN)} " " })}
                <kbd>{*key}</kbd>
            }
        });
        view! {
            <dt>{keys.collect_view()}</dt>
            <dd>{t(shortcut.does)}</dd>
        }
    };
    view! {
        <Dialog title=TextProp::from(t(tx::KEYS)) on_close=on_close>
            <div class="dialog-body" tabindex="0">
                <Show when=move || !app.shortcuts.get()>
                    <p>{t(tx::KEYS_OFF)}</p>
                </Show>
                <dl class="facts keys">
                    {SHORTCUTS.iter().chain(ALWAYS).map(line).collect_view()}
                </dl>
            </div>
            <div class="dialog-foot">
                <Button autofocus=true on_press=on_close>
                    {t(common::CLOSE)}
                </Button>
            </div>
        </Dialog>
    }
}
