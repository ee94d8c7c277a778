//! Tests of the whole crate; those of one format stand beside it. All but the property tests run
//! natively and in a browser:
//!
//! ```text
//! cargo test -p zegel-crypto --target wasm32-unknown-unknown
//! ```

mod confusion;
mod debug;
mod grants;
mod messages;
mod official;
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod vectors;
pub(crate) mod world;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
