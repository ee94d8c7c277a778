#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use zegel_protocol::{AccountId, BlobType, Field, ObjectId, Owner};

use super::*;

/// A blob whose ciphertext ChaCha20-Poly1305 accepts under the keys of two parents, with equal
/// header and context. Its one block solves the linear equation that makes both Poly1305 tags the
/// same; the commitment is the first parent's.
const TWO_KEYS: &str = "0101040000000000000000000000000000000000000000000000000000000000000000d0\
    524aed78d174b29a75faa8e5745c93af650138f541345c4f8a40561171ec29e87bb7bf482ade8f9e4105c6aea8d08e\
    4c0f161b656e6f3d3af716d59caa04f1";

#[test]
fn a_ciphertext_of_two_keys_opens_under_the_committed_one_only() {
    let ctx = Ctx {
        blob_type: BlobType::Pins,
        owner: Owner::Account(AccountId([1; 16])),
        object: ObjectId::None,
        epoch: 1,
        generation: 0,
        field: Field::None,
    };
    let blob = hex::decode(TWO_KEYS).unwrap();
    let (header, ciphertext) = blob.split_at(HEADER_LEN);
    let ctx_bytes = ctx.to_bytes();
    for parent in [[1; 32], [2; 32]] {
        let derived = Derived::new(&parent, &header[SALT_START..COMMITMENT_START], &ctx_bytes);
        let opened = derived.cipher().decrypt(
            &derived.nonce().into(),
            Payload {
                msg: ciphertext,
                aad: &[header, &ctx_bytes].concat(),
            },
        );
        assert_eq!(opened.unwrap().len(), 16, "the AEAD alone accepts both");
    }
    assert!(open(&[1; 32], &ctx, &blob).is_ok());
    assert_eq!(open(&[2; 32], &ctx, &blob).unwrap_err(), OpenError);
}
