use std::collections::VecDeque;

use zegel_protocol::{AccountId, MessageId};

use crate::session::SignedIn;
use crate::view::MessageView;

/// Most messages of a mailbox that are remembered.
const MOST: usize = 50;
/// Longest text of one, in bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// The messages of a mailbox that were opened last, as they were shown; the last at the end.
#[derive(Default)]
pub(crate) struct Remembered(VecDeque<MessageView>);

impl Remembered {
    pub(super) fn keep(&mut self, view: &MessageView) {
        self.forget(view.message);
        if view.text.len() > MAX_TEXT_BYTES {
            return;
        }
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back(view.clone());
    }

    pub(super) fn forget(&mut self, message: MessageId) {
        self.0.retain(|view| view.message != message);
    }

    /// The sender was told: nobody is asked again.
    pub(super) fn note_receipt(&mut self, message: MessageId) {
        let mut views = self.0.iter_mut();
        if let Some(view) = views.find(|view| view.message == message) {
            view.receipt_wanted = false;
        }
    }

    fn get(&self, message: MessageId) -> Option<&MessageView> {
        self.0.iter().find(|view| view.message == message)
    }
}

impl SignedIn {
    /// A message as this session opened it before, to be shown while [`SignedIn::open_message`] asks
    /// whether it is still there. None of one whose time is over, or that was changed meanwhile.
    #[must_use]
    pub fn remembered_message(
        &self,
        mailbox: AccountId,
        message: MessageId,
    ) -> Option<MessageView> {
        let open = self.mailbox(mailbox).ok()?;
        let view = open.remembered.get(message)?;
        let over = |at_ms: u64| at_ms <= self.environment.now().0;
        (!view.expires_at_ms.is_some_and(over)).then(|| view.clone())
    }

    /// What happened to messages makes what was shown of them wrong.
    pub(super) fn forget_opened(&self, mailbox: AccountId, messages: &[MessageId]) {
        // A mailbox that is closed meanwhile has no memory either.
        if let Ok(mut open) = self.mailbox_mut(mailbox) {
            for message in messages {
                open.remembered.forget(*message);
            }
        }
    }
}
