//! Who answered a message of this mailbox, or does so now: whoever reads it too is to know before answering it again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{AnswersView, MessageRowView};
use zegel_protocol::{AccountId, MessageId};

use crate::components::{Banner, Icon, IconSize, Tone};
use crate::i18n::{mail as tx, t};
use crate::state::plain_text::one_line;
use crate::state::{App, browser};
use crate::worker::{call, messages::GetAnswers};

/// The server stops saying that somebody is answering after ten minutes without a stroke, which no event tells.
const ANSWERING_MS: u64 = 10 * 60 * 1000 + 5_000;

/// What the server says of the answers to a message: addresses.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answers {
    by: Option<String>,
    now: Option<String>,
}

impl Answers {
    /// By the message's row in its conversation, which is brought up to date with every change; by its row in a list
    /// until that is there.
    pub(super) fn of(
        thread: &[MessageRowView],
        listed: Option<&MessageRowView>,
        message: MessageId,
    ) -> Self {
        let row = thread.iter().find(|row| row.message == message);
        row.or(listed).map_or_else(Self::default, |row| Self {
            by: row.answered_by.as_deref().map(one_line),
            now: row.answering.as_deref().map(one_line),
        })
    }
}

impl From<AnswersView> for Answers {
    fn from(view: AnswersView) -> Self {
        Self {
            by: view.by.as_deref().map(one_line),
            now: view.now.as_deref().map(one_line),
        }
    }
}

/// Says it, and again only where it changes.
#[component]
pub(super) fn AnswerNotes(app: App, answers: Memo<Answers>) -> impl IntoView {
    let now = Memo::new(move |_| answers.with(|answers| answers.now.clone()));
    let by = Memo::new(move |_| answers.with(|answers| answers.by.clone()));
    let own = move |address: &str| {
        app.session.with_untracked(|session| {
            session
                .as_ref()
                .is_some_and(|session| session.address.as_str() == address)
        })
    };
    let answering = move || {
        let name = now.get()?;
        Some(view! {
            <Banner
                tone=Tone::Warn
                title=t!(tx::ANSWERING_NOW, name = name)
                text=TextProp::from(t(tx::ANSWERING_HINT))
            />
        })
    };
    let answered = move || {
        let name = by.get()?;
        let text = if own(&name) {
            TextProp::from(t(tx::ANSWERED_YOURSELF))
        } else {
            TextProp::from(t!(tx::ANSWERED_BY, name = name))
        };
        Some(view! {
            <div class="message-readers">
                <Icon name="reply" size=IconSize::Small />
                <div>
                    <p>
                        <bdi>{move || text.get()}</bdi>
                    </p>
                    <p class="muted">{t(tx::SERVER_SAYS)}</p>
                </div>
            </div>
        })
    };
    view! {
        <div class="message-alert stack" role="status">
            {answering}
            {answered}
        </div>
    }
}

/// The same, where the message itself is not shown: beside an answer that is being written.
#[component]
pub(crate) fn AnswersTo(
    /// The mailbox that the message is in.
    mailbox: AccountId,
    message: MessageId,
) -> impl IntoView {
    let app = App::expect();
    let found = RwSignal::new(Answers::default());
    let load = move || {
        spawn_local(async move {
            // What is not known is not said; the answer is written all the same.
            if let Ok(view) = call(GetAnswers { mailbox, message }).await {
                let _ = found.try_set(view.into());
            }
        });
    };
    let changes = Memo::new(move |_| app.mailboxes.changes(mailbox));
    Effect::new(move || {
        changes.track();
        load();
    });
    look_again(move || found.with(|answers| answers.now.is_some()), load);
    let answers = Memo::new(move |_| found.get());
    view! { <AnswerNotes app=app answers=answers /> }
}

/// Looks again once somebody who was answering may have stopped.
pub(super) fn look_again(answering: impl Fn() -> bool + 'static, load: impl Fn() + Copy + 'static) {
    let latest = StoredValue::new(0_u32);
    Effect::new(move || {
        let answering = answering();
        let this = latest.get_value().wrapping_add(1);
        latest.set_value(this);
        if answering {
            browser::after_ms(ANSWERING_MS, move || {
                if latest.try_get_value() == Some(this) {
                    load();
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use zegel_api::Folder;
    use zegel_client::view::Condition;

    use super::*;

    fn row(message: u8, answered_by: Option<&str>, answering: Option<&str>) -> MessageRowView {
        MessageRowView {
            message: [message; 16].into(),
            conversation: [9; 16].into(),
            folder: Folder::Inbox,
            correspondents: String::new(),
            subject: String::new(),
            snippet: String::new(),
            attachments: 0,
            sent_at_ms: 0,
            received_at_ms: 0,
            read: true,
            starred: false,
            answered_by: answered_by.map(str::to_owned),
            answering: answering.map(str::to_owned),
            condition: Condition::Authentic,
        }
    }

    #[test]
    fn the_conversation_goes_before_the_list() {
        let listed = row(1, None, Some("joris@x.example"));
        let of = |thread: &[MessageRowView], listed| Answers::of(thread, listed, [1; 16].into());
        assert_eq!(of(&[], None), Answers::default());
        assert_eq!(
            of(&[], Some(&listed)).now.as_deref(),
            Some("joris@x.example")
        );

        let thread = [
            row(2, None, Some("anouk@x.example")),
            row(1, Some("joris@x.example"), None),
        ];
        let answers = of(&thread, Some(&listed));
        assert_eq!(answers.by.as_deref(), Some("joris@x.example"));
        assert_eq!(answers.now, None, "it is sent");
    }

    #[test]
    fn a_name_stays_in_its_line() {
        let thread = [row(1, None, Some("joris\n@x.example"))];
        let answers = Answers::of(&thread, None, [1; 16].into());
        assert!(answers.now.is_some_and(|name| !name.contains('\n')));
    }
}
