//! Who has access to an account, as a page shows and changes it.

use leptos::prelude::*;
use zegel_api::ErrorCode;
use zegel_client::view::{AccessMemberView, AccessView, Failure, PersonView, Reason};
use zegel_protocol::AccountId;

use super::{App, Message};
use crate::i18n::{Text, access as tx};
use crate::worker::{
    call,
    messages::{Access, Call, Progress},
};

/// The access to one account. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct AccessState {
    pub(crate) app: App,
    /// Whose access.
    pub(crate) account: AccountId,
    /// Once loaded.
    pub(crate) view: RwSignal<Option<AccessView>>,
    /// Why it could not be loaded.
    pub(crate) failure: RwSignal<Option<Failure>>,
}

impl AccessState {
    pub(crate) fn new(app: App, account: AccountId) -> Self {
        Self {
            app,
            account,
            view: RwSignal::new(None),
            failure: RwSignal::new(None),
        }
    }

    /// Loads it. A refresh that fails leaves what is shown.
    pub(crate) async fn load(self) {
        let account = self.account;
        match call(Access { account }).await {
            Ok(view) => {
                let _ = self.failure.try_set(None);
                self.put(view);
            }
            Err(failure) => {
                if self.view.try_with_untracked(Option::is_none) == Some(true) {
                    let _ = self.failure.try_set(Some(failure));
                }
            }
        }
    }

    fn put(self, view: AccessView) {
        let changed = self
            .view
            .try_with_untracked(|old| old.as_ref() != Some(&view));
        if changed == Some(true) {
            let _ = self.view.try_set(Some(view));
        }
    }

    /// Changes it.
    ///
    /// # Errors
    /// As [`App::call_unlocked`].
    pub(crate) async fn change<C>(
        self,
        command: C,
        progress: RwSignal<Option<Progress>>,
    ) -> Result<(), Failure>
    where
        C: Call<Reply = AccessView> + Clone,
    {
        let report = move |step| {
            let _ = progress.try_set(step);
        };
        let view = self
            .app
            .call_unlocked_with_progress(command, report)
            .await?;
        self.put(view);
        Ok(())
    }

    /// The people with access. Followed.
    pub(crate) fn members(self) -> Vec<AccessMemberView> {
        self.view.with(|view| {
            view.as_ref()
                .map(|view| view.members.clone())
                .unwrap_or_default()
        })
    }

    /// Whether somebody has access.
    pub(crate) fn has(self, person: AccountId) -> bool {
        self.view.with_untracked(|view| {
            view.as_ref().is_some_and(|view| {
                view.members
                    .iter()
                    .any(|member| member.person.account == person)
            })
        })
    }
}

/// The name, or the address where no name is known.
pub(crate) fn person_name(person: &PersonView) -> String {
    if person.name.is_empty() {
        person.address.to_string()
    } else {
        person.name.clone()
    }
}

/// Why somebody cannot be given access, in words about the address that was typed.
pub(crate) fn grant_problem(failure: Failure, address: &str) -> Message {
    let about = |text: Text| Message::Filled(text, vec![("address", address.to_owned())]);
    match failure.reason {
        Reason::NotVerified => about(tx::GRANT_NOT_VERIFIED),
        Reason::KeyChanged => about(tx::GRANT_KEY_CHANGED),
        Reason::NotAColleague => about(tx::GRANT_NOT_A_COLLEAGUE),
        Reason::LeftToAdministrators => Message::from(tx::LEFT_TO_ADMINISTRATORS),
        Reason::Server(ErrorCode::UnknownRecipient | ErrorCode::NotFound) => {
            about(tx::GRANT_NO_ACCOUNT)
        }
        Reason::Server(ErrorCode::NotActive) => about(tx::GRANT_NOT_ACTIVE),
        Reason::Server(ErrorCode::NotAPerson) => about(tx::GRANT_NOT_A_PERSON),
        _ => Message::Failure(failure),
    }
}

/// Whom to compare safety numbers with before trying again.
pub(crate) fn to_compare(failure: &Failure, person: Option<AccountId>) -> Option<AccountId> {
    matches!(failure.reason, Reason::NotVerified | Reason::KeyChanged)
        .then_some(failure.account.or(person))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(reason: Reason) -> Failure {
        Failure {
            reason,
            field: None,
            retry_after_s: None,
            account: None,
        }
    }

    #[test]
    fn every_reason_has_its_own_words_about_the_address() {
        let words = [
            Reason::NotVerified,
            Reason::KeyChanged,
            Reason::NotAColleague,
            Reason::Server(ErrorCode::UnknownRecipient),
            Reason::Server(ErrorCode::NotActive),
            Reason::Server(ErrorCode::NotAPerson),
        ]
        .map(|reason| grant_problem(failure(reason), "p@x.example").text());
        for (at, text) in words.iter().enumerate() {
            assert!(text.contains("p@x.example"), "{text}");
            assert!(
                !words.iter().skip(at + 1).any(|other| other == text),
                "{text}"
            );
        }
        let offline = failure(Reason::Offline);
        assert_eq!(
            grant_problem(offline.clone(), "p@x.example"),
            Message::Failure(offline)
        );
    }

    #[test]
    fn only_a_key_that_is_not_verified_is_compared() {
        let person = AccountId::from([1; 16]);
        let named = AccountId::from([2; 16]);
        let compare = |reason| to_compare(&failure(reason), Some(person));
        assert_eq!(compare(Reason::NotVerified), Some(person));
        assert_eq!(compare(Reason::KeyChanged), Some(person));
        assert_eq!(compare(Reason::NotAColleague), None);
        let stop = Failure {
            account: Some(named),
            ..failure(Reason::NotVerified)
        };
        assert_eq!(to_compare(&stop, Some(person)), Some(named));
    }
}
