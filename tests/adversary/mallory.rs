//! Somebody who runs the server and makes keys of her own.

use getrandom::SysRng;
use rand_core::UnwrapErr;
use zegel_crypto::content::{Body, Snippet, Subject, Summary};
use zegel_crypto::message::seal_message;
use zegel_crypto::{
    AccountKey, Addressee, IdentitySecret, MailboxKey, MessageInput, RecoverySeed, SealedMessage,
    make_id,
};
use zegel_protocol::{
    AccountId, AccountState, Administrator, Domain, Manifest, ManifestChain, MessageId, Name,
    Policy, SendCertificate, Signed, Timestamp,
};

pub(crate) struct Mallory {
    pub(crate) account: AccountId,
    pub(crate) key: AccountKey,
    mailbox: MailboxKey,
    pub(crate) seed: RecoverySeed,
}

impl Mallory {
    pub(crate) fn new() -> Self {
        let mut rng = UnwrapErr(SysRng);
        Self {
            account: make_id(&mut rng),
            key: AccountKey::make(&mut rng),
            mailbox: MailboxKey::make(&mut rng),
            seed: RecoverySeed::make(&mut rng),
        }
    }

    /// An identity for whatever account she pretends to be.
    pub(crate) fn identity(&self, account: AccountId) -> IdentitySecret {
        self.key.identity(account, 1)
    }

    /// Somebody's state with her keys in place of theirs, signed by the identity in it.
    pub(crate) fn state_like(&self, state: &AccountState) -> Signed<AccountState> {
        let account = state.account;
        let identity = self.identity(account);
        let generation = state.mailbox_generation;
        identity.sign(AccountState {
            identity: identity.public(),
            account_encryption: self.key.account_encryption(account, 1).public(),
            grant: self.key.keyring(account, 1).grant(account, 1).public(),
            mailbox_encryption: self.mailbox.encryption(account, generation).public(),
            ..state.clone()
        })
    }

    /// An organisation of her own that adopts in `domain`: a record without a fault.
    pub(crate) fn organisation(
        &self,
        name: &str,
        domain: &Domain,
        now: Timestamp,
    ) -> ManifestChain {
        let identity = self.identity(self.account);
        let founder = Administrator {
            account: self.account,
            identity: identity.public(),
        };
        let genesis = identity.sign(Manifest::genesis(
            Name::try_from(name).unwrap(),
            founder,
            self.seed.public(),
            Policy::default(),
            now,
        ));
        let mut chain = ManifestChain::verify(vec![genesis]).unwrap();
        let mut claimed = chain.draft(identity.public(), now);
        claimed.claim(domain.clone(), 1);
        chain.extend(vec![identity.sign(claimed)]).unwrap();
        let mut adopting = chain.draft(identity.public(), now);
        assert!(adopting.adopt(domain));
        chain.extend(vec![identity.sign(adopting)]).unwrap();
        chain
    }

    /// The next version of somebody else's record, with her recovery key and herself as issuer.
    pub(crate) fn next_version_of(&self, manifests: &[Signed<Manifest>]) -> Signed<Manifest> {
        let last = manifests.last().unwrap();
        let identity = self.identity(self.account);
        identity.sign(Manifest {
            version: last.statement.version + 1,
            previous: last.hash(),
            org_id: zegel_protocol::OrgId(manifests[0].hash().0),
            recovery_key: self.seed.public(),
            recovery_generation: last.statement.recovery_generation + 1,
            issuer: identity.public(),
            ..last.statement.clone()
        })
    }

    /// A message to somebody in the name of `sender`, sealed and signed with her own keys.
    pub(crate) fn message_as(
        &self,
        sender: AccountId,
        to: &AccountState,
        now: Timestamp,
    ) -> SealedMessage {
        let mut rng = UnwrapErr(SysRng);
        let send = self.key.keyring(sender, 1).send(sender, 1, 1);
        let send_certificate = self.identity(sender).sign(SendCertificate {
            account: sender,
            send_key: send.public(),
            generation: 1,
            shown_name: None,
        });
        let own = self.mailbox.encryption(sender, 1).public();
        let message: MessageId = make_id(&mut rng);
        let input = MessageInput {
            message,
            conversation: make_id(&mut rng),
            send_certificate,
            sent_at: now,
            recipients: &[Addressee {
                account: to.account,
                key: &to.mailbox_encryption,
                generation: to.mailbox_generation,
            }],
            sender: Addressee {
                account: sender,
                key: &own,
                generation: 1,
            },
            counter: 1,
            previous: None,
            expires_at: None,
            checkpoint: None,
        };
        let summary = Summary {
            subject: Subject::truncated("Betaal deze rekening"),
            snippet: Snippet::truncated("Met spoed."),
            attachments: 0,
        };
        let body = Body {
            text: "Met spoed.".to_owned().try_into().unwrap(),
            attachments: Vec::new(),
            receipt_wanted: false,
        };
        seal_message(input, &summary, &body, &send, &mut rng).unwrap()
    }
}
