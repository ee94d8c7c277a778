//! The page of the WebApp, and what it says to the crypto worker. The page holds no keys.

#![allow(
    unreachable_pub,
    reason = "Leptos' component macro makes `pub` helpers inside private modules"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "components own their props, and event handlers their events"
)]
#![allow(
    missing_docs,
    reason = "an application: its fields are named, and nobody reads its API"
)]

#[macro_use]
mod i18n;

mod app;
mod components;
mod pages;
mod routes;
mod state;
pub mod worker;

/// Starts the page.
pub fn run() {
    console_error_panic_hook::set_once();
    // Before anything else can see the secret in the address.
    state::join_link::take_from_address();
    state::restore_preferences();
    leptos::mount::mount_to_body(app::App);
}
