use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use zegel_api as api;
use zegel_protocol::{
    AccountId, AccountState, Address, CertificateMethod, Grant, GrantHeader, GrantType, Hash,
    JoinMethod, Joined, KeyCertificate, Kind, Name, Namespace, Owner, Recipient, Role, Roster,
    RosterMember, SendCertificate, SendKey, Signed, Statement as _, limits,
};

use super::{
    Org, Person, Server, bytes, kem_key, key_of, now,
    person::{random, sealed, sign, sign_hash},
};

/// An account as who holds its key knows it: a person's own, or a functional one whose escrow is open.
pub(crate) struct Held {
    pub(crate) account: AccountId,
    pub(crate) address: Address,
    pub(crate) identity: SigningKey,
    pub(crate) state: Signed<AccountState>,
    pub(crate) roster: Option<Signed<Roster>>,
    /// Of those on the roster.
    pub(crate) send_keys: BTreeMap<AccountId, SigningKey>,
}

/// A change of who has access, before it is signed.
pub(crate) struct Change {
    pub(crate) roster: Roster,
    pub(crate) state: AccountState,
    pub(crate) grants: Vec<GrantHeader>,
    pub(crate) certificates: Vec<SendCertificate>,
    pub(crate) rotation: bool,
    pub(crate) send_keys: BTreeMap<AccountId, SigningKey>,
}

fn send_key_of(key: &SigningKey) -> SendKey {
    SendKey(key.verifying_key().to_bytes())
}

fn send_certificate(
    account: AccountId,
    generation: u32,
    send_key: SendKey,
    visible: bool,
) -> SendCertificate {
    SendCertificate {
        account,
        send_key,
        generation,
        shown_name: visible.then(|| Name::try_from("Somebody").unwrap()),
    }
}

fn grant(identity: &SigningKey, header: GrantHeader) -> Grant {
    let enc = Box::new(random::<{ limits::KEM_ENC_BYTES }>());
    let ciphertext = random::<80>().to_vec();
    let hash = Grant::signed_hash(&header, &enc, &ciphertext);
    Grant {
        signature: sign_hash(identity, Namespace::Grant(header.grant_type), &hash),
        header,
        enc,
        ciphertext,
    }
}

impl Change {
    /// Makes state and grants name the roster as it is now.
    pub(crate) fn rehash(&mut self) {
        let hash = self.roster.hash();
        self.state.roster = Some(hash);
        for grant in &mut self.grants {
            grant.authority = hash;
        }
    }
}

impl Held {
    /// A person's own account.
    pub(crate) fn of(person: &Person) -> Self {
        Self {
            account: person.account,
            address: person.address.clone(),
            identity: SigningKey::from_bytes(&person.identity.to_bytes()),
            state: person.state.clone(),
            roster: None,
            send_keys: BTreeMap::new(),
        }
    }

    fn role(&self) -> Role {
        match self.state.statement.kind {
            Kind::Person => Role::Delegate,
            Kind::Functional => Role::Member,
        }
    }

    /// The mailbox as a recipient.
    pub(crate) fn recipient(&self) -> Recipient {
        let state = &self.state.statement;
        Recipient {
            account: self.account,
            key_fingerprint: state.mailbox_encryption.fingerprint(),
            generation: state.mailbox_generation,
        }
    }

    /// The change to exactly these people, and whether recipients see each.
    pub(crate) fn change(
        &self,
        server: &Server,
        people: &[(&Person, bool)],
        rotation: bool,
    ) -> Change {
        let before = &self.state.statement;
        let mut state = AccountState {
            sequence: before.sequence + 1,
            previous: self.state.hash(),
            ..before.clone()
        };
        if rotation {
            state.mailbox_generation += 1;
            state.mailbox_encryption = kem_key();
        }
        let mut members = Vec::new();
        let (mut grants, mut certificates) = (Vec::new(), Vec::new());
        let mut send_keys = BTreeMap::new();
        for (person, visible) in people {
            let known = self.send_keys.get(&person.account).filter(|_| !rotation);
            let was = self
                .roster
                .as_ref()
                .and_then(|roster| roster.statement.member(person.account));
            let key = match known {
                Some(key) => key.clone(),
                None => SigningKey::from_bytes(&random()),
            };
            if known.is_none() {
                grants.push(GrantHeader {
                    grant_type: GrantType::Mailbox,
                    granter: self.account,
                    granter_identity: key_of(&self.identity),
                    recipient: Owner::Account(person.account),
                    recipient_key: person.state.statement.grant.fingerprint(),
                    subject: self.account,
                    epoch: state.epoch,
                    generation: state.mailbox_generation,
                    authority: Hash::ZERO,
                    replaces: None,
                    time: now(server),
                });
            }
            if known.is_none() || was.is_some_and(|was| was.visible != *visible) {
                certificates.push(send_certificate(
                    self.account,
                    state.mailbox_generation,
                    send_key_of(&key),
                    *visible,
                ));
            }
            members.push(RosterMember {
                account: person.account,
                identity: key_of(&person.identity),
                send_key: send_key_of(&key),
                role: self.role(),
                visible: *visible,
            });
            send_keys.insert(person.account, key);
        }
        let roster = Roster::next(self.account, self.roster.as_ref(), members);
        let mut change = Change {
            roster,
            state,
            grants,
            certificates,
            rotation,
            send_keys,
        };
        change.rehash();
        change
    }

    /// What is sent for a change.
    pub(crate) fn request(&self, change: &Change) -> api::PutAccessRequest {
        let own = send_certificate(
            self.account,
            change.state.mailbox_generation,
            SendKey(random()),
            false,
        );
        api::PutAccessRequest {
            roster: bytes(&sign(&self.identity, change.roster.clone())),
            state: bytes(&sign(&self.identity, change.state.clone())),
            send_certificates: change
                .certificates
                .iter()
                .map(|it| bytes(&sign(&self.identity, it.clone())))
                .collect(),
            grants: change
                .grants
                .iter()
                .map(|header| bytes(&grant(&self.identity, *header)))
                .collect(),
            rotation: change.rotation.then(|| api::Rotation {
                mailbox_key: sealed(),
                history: sealed(),
                inventory: sealed(),
                send_certificate: bytes(&sign(&self.identity, own)),
            }),
        }
    }

    /// What the server stored.
    pub(crate) fn stored(&mut self, change: Change) {
        self.state = sign(&self.identity, change.state);
        self.roster = Some(sign(&self.identity, change.roster));
        self.send_keys = change.send_keys;
    }

    pub(crate) async fn put(
        &self,
        by: &Person,
        request: &api::PutAccessRequest,
    ) -> super::Answer<api::Empty> {
        by.browser
            .call_at(api::PutAccountAccess, &[&self.account.to_string()], request)
            .await
    }

    /// Stores who has access from now on.
    pub(crate) async fn share(
        &mut self,
        server: &Server,
        by: &Person,
        people: &[(&Person, bool)],
        rotation: bool,
    ) {
        let change = self.change(server, people, rotation);
        self.put(by, &self.request(&change)).await.ok();
        self.stored(change);
    }
}

/// A functional account that an administrator is about to make.
pub(crate) struct Functional {
    pub(crate) held: Held,
    pub(crate) state: AccountState,
    pub(crate) roster: Roster,
    pub(crate) escrow: GrantHeader,
    pub(crate) certificate: KeyCertificate,
}

impl Functional {
    pub(crate) fn new(server: &Server, org: &Org, admin: &Person, address: &str) -> Self {
        let account = AccountId(random());
        let identity = SigningKey::from_bytes(&random());
        let roster = Roster::next(account, None, Vec::new());
        let state = AccountState {
            account,
            kind: Kind::Functional,
            epoch: 1,
            sequence: 1,
            previous: Hash::ZERO,
            identity: key_of(&identity),
            account_encryption: kem_key(),
            grant: kem_key(),
            mailbox_encryption: kem_key(),
            mailbox_generation: 1,
            roster: Some(roster.hash()),
            joined: Some(created(org)),
            min_suite: 1,
        };
        let address = Address::parse(address).unwrap();
        Self {
            escrow: escrow(server, org, &state),
            certificate: certificate(server, org, admin, &state, &address),
            held: Held {
                account,
                address,
                state: sign(&identity, state.clone()),
                roster: Some(sign(&identity, roster.clone())),
                identity,
                send_keys: BTreeMap::new(),
            },
            state,
            roster,
        }
    }

    pub(crate) fn request(&self, admin: &Person) -> api::CreateFunctionalRequest {
        let identity = &self.held.identity;
        let own = send_certificate(self.state.account, 1, SendKey(random()), false);
        api::CreateFunctionalRequest {
            address: self.held.address.clone(),
            name: "Information desk".to_owned(),
            state: bytes(&sign(identity, self.state.clone())),
            roster: bytes(&sign(identity, self.roster.clone())),
            escrow: bytes(&grant(identity, self.escrow)),
            certificate: bytes(&sign(&admin.identity, self.certificate.clone())),
            send_certificate: bytes(&sign(identity, own)),
            mailbox_key: sealed(),
        }
    }

    /// One that is there.
    pub(crate) async fn create(server: &Server, org: &Org, admin: &Person, address: &str) -> Held {
        let new = Self::new(server, org, admin, address);
        let request = new.request(admin);
        admin
            .browser
            .call(api::CreateFunctional, &request)
            .await
            .ok();
        new.held
    }
}

fn created(org: &Org) -> Joined {
    Joined {
        org_id: org.chain.org_id(),
        version: org.chain.latest().version,
        manifest: org.chain.head_hash(),
        method: JoinMethod::Created,
        proof: None,
    }
}

fn escrow(server: &Server, org: &Org, state: &AccountState) -> GrantHeader {
    GrantHeader {
        grant_type: GrantType::Escrow,
        granter: state.account,
        granter_identity: state.identity,
        recipient: Owner::Organization(org.chain.org_id()),
        recipient_key: org.chain.latest().recovery_key.fingerprint(),
        subject: state.account,
        epoch: state.epoch,
        generation: org.chain.latest().recovery_generation,
        authority: org.chain.head_hash(),
        replaces: None,
        time: now(server),
    }
}

fn certificate(
    server: &Server,
    org: &Org,
    admin: &Person,
    state: &AccountState,
    address: &Address,
) -> KeyCertificate {
    KeyCertificate {
        org_id: org.chain.org_id(),
        manifest_version: org.chain.latest().version,
        account: state.account,
        addresses: vec![address.clone()],
        identity: state.identity,
        epoch: state.epoch,
        min_sequence: state.sequence,
        method: CertificateMethod::Compared,
        issued_at: now(server),
        expires_at: now(server).plus_ms(limits::MAX_CERTIFICATE_AGE_MS),
        issuer: key_of(&admin.identity),
    }
}

/// A conversion of a person's account, before it is signed.
pub(crate) struct Conversion {
    pub(crate) held: Held,
    pub(crate) identity: SigningKey,
    pub(crate) state: AccountState,
    pub(crate) roster: Roster,
    pub(crate) escrow: GrantHeader,
    pub(crate) certificate: KeyCertificate,
}

impl Conversion {
    pub(crate) fn new(server: &Server, org: &Org, admin: &Person, held: Held) -> Self {
        let identity = SigningKey::from_bytes(&random());
        let before = &held.state.statement;
        let roster = Roster::next(held.account, held.roster.as_ref(), Vec::new());
        let state = AccountState {
            kind: Kind::Functional,
            epoch: before.epoch + 1,
            sequence: before.sequence + 1,
            previous: held.state.hash(),
            identity: key_of(&identity),
            account_encryption: kem_key(),
            grant: kem_key(),
            mailbox_encryption: kem_key(),
            mailbox_generation: before.mailbox_generation + 1,
            roster: Some(roster.hash()),
            joined: Some(created(org)),
            ..before.clone()
        };
        Self {
            escrow: escrow(server, org, &state),
            certificate: certificate(server, org, admin, &state, &held.address),
            held,
            identity,
            state,
            roster,
        }
    }

    pub(crate) fn request(&self, admin: &Person) -> api::ConvertRequest {
        let mut state = sign(&self.identity, self.state.clone());
        state.cosignature = Some(sign_hash(
            &self.held.identity,
            Namespace::AccountStateCosign,
            &state.hash(),
        ));
        let own = send_certificate(
            self.held.account,
            self.state.mailbox_generation,
            SendKey(random()),
            false,
        );
        api::ConvertRequest {
            state: bytes(&state),
            roster: bytes(&sign(&self.identity, self.roster.clone())),
            escrow: bytes(&grant(&self.identity, self.escrow)),
            certificate: bytes(&sign(&admin.identity, self.certificate.clone())),
            rotation: api::Rotation {
                mailbox_key: sealed(),
                history: sealed(),
                inventory: sealed(),
                send_certificate: bytes(&sign(&self.identity, own)),
            },
        }
    }
}

/// An organisation in van Dijk's domain with an administrator, and with members.
pub(crate) async fn organisation(server: &Server, members: &[&str]) -> (Org, Person, Vec<Person>) {
    let mut admin = Person::sign_up(server, "ada@vandijk.example").await;
    let mut org = admin.found(server).await;
    admin.claim(server, &mut org, "vandijk.example").await;
    admin.adopt(server, &mut org, "vandijk.example").await;
    let mut people = Vec::new();
    for name in members {
        people.push(Person::join(server, &org, &format!("{name}@vandijk.example")).await);
    }
    (org, admin, people)
}
