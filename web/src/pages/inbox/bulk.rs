use leptos::prelude::*;
use zegel_api::Folder;

use super::Mailbox;
use crate::components::IconButton;
use crate::i18n::{mail as tx, t};
use crate::state::browser;

const BAR: &str = "selection-bar";

/// Whether the focus is on something of the bar.
pub(super) fn has_focus() -> bool {
    let focused = browser::document().active_element();
    focused.is_some_and(|it| {
        it.closest(&format!("#{BAR}"))
            .is_ok_and(|bar| bar.is_some())
    })
}

/// What one can do with the ticked messages, in the place of the filter.
#[component]
pub(super) fn BulkBar(mailbox: Mailbox) -> impl IntoView {
    let count = move || mailbox.selected.with(std::collections::HashSet::len);
    let all = Memo::new(move |_| {
        let shown = mailbox.list.with(|list| list.loaded().count());
        shown > 0 && count() >= shown
    });
    let toggle_all = move |_| {
        let every = mailbox
            .list
            .with_untracked(|list| list.loaded().map(|(_, row)| row.message).collect());
        if all.get_untracked() {
            mailbox.selected.update(std::collections::HashSet::clear);
        } else {
            mailbox.selected.set(every);
        }
    };
    view! {
        <div class="list-tools" id=BAR role="toolbar" aria-label=t(tx::SELECTION)>
            <label class="tick list-all">
                <input
                    type="checkbox"
                    prop:checked=move || all.get()
                    prop:indeterminate=move || { count() > 0 && !all.get() }
                    aria-label=t(tx::SELECT_ALL)
                    on:change=toggle_all
                />
                <span role="status">{t!(tx::SELECTED_COUNT, count = count())}</span>
            </label>
            <Show when=move || { count() > 0 }>
                <BulkActions mailbox=mailbox />
            </Show>
            <IconButton
                name="x"
                small=true
                label=TextProp::from(t(tx::STOP_SELECTING))
                on_press=move |()| mailbox.stop_selecting()
            />
        </div>
    }
}

#[component]
fn BulkActions(mailbox: Mailbox) -> impl IntoView {
    let folders = Memo::new(move |_| {
        let selected: Vec<_> = mailbox
            .selected
            .with(|selected| selected.iter().copied().collect());
        mailbox.folders_of(&selected)
    });
    let all_in = move |within: &'static [Folder]| {
        folders.with(|folders| folders.iter().all(|folder| within.contains(folder)))
    };
    let starred = Memo::new(move |_| {
        mailbox.selected.with(|selected| {
            mailbox.list.with(|list| {
                selected
                    .iter()
                    .all(|message| list.row(*message).is_some_and(|row| row.starred))
            })
        })
    });
    let read = Memo::new(move |_| {
        mailbox.selected.with(|selected| {
            mailbox.list.with(|list| {
                selected
                    .iter()
                    .all(|message| list.row(*message).is_some_and(|row| row.read))
            })
        })
    });
    let read_label = move || {
        if read.get() {
            tx::MARK_UNREAD.get()
        } else {
            tx::MARK_READ.get()
        }
    };
    let star_label = move || {
        if starred.get() {
            tx::UNSTAR.get()
        } else {
            tx::STAR.get()
        }
    };
    let put_back = move || all_in(&[Folder::Archive, Folder::Trash]);
    let binned = move || all_in(&[Folder::Trash]);
    let move_to = move |to: Folder| Callback::new(move |()| mailbox.move_to(mailbox.targets(), to));
    view! {
        <span class="list-actions">
            <Show when=put_back>
                <IconButton
                    name="inbox"
                    small=true
                    label=TextProp::from(t(tx::PUT_BACK))
                    on_press=move_to(Folder::Inbox)
                />
            </Show>
            <Show when=move || !put_back()>
                <IconButton
                    name="archive"
                    small=true
                    label=TextProp::from(t(tx::ARCHIVE))
                    on_press=move_to(Folder::Archive)
                />
            </Show>
            <Show when=move || !binned()>
                <IconButton
                    name="trash"
                    small=true
                    danger=true
                    label=TextProp::from(t(tx::TO_BIN))
                    on_press=move_to(Folder::Trash)
                />
            </Show>
            <Show when=move || binned() && mailbox.may_delete()>
                <IconButton
                    name="ban"
                    small=true
                    danger=true
                    label=TextProp::from(t(tx::DELETE_FOREVER))
                    on_press=move |()| mailbox.deleting.set(mailbox.targets())
                />
            </Show>
            <IconButton
                name="mail"
                small=true
                label=TextProp::from(read_label)
                on_press=move |()| {
                    mailbox.mark(mailbox.targets(), Some(!read.get_untracked()), None);
                }
            />
            <IconButton
                name="star"
                small=true
                label=TextProp::from(star_label)
                on_press=move |()| {
                    mailbox.mark(mailbox.targets(), None, Some(!starred.get_untracked()));
                }
            />
        </span>
    }
}
