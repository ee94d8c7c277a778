//! Keeps the session's tiers in this browser: sealed with AES-256-GCM (WebCrypto) under a key that
//! no script can read out, only use.

use js_sys::{Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, AesKeyGenParams, CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

use super::scope::scope;
use super::store::{Store, StoreError};

const KEY: &str = "session";
const TIERS: &str = "session";
/// AES-GCM nonce length in bytes (NIST SP 800-38D, section 5.2.1.1).
const NONCE_BYTES: usize = 12;

/// Sealed bytes in IndexedDB.
#[derive(Clone, Copy)]
pub(super) struct Vault(pub(super) Store);

impl Vault {
    /// Seals the session's tiers and keeps them.
    pub(super) async fn keep(self, tiers: &[u8]) -> Result<(), StoreError> {
        self.keep_as(TIERS, tiers).await
    }

    /// Seals something of the session and keeps it under a name.
    pub(super) async fn keep_as(self, name: &str, plain: &[u8]) -> Result<(), StoreError> {
        let key = self.key().await?;
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| StoreError)?;
        let promise = subtle()?
            .encrypt_with_object_and_u8_array(&parameters(&nonce), &key, plain)
            .map_err(|_| StoreError)?;
        let sealed = bytes_of(promise).await?;
        self.0
            .put_bytes(name, &[nonce.as_slice(), &sealed].concat())
            .await
    }

    /// Opens what was kept, if anything was.
    pub(super) async fn kept(self) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.kept_as(TIERS).await
    }

    /// Opens what was kept under a name, if anything was.
    pub(super) async fn kept_as(
        self,
        name: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let (Some(sealed), Some(key)) = (self.0.bytes(name).await?, self.0.key(KEY).await?) else {
            return Ok(None);
        };
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(StoreError)?;
        let promise = subtle()?
            .decrypt_with_object_and_u8_array(&parameters(nonce), &key, sealed)
            .map_err(|_| StoreError)?;
        bytes_of(promise).await.map(Zeroizing::new).map(Some)
    }

    /// Forgets the tiers, and the key with them.
    pub(super) async fn forget(self) -> Result<(), StoreError> {
        self.0.remove_bytes(TIERS).await?;
        self.0.remove_key(KEY).await
    }

    async fn key(self) -> Result<CryptoKey, StoreError> {
        if let Some(key) = self.0.key(KEY).await? {
            return Ok(key);
        }
        let usages = js_sys::Array::of2(&"encrypt".into(), &"decrypt".into());
        let promise = subtle()?
            .generate_key_with_object(&AesKeyGenParams::new("AES-GCM", 256), false, &usages)
            .map_err(|_| StoreError)?;
        let key = JsFuture::from(promise)
            .await
            .and_then(JsCast::dyn_into)
            .map_err(|_| StoreError)?;
        self.0.add_key(KEY, &key).await?;
        self.0.key(KEY).await?.ok_or(StoreError)
    }
}

fn subtle() -> Result<SubtleCrypto, StoreError> {
    Ok(scope().crypto().map_err(|_| StoreError)?.subtle())
}

fn parameters(nonce: &[u8]) -> Object {
    AesGcmParams::new_with_u8_array("AES-GCM", &Uint8Array::from(nonce)).unchecked_into()
}

async fn bytes_of(promise: js_sys::Promise) -> Result<Vec<u8>, StoreError> {
    let buffer: JsValue = JsFuture::from(promise).await.map_err(|_| StoreError)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
