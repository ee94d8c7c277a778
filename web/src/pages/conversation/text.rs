use leptos::prelude::*;

use crate::i18n::{mail as tx, t};
use crate::state::browser;
use crate::state::plain_text::{Passage, Piece, passages};

/// What somebody wrote: text, never markup. Each passage keeps its own direction, and a link shows where it leads.
#[component]
pub(super) fn MessageText(text: String) -> impl IntoView {
    passages(&text).into_iter().map(passage).collect_view()
}

fn passage(passage: Passage) -> AnyView {
    let pieces = passage.pieces.into_iter().map(piece).collect_view();
    if passage.quoted {
        view! {
            <blockquote class="message-text message-quote" dir="auto" aria-label=t(tx::QUOTED)>
                {pieces}
            </blockquote>
        }
        .into_any()
    } else {
        view! {
            <p class="message-text" dir="auto">
                {pieces}
            </p>
        }
        .into_any()
    }
}

fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Text(text) => text.into_any(),
        Piece::Link(written) => match browser::link_target(&written) {
            Some(target) => {
                let shown = target.clone();
                view! {
                    <a
                        class="message-link"
                        dir="ltr"
                        href=target
                        target="_blank"
                        rel="noopener noreferrer"
                        referrerpolicy="no-referrer"
                        title=t(tx::LINK_LEAVES)
                    >
                        {shown}
                    </a>
                }
                .into_any()
            }
            None => written.into_any(),
        },
    }
}
