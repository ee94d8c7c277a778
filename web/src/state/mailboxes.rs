//! The accounts that the user can act as: the own one, functional ones and delegated ones.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{
    CountsView, Failure, MailboxKind, MailboxState, MailboxView, SessionView,
};
use zegel_protocol::AccountId;

use super::App;
use crate::routes::Whose;
use crate::worker::{
    call,
    messages::{MailCounts, Mailboxes as ListMailboxes},
};

/// An account whose view closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Which; none where the address named none.
    pub(crate) account: Option<AccountId>,
    /// Its name, where it was known.
    pub(crate) name: Option<String>,
    /// Why.
    pub(crate) why: Why,
}

/// Why an account cannot be acted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// No access, or none any more.
    NoAccess,
    /// The user gave the access up.
    Left,
    /// There is access, but the account cannot be opened now.
    State(MailboxState),
}

/// What an address of mail comes to.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    /// The list is still on its way.
    Wait,
    /// The mailbox can be shown.
    Open(MailboxView),
    /// It is the own one, by a detour.
    Own,
    /// It cannot be opened.
    Lost(Lost),
}

/// The mailboxes of the session. Cheap to copy; part of [`App`](super::App).
#[derive(Clone, Copy)]
pub(crate) struct Mailboxes {
    /// Once the worker said them, the own one first.
    list: RwSignal<Option<Vec<MailboxView>>>,
    /// Why there is no list.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// Unread messages and drafts, of the mailboxes that were shown since signing in.
    counts: RwSignal<HashMap<AccountId, CountsView>>,
    /// Counts how often the mail of a mailbox changed, here or elsewhere.
    changes: RwSignal<HashMap<AccountId, u32>>,
    /// The account whose view closed, until the user goes on.
    pub(crate) lost: RwSignal<Option<Lost>>,
    /// Names of all that ever were in the list: for the account that is not any more.
    names: StoredValue<HashMap<AccountId, String>>,
    /// Accounts that the user gave up.
    left: StoredValue<HashSet<AccountId>>,
    /// Whose the list is; an answer for somebody who signed out meanwhile counts for nobody.
    owner: StoredValue<Option<AccountId>>,
}

impl Mailboxes {
    pub(super) fn new() -> Self {
        Self {
            list: RwSignal::new(None),
            failure: RwSignal::new(None),
            counts: RwSignal::new(HashMap::new()),
            changes: RwSignal::new(HashMap::new()),
            lost: RwSignal::new(None),
            names: StoredValue::new(HashMap::new()),
            left: StoredValue::new(HashSet::new()),
            owner: StoredValue::new(None),
        }
    }

    /// Somebody signed in: the list is fetched. Nobody did: everything is forgotten.
    pub(super) fn belong_to(self, account: Option<AccountId>) {
        if self.owner.get_value() != account {
            self.owner.set_value(account);
            self.names.set_value(HashMap::new());
            self.left.set_value(HashSet::new());
            self.list.set(None);
            self.failure.set(None);
            self.counts.set(HashMap::new());
            self.changes.set(HashMap::new());
            self.lost.set(None);
            self.reload();
        }
    }

    /// Fetches the list. What is shown stays until it is there, and where it fails.
    pub(crate) fn reload(self) {
        let owner = self.owner.get_value();
        if owner.is_none() {
            return;
        }
        spawn_local(async move {
            let outcome = call(ListMailboxes {}).await;
            if self.owner.try_get_value() != Some(owner) {
                return;
            }
            match outcome {
                Ok(list) => {
                    self.failure.set(None);
                    self.take(list);
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    fn take(self, list: Vec<MailboxView>) {
        self.left.update_value(|left| {
            left.retain(|account| list.iter().all(|mailbox| mailbox.account != *account));
        });
        self.names.update_value(|names| {
            for mailbox in &list {
                names.insert(mailbox.account, name_of(mailbox));
            }
        });
        self.counts.update(|counts| {
            for mailbox in &list {
                counts.entry(mailbox.account).or_default().unread = mailbox.unread;
            }
        });
        self.list.set(Some(list));
    }

    /// The worker says that the mail of a mailbox changed.
    pub(super) fn mail_changed(self, mailbox: AccountId) {
        self.reload_counts(mailbox);
        self.changes.update(|changes| {
            let count = changes.entry(mailbox).or_default();
            *count = count.wrapping_add(1);
        });
    }

    /// How often the mail of a mailbox changed since signing in: lists of it follow this.
    pub(crate) fn changes(self, mailbox: AccountId) -> u32 {
        self.changes
            .with(|changes| changes.get(&mailbox).copied().unwrap_or_default())
    }

    /// Fetches unread messages and drafts of one mailbox.
    pub(crate) fn reload_counts(self, mailbox: AccountId) {
        let owner = self.owner.get_value();
        spawn_local(async move {
            if let Ok(fresh) = call(MailCounts { mailbox }).await
                && self.owner.try_get_value() == Some(owner)
            {
                self.change_counts(mailbox, |counts| *counts = fresh);
            }
        });
    }

    /// Changes what is known of a mailbox's unread messages and drafts.
    pub(crate) fn change_counts(self, mailbox: AccountId, change: impl FnOnce(&mut CountsView)) {
        self.counts
            .update(|counts| change(counts.entry(mailbox).or_default()));
    }

    /// Unread messages and drafts of a mailbox; zero until known. Followed.
    pub(crate) fn counts(self, mailbox: AccountId) -> CountsView {
        self.counts
            .with(|counts| counts.get(&mailbox).copied().unwrap_or_default())
    }

    /// All of them, the own one first; none until the worker said them. Followed.
    pub(crate) fn all(self) -> Option<Vec<MailboxView>> {
        self.list.get()
    }

    /// The mailbox of an address, where it can be opened. Followed.
    pub(super) fn open(self, whose: Whose, session: Option<&SessionView>) -> Option<MailboxView> {
        let session = session?;
        match self
            .list
            .with(|list| verdict(list.as_deref(), whose, session))
        {
            Verdict::Open(mailbox) => Some(mailbox),
            Verdict::Wait | Verdict::Own | Verdict::Lost(_) => None,
        }
    }

    /// Whether the page of an address has to be left; `lost` then says why. Followed.
    pub(crate) fn must_leave(self, whose: Whose, session: &SessionView) -> bool {
        match self
            .list
            .with(|list| verdict(list.as_deref(), whose, session))
        {
            Verdict::Wait | Verdict::Open(_) => false,
            Verdict::Own => true,
            Verdict::Lost(mut lost) => {
                let known = |account| self.names.with_value(|names| names.get(&account).cloned());
                lost.name = lost.name.or_else(|| lost.account.and_then(known));
                let left = |account| self.left.with_value(|left| left.contains(&account));
                if lost.why == Why::NoAccess && lost.account.is_some_and(left) {
                    lost.why = Why::Left;
                }
                self.lost.set(Some(lost));
                true
            }
        }
    }

    /// The user gave an account up: nothing of it is left, before the list comes anew.
    pub(crate) fn left(self, account: AccountId) {
        self.left.update_value(|left| {
            left.insert(account);
        });
        self.list.update(|list| {
            if let Some(list) = list {
                list.retain(|mailbox| mailbox.account != account);
            }
        });
        self.reload();
    }

    /// Unread messages of all mailboxes but one. Followed.
    pub(crate) fn unread_elsewhere(self, but: AccountId) -> u32 {
        self.list.with(|list| {
            let others = list.iter().flatten();
            others
                .filter(|mailbox| mailbox.account != but && mailbox.state == MailboxState::Ready)
                .map(|mailbox| self.counts(mailbox.account).unread)
                .fold(0, u32::saturating_add)
        })
    }
}

/// The account whose mail a part of the page shows, for as long as that part lives. Given as a context to the pages of
/// mail. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Acting {
    /// As the address says it; the paths of its pages want it.
    pub(crate) whose: Whose,
    /// The account: what calls about mail want.
    pub(crate) account: AccountId,
    /// As what the user reads it: a delegate deletes nothing for good.
    pub(crate) kind: MailboxKind,
    mailbox: Memo<MailboxView>,
}

impl Acting {
    pub(crate) fn new(app: App, whose: Whose, mailbox: MailboxView) -> Self {
        let account = mailbox.account;
        let kind = mailbox.kind;
        let mailbox = Memo::new(move |before: Option<&MailboxView>| {
            app.acting()
                .filter(|now| now.account == account)
                .or_else(|| before.cloned())
                .unwrap_or_else(|| mailbox.clone())
        });
        Self {
            whose,
            account,
            kind,
            mailbox,
        }
    }

    /// The context of the component that runs.
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Its name, and what recipients see. Followed.
    pub(crate) fn mailbox(self) -> MailboxView {
        self.mailbox.get()
    }

    /// Its name, or its address where it has none. Followed.
    pub(crate) fn name(self) -> String {
        self.mailbox.with(name_of)
    }

    /// It is not the user's own.
    pub(crate) fn is_other(self) -> bool {
        self.whose != Whose::Own
    }
}

/// The name of a mailbox, or its address where it has none.
pub(crate) fn name_of(mailbox: &MailboxView) -> String {
    if mailbox.name.is_empty() {
        mailbox.address.to_string()
    } else {
        mailbox.name.clone()
    }
}

fn verdict(list: Option<&[MailboxView]>, whose: Whose, session: &SessionView) -> Verdict {
    let account = match whose {
        Whose::Own => return Verdict::Open(own(session)),
        Whose::Nobody => None,
        Whose::As(account) if account == session.account => return Verdict::Own,
        Whose::As(account) => Some(account),
    };
    let Some(list) = list else {
        return Verdict::Wait;
    };
    let mailbox = list
        .iter()
        .find(|mailbox| Some(mailbox.account) == account && mailbox.kind != MailboxKind::Own);
    match mailbox {
        Some(mailbox) if mailbox.state == MailboxState::Ready => Verdict::Open(mailbox.clone()),
        _ => Verdict::Lost(Lost {
            account,
            name: mailbox.map(name_of),
            why: mailbox.map_or(Why::NoAccess, |mailbox| Why::State(mailbox.state)),
        }),
    }
}

/// The own mailbox needs no list.
fn own(session: &SessionView) -> MailboxView {
    MailboxView {
        account: session.account,
        address: session.address.clone(),
        name: session.name.clone(),
        kind: MailboxKind::Own,
        state: MailboxState::Ready,
        unread: 0,
        shown_name: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zegel_api::{Language, Role};
    use zegel_protocol::Address;

    fn id(byte: u8) -> AccountId {
        AccountId::from([byte; 16])
    }

    fn session() -> SessionView {
        SessionView {
            account: id(1),
            address: Address::parse("sanne@x.example").unwrap(),
            name: "Sanne".to_owned(),
            language: Language::En,
            role: Role::Member,
            organisation: None,
            unlocked: false,
            adoption: None,
            rotation_pending: false,
        }
    }

    fn mailbox(byte: u8, state: MailboxState) -> MailboxView {
        MailboxView {
            account: id(byte),
            address: Address::parse("info@x.example").unwrap(),
            name: "Info".to_owned(),
            kind: MailboxKind::Functional,
            state,
            unread: 3,
            shown_name: None,
        }
    }

    #[test]
    fn the_own_mailbox_opens_before_any_list() {
        let Verdict::Open(own) = verdict(None, Whose::Own, &session()) else {
            panic!("not open");
        };
        assert_eq!((own.account, own.kind), (id(1), MailboxKind::Own));
        assert_eq!(verdict(None, Whose::As(id(1)), &session()), Verdict::Own);
    }

    #[test]
    fn another_mailbox_opens_only_when_the_list_says_so() {
        let session = session();
        assert_eq!(verdict(None, Whose::As(id(2)), &session), Verdict::Wait);
        let ready = [mailbox(2, MailboxState::Ready)];
        assert_eq!(
            verdict(Some(&ready), Whose::As(id(2)), &session),
            Verdict::Open(ready[0].clone())
        );
        for state in [
            MailboxState::Suspended,
            MailboxState::NotVerified,
            MailboxState::NotAuthentic,
        ] {
            let closed = [mailbox(2, state)];
            assert_eq!(
                verdict(Some(&closed), Whose::As(id(2)), &session),
                Verdict::Lost(Lost {
                    account: Some(id(2)),
                    name: Some("Info".to_owned()),
                    why: Why::State(state),
                })
            );
        }
    }

    #[test]
    fn without_access_there_is_no_name() {
        let list = [mailbox(2, MailboxState::Ready)];
        for (whose, account) in [(Whose::As(id(3)), Some(id(3))), (Whose::Nobody, None)] {
            let lost = Lost {
                account,
                name: None,
                why: Why::NoAccess,
            };
            assert_eq!(verdict(Some(&list), whose, &session()), Verdict::Lost(lost));
        }
    }
}
