//! What stays in this browser: IndexedDB, shared by all its tabs. Bytes in it are sealed by who
//! puts them there; the one key in it cannot be read out.

use async_trait::async_trait;
use idb::{Database, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use zegel_client::{PinStore, PinStoreError, RememberedPins};
use zegel_protocol::AccountId;

const NAME: &str = "zegel";
const VERSION: u32 = 1;
/// Sealed bytes by name.
const SEALED: &str = "sealed";
/// Keys that cannot be exported, by name.
const KEYS: &str = "keys";

/// The browser's storage does not work.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoreError;

impl From<Error> for StoreError {
    fn from(_: Error) -> Self {
        Self
    }
}

/// IndexedDB, opened anew for each use: a connection that is kept would block a later version of
/// the app from upgrading it.
#[derive(Clone, Copy)]
pub(super) struct Store;

impl Store {
    pub(super) async fn bytes(self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let value = get(SEALED, name).await?;
        Ok(value.and_then(|value| Some(value.dyn_into::<Uint8Array>().ok()?.to_vec())))
    }

    pub(super) async fn put_bytes(self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        put(SEALED, name, &Uint8Array::from(bytes)).await
    }

    pub(super) async fn remove_bytes(self, name: &str) -> Result<(), StoreError> {
        remove(SEALED, name).await
    }

    /// Names of sealed bytes that begin with `prefix`.
    pub(super) async fn names(self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let database = open().await?;
        let transaction = database.transaction(&[SEALED], TransactionMode::ReadOnly)?;
        let keys = transaction
            .object_store(SEALED)?
            .get_all_keys(None, None)?
            .await?;
        database.close();
        Ok(keys
            .into_iter()
            .filter_map(|key| key.as_string())
            .filter(|name| name.starts_with(prefix))
            .collect())
    }

    pub(super) async fn key(self, name: &str) -> Result<Option<web_sys::CryptoKey>, StoreError> {
        let value = get(KEYS, name).await?;
        Ok(value.and_then(|value| value.dyn_into().ok()))
    }

    /// Keeps a key unless another tab was faster.
    pub(super) async fn add_key(
        self,
        name: &str,
        key: &web_sys::CryptoKey,
    ) -> Result<(), StoreError> {
        if self.key(name).await?.is_none() {
            put(KEYS, name, key).await?;
        }
        Ok(())
    }

    pub(super) async fn remove_key(self, name: &str) -> Result<(), StoreError> {
        remove(KEYS, name).await
    }
}

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        use idb::DatabaseEvent as _;
        let Ok(database) = event.database() else {
            return;
        };
        for store in [SEALED, KEYS] {
            // A store that could not be made shows at its first use.
            let _ = database.create_object_store(store, ObjectStoreParams::new());
        }
    });
    request.await
}

async fn get(store: &str, name: &str) -> Result<Option<JsValue>, StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadOnly)?;
    let value = transaction
        .object_store(store)?
        .get(JsValue::from_str(name))?
        .await?;
    database.close();
    Ok(value)
}

async fn put(store: &str, name: &str, value: &JsValue) -> Result<(), StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    transaction
        .object_store(store)?
        .put(value, Some(&JsValue::from_str(name)))?
        .await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn remove(store: &str, name: &str) -> Result<(), StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    transaction
        .object_store(store)?
        .delete(JsValue::from_str(name))?
        .await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

#[async_trait(?Send)]
impl PinStore for Store {
    async fn load(&self, account: AccountId) -> Result<Option<RememberedPins>, PinStoreError> {
        let bytes = self
            .bytes(&pins_of(account))
            .await
            .map_err(|_| PinStoreError)?;
        let Some(bytes) = bytes else { return Ok(None) };
        let (epoch, sealed) = bytes.split_first_chunk::<4>().ok_or(PinStoreError)?;
        Ok(Some(RememberedPins {
            epoch: u32::from_be_bytes(*epoch),
            sealed: sealed.to_vec(),
        }))
    }

    async fn keep(&self, account: AccountId, pins: &RememberedPins) -> Result<(), PinStoreError> {
        let bytes = [&pins.epoch.to_be_bytes(), pins.sealed.as_slice()].concat();
        self.put_bytes(&pins_of(account), &bytes)
            .await
            .map_err(|_| PinStoreError)
    }
}

fn pins_of(account: AccountId) -> String {
    format!("pins/{account}")
}
