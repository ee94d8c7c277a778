//! What stays in this browser: IndexedDB, shared by all its tabs. Bytes in it are sealed by who
//! puts them there; the one key in it cannot be read out.

use std::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use idb::{Database, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
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
        let keys = to_its_end(names_now()).await?;
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

/// Runs a use of the storage to its end, also where whoever waits for it goes away, as with one of
/// several uploads when another one fails: the event of a request that was forgotten halfway would
/// end the worker.
async fn to_its_end<T: 'static>(
    operation: impl Future<Output = Result<T, StoreError>> + 'static,
) -> Result<T, StoreError> {
    let outcome = Rc::new(RefCell::new(None));
    let place = outcome.clone();
    let done = future_to_promise(async move {
        place.replace(Some(operation.await));
        Ok(JsValue::UNDEFINED)
    });
    JsFuture::from(done).await.map_err(|_| StoreError)?;
    outcome.take().ok_or(StoreError)?
}

async fn get(store: &'static str, name: &str) -> Result<Option<JsValue>, StoreError> {
    to_its_end(get_now(store, JsValue::from_str(name))).await
}

async fn put(store: &'static str, name: &str, value: &JsValue) -> Result<(), StoreError> {
    to_its_end(put_now(store, JsValue::from_str(name), value.clone())).await
}

async fn remove(store: &'static str, name: &str) -> Result<(), StoreError> {
    to_its_end(remove_now(store, JsValue::from_str(name))).await
}

async fn names_now() -> Result<Vec<JsValue>, StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[SEALED], TransactionMode::ReadOnly)?;
    let keys = transaction
        .object_store(SEALED)?
        .get_all_keys(None, None)?
        .await?;
    database.close();
    Ok(keys)
}

async fn get_now(store: &str, name: JsValue) -> Result<Option<JsValue>, StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadOnly)?;
    let value = transaction.object_store(store)?.get(name)?.await?;
    database.close();
    Ok(value)
}

async fn put_now(store: &str, name: JsValue, value: JsValue) -> Result<(), StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    transaction
        .object_store(store)?
        .put(&value, Some(&name))?
        .await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn remove_now(store: &str, name: JsValue) -> Result<(), StoreError> {
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    transaction.object_store(store)?.delete(name)?.await?;
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
