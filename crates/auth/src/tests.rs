mod vectors;

use std::convert::Infallible;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{SeedableRng as _, TryCryptoRng, TryRng};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Deterministic randomness: first what is scripted, then a stream; remembers what was drawn.
struct Rng {
    script: Vec<u8>,
    stream: ChaCha20Rng,
    drawn: Vec<u8>,
}

impl Rng {
    fn new(seed: u8) -> Self {
        Self {
            script: Vec::new(),
            stream: ChaCha20Rng::from_seed([seed; 32]),
            drawn: Vec::new(),
        }
    }

    fn scripted(parts: &[&[u8]]) -> Self {
        Self {
            script: parts.concat(),
            ..Self::new(0)
        }
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.stream.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.stream.try_next_u64()
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        if self.script.is_empty() {
            self.stream.try_fill_bytes(dst)?;
        } else {
            dst.copy_from_slice(&self.script[..dst.len()]);
            self.script.drain(..dst.len());
        }
        self.drawn.extend_from_slice(dst);
        Ok(())
    }
}

impl TryCryptoRng for Rng {}

const ACCOUNT: &[u8] = &[0xb2; 16];
const PASSWORD: &[u8] = "correct horse, paardenbloem ✓".as_bytes();

fn register(setup: &ServerSetup, password: &[u8]) -> (RegistrationRecord, ExportKey) {
    let mut rng = Rng::new(2);
    let (waiting, request) = ClientRegistration::start(password, &mut rng).unwrap();
    let response = ServerRegistration::start(setup, &request, ACCOUNT).unwrap();
    let (record, export_key) = waiting.finish(&response, &mut rng).unwrap();
    ServerRegistration::finish(&record).unwrap();
    (record, export_key)
}

/// What both sides get from one attempt.
fn sign_in(
    setup: &ServerSetup,
    record: Option<&RegistrationRecord>,
    password: &[u8],
) -> Result<ExportKey, AuthError> {
    let mut rng = Rng::new(3);
    let (waiting, request) = ClientLogin::start(password, &mut rng)?;
    let (response, state) = ServerLogin::start(setup, record, &request, ACCOUNT, &mut rng)?;
    let signed_in = waiting.finish(&response, &mut rng)?;
    let stored = ServerLoginState::try_from(state.as_bytes().as_slice()).unwrap();
    ServerLogin::finish(stored, &signed_in.finalization)?;
    Ok(signed_in.export_key)
}

fn setup() -> ServerSetup {
    ServerSetup::make(&mut Rng::new(1))
}

#[test]
fn the_right_password_gives_the_export_key_of_its_registration() {
    let setup = setup();
    let (record, registered) = register(&setup, PASSWORD);
    let again = ServerSetup::from_bytes(&setup.to_bytes()).unwrap();
    let signed_in = sign_in(&again, Some(&record), PASSWORD).unwrap();
    assert_eq!(signed_in.expose(), registered.expose());
}

#[test]
fn a_wrong_password_is_denied() {
    let setup = setup();
    let (record, _) = register(&setup, PASSWORD);
    assert_eq!(
        sign_in(&setup, Some(&record), b"wrong").unwrap_err(),
        AuthError::Denied
    );
}

#[test]
fn an_unknown_account_is_denied_just_like_a_wrong_password() {
    let setup = setup();
    assert_eq!(
        sign_in(&setup, None, PASSWORD).unwrap_err(),
        AuthError::Denied
    );
    let request = ClientLogin::start(PASSWORD, &mut Rng::new(3)).unwrap().1;
    let (record, _) = register(&setup, PASSWORD);
    let evaluation = |record: Option<&RegistrationRecord>, identifier: &[u8]| {
        let (response, _) =
            ServerLogin::start(&setup, record, &request, identifier, &mut Rng::new(4)).unwrap();
        response.as_bytes()[..32].to_vec()
    };
    // The OPRF answers by identifier alone: a record makes no difference, and an unknown address
    // has the same answer each time.
    assert_eq!(
        evaluation(Some(&record), ACCOUNT),
        evaluation(None, ACCOUNT)
    );
    let unknown = setup.identifier_of_unknown("nobody@vandijk.example");
    assert_eq!(evaluation(None, &unknown), evaluation(None, &unknown));
    assert_eq!(
        unknown,
        ServerSetup::from_bytes(&setup.to_bytes())
            .unwrap()
            .identifier_of_unknown("nobody@vandijk.example")
    );
    assert_ne!(
        unknown,
        setup.identifier_of_unknown("somebody@vandijk.example")
    );
}

#[test]
fn a_server_that_does_not_know_the_record_is_noticed() {
    let setup = setup();
    let (record, _) = register(&setup, PASSWORD);
    let other = ServerSetup::make(&mut Rng::new(9));
    assert_eq!(
        sign_in(&other, Some(&record), PASSWORD).unwrap_err(),
        AuthError::Denied
    );
}

#[test]
fn a_state_finishes_only_its_own_sign_in() {
    let setup = setup();
    let (record, _) = register(&setup, PASSWORD);
    let attempt = |seed| {
        let mut rng = Rng::new(seed);
        let (waiting, request) = ClientLogin::start(PASSWORD, &mut rng).unwrap();
        let (response, state) =
            ServerLogin::start(&setup, Some(&record), &request, ACCOUNT, &mut rng).unwrap();
        (
            waiting.finish(&response, &mut rng).unwrap().finalization,
            state,
        )
    };
    let (first, first_state) = attempt(5);
    let (second, _) = attempt(6);
    assert_eq!(
        ServerLogin::finish(first_state.clone(), &second),
        Err(AuthError::Denied)
    );
    assert_eq!(ServerLogin::finish(first_state, &first), Ok(()));
}

#[test]
fn an_altered_answer_is_denied() {
    let setup = setup();
    let (record, _) = register(&setup, PASSWORD);
    // One byte in each field: evaluation, masking nonce, masked response, server nonce, key share,
    // MAC. Some are no valid group elements any more, which is told before the password is used.
    for at in [0, 40, 100, 200, 230, 300] {
        let mut rng = Rng::new(3);
        let (waiting, request) = ClientLogin::start(PASSWORD, &mut rng).unwrap();
        let (response, _) =
            ServerLogin::start(&setup, Some(&record), &request, ACCOUNT, &mut rng).unwrap();
        let mut bytes = *response.as_bytes();
        bytes[at] ^= 1;
        let refused = waiting.finish(&bytes.into(), &mut rng).unwrap_err();
        assert!(
            matches!(refused, AuthError::Denied | AuthError::Malformed),
            "{at}: {refused:?}"
        );
    }
}

#[test]
fn a_reflected_request_is_denied() {
    let mut rng = Rng::new(3);
    let (waiting, request) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(request.as_bytes());
    bytes[32..].copy_from_slice(request.as_bytes());
    assert_eq!(
        waiting.finish(&bytes.into(), &mut rng).unwrap_err(),
        AuthError::Denied
    );
}

#[test]
fn messages_that_are_no_group_elements_are_malformed() {
    let setup = setup();
    let mut rng = Rng::new(3);
    for bytes in [[0; 32], [0xff; 32]] {
        assert_eq!(
            ServerRegistration::start(&setup, &bytes.into(), ACCOUNT).unwrap_err(),
            AuthError::Malformed
        );
    }
    assert_eq!(
        ServerLogin::start(&setup, None, &[0xff; 96].into(), ACCOUNT, &mut rng).unwrap_err(),
        AuthError::Malformed
    );
    assert_eq!(
        ServerRegistration::finish(&[0xff; 192].into()),
        Err(AuthError::Malformed)
    );
    assert_eq!(
        ServerSetup::from_bytes(&[0; 127]).unwrap_err(),
        AuthError::Malformed
    );
    assert_eq!(
        ServerSetup::from_bytes(&[0xff; 128]).unwrap_err(),
        AuthError::Malformed
    );
}

#[test]
fn messages_have_one_length() {
    for len in [0, 95, 97] {
        assert_eq!(
            CredentialRequest::try_from(vec![0; len].as_slice()),
            Err(MessageLength { expected: 96 })
        );
    }
    let response = CredentialResponse::from([7; 320]);
    let json = serde_json::to_string(&response).unwrap();
    assert_eq!(
        serde_json::from_str::<CredentialResponse>(&json).unwrap(),
        response
    );
    assert!(serde_json::from_str::<CredentialRequest>(&json).is_err());
    assert!(serde_json::from_str::<CredentialRequest>("\"!\"").is_err());
}

#[test]
fn secrets_print_nothing() {
    let setup = setup();
    let (record, export_key) = register(&setup, PASSWORD);
    let mut rng = Rng::new(3);
    let (registering, _) = ClientRegistration::start(PASSWORD, &mut rng).unwrap();
    let (signing_in, request) = ClientLogin::start(PASSWORD, &mut rng).unwrap();
    let (_, state) =
        ServerLogin::start(&setup, Some(&record), &request, ACCOUNT, &mut rng).unwrap();
    let printed = [
        format!("{setup:?}"),
        format!("{record:?}"),
        format!("{export_key:?}"),
        format!("{registering:?}"),
        format!("{signing_in:?}"),
        format!("{state:?}"),
    ];
    assert_eq!(
        printed,
        [
            "ServerSetup(..)",
            "RegistrationRecord(..)",
            "ExportKey(..)",
            "ClientRegistration(..)",
            "ClientLogin(..)",
            "ServerLoginState(..)",
        ]
    );
}

#[test]
fn a_password_longer_than_opaque_takes_is_refused() {
    let long = vec![b'x'; 65_536];
    let mut rng = Rng::new(3);
    assert_eq!(
        ClientLogin::start(&long, &mut rng).unwrap_err(),
        AuthError::Stretching
    );
    assert_eq!(
        ClientRegistration::start(&long, &mut rng).unwrap_err(),
        AuthError::Stretching
    );
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::{ACCOUNT, Rng, ServerLogin, ServerLoginState, ServerRegistration, setup};

    fn bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
        prop::collection::vec(any::<u8>(), N).prop_map(|bytes| bytes.try_into().unwrap())
    }

    proptest! {
        #[test]
        fn the_server_survives_anything(
            request in bytes::<32>(),
            record in bytes::<192>(),
            ke1 in bytes::<96>(),
            state in bytes::<{ ServerLoginState::LEN }>(),
            ke3 in bytes::<64>(),
        ) {
            let setup = setup();
            let _ = ServerRegistration::start(&setup, &request.into(), ACCOUNT);
            let _ = ServerRegistration::finish(&record.into());
            let mut rng = Rng::new(1);
            let _ = ServerLogin::start(&setup, Some(&record.into()), &ke1.into(), ACCOUNT, &mut rng);
            let state = ServerLoginState::try_from(state.as_slice()).unwrap();
            prop_assert!(ServerLogin::finish(state, &ke3.into()).is_err());
        }
    }
}
