//! The vectors of RFC 9807 and RFC 9106, and a frozen one of our own suite.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use opaque_ke::ksf::{Identity, Ksf as _};
use opaque_ke::{
    CipherSuite, ClientLoginFinishParameters, ClientRegistrationFinishParameters, Identifiers,
    Ristretto255, ServerLoginParameters, TripleDh,
};
use serde::{Deserialize, Serialize};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::rng::Adapter;
use crate::suite::Stretch;

/// Our suite with the RFC's choice of no stretching.
struct RfcSuite;

impl CipherSuite for RfcSuite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_10::Sha512>;
    type Ksf = Identity;
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Hex(#[serde(with = "hex")] Vec<u8>);

impl std::ops::Deref for Hex {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Deserialize)]
struct Rfc9807 {
    context: Hex,
    client_identity: Option<Hex>,
    server_identity: Option<Hex>,
    oprf_seed: Hex,
    credential_identifier: Hex,
    password: Hex,
    envelope_nonce: Hex,
    masking_nonce: Hex,
    server_private_key: Hex,
    server_public_key: Hex,
    server_nonce: Hex,
    client_nonce: Hex,
    client_keyshare_seed: Hex,
    server_keyshare_seed: Hex,
    blind_registration: Hex,
    blind_login: Hex,
    registration_request: Hex,
    registration_response: Hex,
    registration_upload: Hex,
    ke1: Hex,
    ke2: Hex,
    ke3: Hex,
    export_key: Hex,
    session_key: Hex,
}

impl Rfc9807 {
    fn identifiers(&self) -> Identifiers<'_> {
        Identifiers {
            client: self.client_identity.as_deref(),
            server: self.server_identity.as_deref(),
        }
    }

    fn parameters(&self) -> ServerLoginParameters<'_, '_> {
        ServerLoginParameters {
            context: Some(&self.context),
            identifiers: self.identifiers(),
        }
    }
}

/// A scalar is drawn as 64 bytes and reduced; one below the order comes out as it is.
const WIDE: &[u8] = &[0; 32];

fn run(vector: &Rfc9807) {
    // The third part is the public key of the fake record, which these runs do not use.
    let setup = opaque_ke::ServerSetup::<RfcSuite>::deserialize(
        &[
            &*vector.oprf_seed,
            &vector.server_private_key,
            &vector.server_public_key,
        ]
        .concat(),
    )
    .unwrap();

    let mut rng = Rng::scripted(&[&vector.blind_registration, WIDE, &vector.envelope_nonce]);
    let mut rng = Adapter(&mut rng);
    let registering =
        opaque_ke::ClientRegistration::<RfcSuite>::start(&mut rng, &vector.password).unwrap();
    assert_eq!(
        *registering.message.serialize(),
        *vector.registration_request
    );
    let answered = opaque_ke::ServerRegistration::<RfcSuite>::start(
        &setup,
        registering.message,
        &vector.credential_identifier,
    )
    .unwrap();
    assert_eq!(*answered.message.serialize(), *vector.registration_response);
    let registered = registering
        .state
        .finish(
            &mut rng,
            &vector.password,
            answered.message,
            ClientRegistrationFinishParameters::new(vector.identifiers(), None),
        )
        .unwrap();
    assert_eq!(*registered.message.serialize(), *vector.registration_upload);
    assert_eq!(*registered.export_key, *vector.export_key);
    let record = opaque_ke::ServerRegistration::finish(registered.message);

    let mut rng = Rng::scripted(&[
        &vector.blind_login,
        WIDE,
        &vector.client_keyshare_seed,
        &vector.client_nonce,
    ]);
    let mut rng = Adapter(&mut rng);
    let signing_in = opaque_ke::ClientLogin::<RfcSuite>::start(&mut rng, &vector.password).unwrap();
    assert_eq!(*signing_in.message.serialize(), *vector.ke1);
    let mut server_rng = Rng::scripted(&[
        // The masking key of the fake record, drawn whether it is needed or not.
        &[0; 64],
        &vector.masking_nonce,
        &vector.server_keyshare_seed,
        &vector.server_nonce,
    ]);
    let answered = opaque_ke::ServerLogin::<RfcSuite>::start(
        &mut Adapter(&mut server_rng),
        &setup,
        Some(record),
        signing_in.message,
        &vector.credential_identifier,
        vector.parameters(),
    )
    .unwrap();
    assert_eq!(*answered.message.serialize(), *vector.ke2);
    let signed_in = signing_in
        .state
        .finish(
            &mut rng,
            &vector.password,
            answered.message,
            ClientLoginFinishParameters::new(Some(&vector.context), vector.identifiers(), None),
        )
        .unwrap();
    assert_eq!(*signed_in.message.serialize(), *vector.ke3);
    assert_eq!(*signed_in.export_key, *vector.export_key);
    assert_eq!(*signed_in.session_key, *vector.session_key);
    let finished = answered
        .state
        .finish(signed_in.message, vector.parameters())
        .unwrap();
    assert_eq!(*finished.session_key, *vector.session_key);
}

#[test]
fn rfc_9807_ristretto255_sha512() {
    let vectors: Vec<Rfc9807> = serde_json::from_str(include_str!(
        "../../../../tests/vectors/official/rfc9807.json"
    ))
    .unwrap();
    assert_eq!(vectors.len(), 2);
    for vector in &vectors {
        run(vector);
    }
}

/// RFC 9106, section 5.3.
#[test]
fn rfc_9106_argon2id() {
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let argon2 =
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon2
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .unwrap();
    assert_eq!(
        hex::encode(tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

#[derive(PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Frozen {
    name: String,
    /// Argon2id of 64 zero bytes.
    stretched_zeros: Hex,
    server_setup: Hex,
    credential_identifier: Hex,
    password: Hex,
    client_registration_randomness: Hex,
    registration_request: Hex,
    registration_response: Hex,
    registration_record: Hex,
    client_login_randomness: Hex,
    server_login_randomness: Hex,
    credential_request: Hex,
    credential_response: Hex,
    credential_finalization: Hex,
    export_key: Hex,
}

fn make() -> Frozen {
    let hex = |bytes: &[u8]| Hex(bytes.to_vec());
    let setup = setup();
    let mut client = Rng::new(0x11);
    let (waiting, registration_request) = ClientRegistration::start(PASSWORD, &mut client).unwrap();
    let registration_response =
        ServerRegistration::start(&setup, &registration_request, ACCOUNT).unwrap();
    let (record, export_key) = waiting.finish(&registration_response, &mut client).unwrap();
    let registration_randomness = client.drawn;

    let (mut client, mut server) = (Rng::new(0x12), Rng::new(0x13));
    let (waiting, request) = ClientLogin::start(PASSWORD, &mut client).unwrap();
    let (response, state) =
        ServerLogin::start(&setup, Some(&record), &request, ACCOUNT, &mut server).unwrap();
    let signed_in = waiting.finish(&response, &mut client).unwrap();
    ServerLogin::finish(state, &signed_in.finalization).unwrap();
    assert_eq!(signed_in.export_key.expose(), export_key.expose());
    Frozen {
        name: "registration and sign-in".to_owned(),
        stretched_zeros: hex(&Stretch.hash([0; 64].into()).unwrap()),
        server_setup: hex(&setup.to_bytes()),
        credential_identifier: hex(ACCOUNT),
        password: hex(PASSWORD),
        client_registration_randomness: Hex(registration_randomness),
        registration_request: hex(registration_request.as_bytes()),
        registration_response: hex(registration_response.as_bytes()),
        registration_record: hex(record.as_bytes()),
        client_login_randomness: Hex(client.drawn),
        server_login_randomness: Hex(server.drawn),
        credential_request: hex(request.as_bytes()),
        credential_response: hex(response.as_bytes()),
        credential_finalization: hex(signed_in.finalization.as_bytes()),
        export_key: hex(export_key.expose()),
    }
}

/// With `ZEGEL_UPDATE_VECTORS=1` the file is rewritten: only for a new format.
#[test]
fn registration_and_sign_in_are_frozen() {
    let made = serde_json::to_string_pretty(&[make()]).unwrap() + "\n";
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("ZEGEL_UPDATE_VECTORS").is_some() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/vectors/opaque.json"
        );
        std::fs::write(file, made).unwrap();
        return;
    }
    assert_eq!(made, include_str!("../../../../tests/vectors/opaque.json"));
}
