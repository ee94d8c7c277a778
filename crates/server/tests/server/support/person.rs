use ed25519_dalek::{Signer as _, SigningKey};
use getrandom::SysRng;
use rand_core::{Rng as _, UnwrapErr};
use zegel_api::{self as api, Bytes, Language, Session};
use zegel_auth::{ClientLogin, ClientRegistration, CredentialResponse, RegistrationResponse};
use zegel_protocol::{
    AccountId, AccountState, Address, Administrator, Canonical as _, CertificateMethod,
    ConversationId, Domain, Grant, GrantHeader, GrantType, Hash, IdentityKey, JoinMethod, Joined,
    KemKey, KeyCertificate, Kind, Manifest, ManifestChain, MessageHeader, MessageId, Name,
    Namespace, Owner, Policy, Recipient, SendCertificate, SendKey, Signature, Signed,
    SignedMessage, Statement, Timestamp, limits, signing_input,
};

use super::{Browser, Server, code_in};

pub(crate) const PASSWORD: &[u8] = b"correct horse battery staple";

/// Somebody with keys, and a browser.
pub(crate) struct Person {
    pub(crate) browser: Browser,
    pub(crate) account: AccountId,
    pub(crate) address: Address,
    pub(crate) identity: SigningKey,
    pub(crate) send_key: SigningKey,
    pub(crate) state: Signed<AccountState>,
    pub(crate) send_certificate: Signed<SendCertificate>,
    pub(crate) session: Session,
}

/// An organisation as its administrator's client knows it.
pub(crate) struct Org {
    pub(crate) chain: ManifestChain,
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    UnwrapErr(SysRng).fill_bytes(&mut bytes);
    bytes
}

pub(crate) fn now(server: &Server) -> Timestamp {
    use zegel_server::Clock as _;
    server.clock.now()
}

pub(crate) fn kem_key() -> KemKey {
    KemKey::from(random())
}

pub(crate) fn key_of(key: &SigningKey) -> IdentityKey {
    IdentityKey(key.verifying_key().to_bytes())
}

pub(crate) fn sign_hash(key: &SigningKey, namespace: Namespace, hash: &Hash) -> Signature {
    Signature(key.sign(&signing_input(namespace, hash)).to_bytes())
}

pub(crate) fn sign<T: Statement>(key: &SigningKey, statement: T) -> Signed<T> {
    Signed {
        signature: sign_hash(key, T::NAMESPACE, &statement.hash()),
        statement,
        cosignature: None,
    }
}

pub(crate) fn bytes(object: &impl zegel_protocol::Canonical) -> Bytes {
    object.to_bytes().into()
}

pub(crate) fn sealed() -> Bytes {
    random::<128>().to_vec().into()
}

impl Person {
    /// Signs up through every step.
    pub(crate) async fn sign_up(server: &Server, address: &str) -> Self {
        Self::sign_up_in(server, address, Language::En).await
    }

    /// Signs up with mails in a language.
    pub(crate) async fn sign_up_in(server: &Server, address: &str, language: Language) -> Self {
        let browser = server.browser();
        let address = Address::parse(address).unwrap();
        let ticket = Self::ticket(server, &browser, &address).await;
        let account = AccountId(random());
        let (identity, send_key) = (
            SigningKey::from_bytes(&random()),
            SigningKey::from_bytes(&random()),
        );
        let request = api::SignUpFinishRequest {
            language,
            ..Self::finish_request(&browser, ticket, account, &identity, &send_key).await
        };
        let session = browser.call(api::SignUpFinish, &request).await.ok();
        Self {
            state: Signed::from_bytes(&session.state.0).unwrap(),
            send_certificate: Signed::from_bytes(&session.send_certificate.0).unwrap(),
            browser,
            account,
            address,
            identity,
            send_key,
            session,
        }
    }

    /// A ticket through a mailed code.
    pub(crate) async fn ticket(server: &Server, browser: &Browser, address: &Address) -> Bytes {
        let start = api::SignUpStartRequest {
            address: address.clone(),
            language: Language::En,
        };
        browser.call(api::SignUpStart, &start).await.ok();
        let code = code_in(&server.mail_to(address.as_str()).await, 8);
        let verify = api::SignUpVerifyRequest {
            address: address.clone(),
            code,
        };
        browser.call(api::SignUpVerify, &verify).await.ok().ticket
    }

    /// The last request of a sign-up, with the password registered.
    pub(crate) async fn finish_request(
        browser: &Browser,
        ticket: Bytes,
        account: AccountId,
        identity: &SigningKey,
        send_key: &SigningKey,
    ) -> api::SignUpFinishRequest {
        let (registration, first) =
            ClientRegistration::start(PASSWORD, &mut UnwrapErr(SysRng)).unwrap();
        let register = api::SignUpRegisterRequest {
            ticket: ticket.clone(),
            account,
            registration_request: first.as_bytes().to_vec().into(),
        };
        let answer = browser.call(api::SignUpRegister, &register).await.ok();
        let answer =
            RegistrationResponse::try_from(answer.registration_response.0.as_slice()).unwrap();
        let (record, _) = registration
            .finish(&answer, &mut UnwrapErr(SysRng))
            .unwrap();
        let state = AccountState {
            account,
            kind: Kind::Person,
            epoch: 1,
            sequence: 1,
            previous: Hash::ZERO,
            identity: key_of(identity),
            account_encryption: kem_key(),
            grant: kem_key(),
            mailbox_encryption: kem_key(),
            mailbox_generation: 1,
            roster: None,
            joined: None,
            min_suite: 1,
        };
        let certificate = SendCertificate {
            account,
            send_key: SendKey(send_key.verifying_key().to_bytes()),
            generation: 1,
            shown_name: None,
        };
        api::SignUpFinishRequest {
            ticket,
            account,
            name: "Ada de Boer".to_owned(),
            language: Language::En,
            registration_record: record.as_bytes().to_vec().into(),
            state: bytes(&sign(identity, state)),
            send_certificate: bytes(&sign(identity, certificate)),
            account_key_by_password: sealed(),
            account_key_by_recovery_code: sealed(),
            mailbox_key: sealed(),
        }
    }

    /// Signs up and joins the organisation.
    pub(crate) async fn join(server: &Server, org: &Org, address: &str) -> Self {
        let mut person = Self::sign_up(server, address).await;
        let request = person.accepting(server, org);
        person
            .browser
            .call(api::AcceptAdoption, &request)
            .await
            .ok();
        person.state = Signed::from_bytes(&request.state.0).unwrap();
        person
    }

    pub(crate) async fn sign_in(&mut self) {
        self.session = sign_in(&self.browser, &self.address, PASSWORD).await.ok();
        self.state = Signed::from_bytes(&self.session.state.0).unwrap();
    }

    /// The state with which the person joins.
    pub(crate) fn joining(&self, org: &Org, method: JoinMethod) -> Signed<AccountState> {
        let joined = Joined {
            org_id: org.chain.org_id(),
            version: org.chain.latest().version,
            manifest: org.chain.head_hash(),
            method,
            proof: (method == JoinMethod::Link).then(|| Hash(random())),
        };
        sign(
            &self.identity,
            AccountState {
                sequence: self.state.statement.sequence + 1,
                previous: self.state.hash(),
                joined: Some(joined),
                ..self.state.statement.clone()
            },
        )
    }

    pub(crate) fn escrow_header(&self, org: &Org, at: Timestamp) -> GrantHeader {
        GrantHeader {
            grant_type: GrantType::Escrow,
            granter: self.account,
            granter_identity: key_of(&self.identity),
            recipient: Owner::Organization(org.chain.org_id()),
            recipient_key: org.chain.latest().recovery_key.fingerprint(),
            subject: self.account,
            epoch: 1,
            generation: org.chain.latest().recovery_generation,
            authority: org.chain.head_hash(),
            replaces: None,
            time: at,
        }
    }

    pub(crate) fn grant(&self, header: GrantHeader) -> Grant {
        let enc = Box::new(random::<{ limits::KEM_ENC_BYTES }>());
        let ciphertext = random::<48>().to_vec();
        let hash = Grant::signed_hash(&header, &enc, &ciphertext);
        Grant {
            signature: sign_hash(&self.identity, Namespace::Grant(header.grant_type), &hash),
            header,
            enc,
            ciphertext,
        }
    }

    pub(crate) fn certificate(
        &self,
        org: &Org,
        of: &Person,
        method: CertificateMethod,
        at: Timestamp,
    ) -> KeyCertificate {
        KeyCertificate {
            org_id: org.chain.org_id(),
            manifest_version: org.chain.latest().version,
            account: of.account,
            addresses: vec![of.address.clone()],
            identity: key_of(&of.identity),
            epoch: 1,
            min_sequence: 1,
            method,
            issued_at: at,
            expires_at: at.plus_ms(limits::MAX_CERTIFICATE_AGE_MS),
            issuer: key_of(&self.identity),
        }
    }

    /// What founding an organisation sends.
    pub(crate) fn founding(&self, server: &Server) -> (Org, api::CreateOrganisationRequest) {
        let at = now(server);
        let genesis = Manifest::genesis(
            Name::try_from("Van Dijk").unwrap(),
            Administrator {
                account: self.account,
                identity: key_of(&self.identity),
            },
            kem_key(),
            Policy::default(),
            at,
        );
        let genesis = sign(&self.identity, genesis);
        let org = Org {
            chain: ManifestChain::verify(vec![genesis.clone()]).unwrap(),
        };
        let state = self.joining(&org, JoinMethod::Founder);
        let certificate = self.certificate(&org, self, CertificateMethod::Compared, at);
        let request = api::CreateOrganisationRequest {
            genesis: bytes(&genesis),
            recovery_seed: sealed(),
            escrow: bytes(&self.grant(self.escrow_header(&org, at))),
            state: bytes(&state),
            certificate: bytes(&sign(&self.identity, certificate)),
        };
        (org, request)
    }

    pub(crate) async fn found(&mut self, server: &Server) -> Org {
        let (org, request) = self.founding(server);
        self.browser
            .call(api::CreateOrganisation, &request)
            .await
            .ok();
        self.state = Signed::from_bytes(&request.state.0).unwrap();
        org
    }

    /// The next manifest, changed and signed by this administrator.
    pub(crate) fn manifest(
        &self,
        server: &Server,
        org: &Org,
        change: impl FnOnce(&mut Manifest),
    ) -> Signed<Manifest> {
        let mut manifest = org.chain.draft(key_of(&self.identity), now(server));
        change(&mut manifest);
        sign(&self.identity, manifest)
    }

    pub(crate) async fn put_manifest(
        &self,
        server: &Server,
        org: &mut Org,
        change: impl FnOnce(&mut Manifest),
    ) -> api::PutManifestResponse {
        let manifest = self.manifest(server, org, change);
        let request = api::PutManifestRequest {
            manifest: bytes(&manifest),
        };
        let answer = self.browser.call(api::PutManifest, &request).await.ok();
        org.chain.extend(vec![manifest]).unwrap();
        answer
    }

    /// Claims a domain by a mailed code.
    pub(crate) async fn claim(&self, server: &Server, org: &mut Org, domain: &str) {
        self.prove(server, domain).await;
        let domain = Domain::parse(domain).unwrap();
        let epoch = org.chain.next_domain_epoch(&domain);
        self.put_manifest(server, org, |manifest| manifest.claim(domain, epoch))
            .await;
    }

    /// Proves a domain by a mailed code.
    pub(crate) async fn prove(&self, server: &Server, domain: &str) {
        let start = api::StartClaimRequest {
            domain: Domain::parse(domain).unwrap(),
            proof: api::ClaimMethod::Mail {
                mailbox: "postmaster".to_owned(),
            },
        };
        self.browser.call(api::StartClaim, &start).await.ok();
        let code = code_in(&server.mail_to(&format!("postmaster@{domain}")).await, 6);
        let check = api::CheckClaimRequest { code: Some(code) };
        let row = self
            .browser
            .call_at(api::CheckClaim, &[domain], &check)
            .await
            .ok();
        assert!(row.proved);
    }

    pub(crate) async fn adopt(&self, server: &Server, org: &mut Org, domain: &str) -> u32 {
        let domain = Domain::parse(domain).unwrap();
        let answer = self
            .put_manifest(server, org, |manifest| assert!(manifest.adopt(&domain)))
            .await;
        answer.signed_out
    }

    pub(crate) fn accepting(&self, server: &Server, org: &Org) -> api::AcceptAdoptionRequest {
        api::AcceptAdoptionRequest {
            escrow: bytes(&self.grant(self.escrow_header(org, now(server)))),
            state: bytes(&self.joining(org, JoinMethod::Link)),
            replaces_pins: 0,
            pins: sealed(),
        }
    }

    pub(crate) fn recipient(&self) -> Recipient {
        Recipient {
            account: self.account,
            key_fingerprint: self.state.statement.mailbox_encryption.fingerprint(),
            generation: self.state.statement.mailbox_generation,
        }
    }

    pub(crate) fn header(&self, server: &Server, recipients: &[Recipient]) -> MessageHeader {
        MessageHeader {
            message: MessageId(random()),
            conversation: ConversationId(random()),
            sender: self.account,
            send_certificate: self.send_certificate.clone(),
            sent_at: now(server),
            recipients: recipients.to_vec(),
            sender_copy: self.recipient(),
            counter: 1,
            previous: None,
            expires_at: None,
            checkpoint: None,
        }
    }

    /// A message with made-up sealed parts, rightly signed.
    pub(crate) fn message(&self, header: MessageHeader) -> api::SendMessageRequest {
        let stanzas: Vec<api::Stanza> = header
            .stanza_recipients()
            .map(|recipient| api::Stanza {
                account: recipient.account,
                sealed: random::<1168>().to_vec().into(),
            })
            .collect();
        let (summary, body) = (random::<300>().to_vec(), random::<600>().to_vec());
        let (summary_hash, body_hash) = (Hash::of(&summary), Hash::of(&body));
        let stanza_hashes: Vec<Hash> = stanzas
            .iter()
            .map(|stanza| Hash::of(&stanza.sealed.0))
            .collect();
        let hash = SignedMessage::signed_hash(&header, &summary_hash, &body_hash, &stanza_hashes);
        let signed = SignedMessage {
            signature: sign_hash(&self.send_key, Namespace::Message, &hash),
            header,
            summary_hash,
            body_hash,
            stanza_hashes,
        };
        api::SendMessageRequest {
            signed: bytes(&signed),
            summary: summary.into(),
            body: body.into(),
            stanzas,
            list_entry: sealed(),
            attachments: Vec::new(),
            answers: None,
            draft: None,
        }
    }

    /// The person's own mailbox, in a path.
    pub(crate) fn mailbox(&self) -> String {
        self.account.to_string()
    }

    /// Sends a message of its own chain and returns its id.
    pub(crate) async fn send(&self, server: &Server, to: &[&Person]) -> MessageId {
        let recipients: Vec<Recipient> = to.iter().map(|person| person.recipient()).collect();
        let header = self.header(server, &recipients);
        let id = header.message;
        self.browser
            .call_at(api::SendMessage, &[&self.mailbox()], &self.message(header))
            .await
            .ok();
        id
    }

    /// A folder of the person's own mailbox.
    pub(crate) async fn list(&self, folder: api::Folder) -> api::MessagePage {
        let request = api::ListMessagesRequest {
            folder,
            unread: false,
            before: None,
            skip: None,
            limit: 100,
        };
        self.browser
            .call_at(api::ListMessages, &[&self.mailbox()], &request)
            .await
            .ok()
    }

    /// A message in the person's own mailbox.
    pub(crate) async fn open(&self, message: MessageId) -> super::Answer<api::Message> {
        let path = [self.mailbox(), message.to_string()];
        self.browser
            .call_at(api::GetMessage, &[&path[0], &path[1]], &api::Empty {})
            .await
    }
}

/// Signs in through both steps.
pub(crate) async fn sign_in(
    browser: &Browser,
    address: &Address,
    password: &[u8],
) -> super::Answer<Session> {
    let (login, first) = ClientLogin::start(password, &mut UnwrapErr(SysRng)).unwrap();
    let start = api::SignInStartRequest {
        address: address.clone(),
        credential_request: first.as_bytes().to_vec().into(),
    };
    let answer = browser.call(api::SignInStart, &start).await.ok();
    let response = CredentialResponse::try_from(answer.credential_response.0.as_slice()).unwrap();
    // The client itself finds a wrong password; to see what the server says it sends something anyway.
    let finalization = match login.finish(&response, &mut UnwrapErr(SysRng)) {
        Ok(signed_in) => signed_in.finalization.as_bytes().to_vec(),
        Err(_) => random::<64>().to_vec(),
    };
    let finish = api::SignInFinishRequest {
        login: answer.login,
        credential_finalization: finalization.into(),
    };
    browser.call(api::SignInFinish, &finish).await
}
