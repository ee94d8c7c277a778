//! One folder a screen. Pages load data; widgets are in `components`.

pub(crate) mod admin;
pub(crate) mod adoption;
pub(crate) mod compose;
pub(crate) mod conversation;
pub(crate) mod drafts;
pub(crate) mod inbox;
mod not_found;
pub(crate) mod organisation;
pub(crate) mod safety;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod sign_up;

pub(crate) use not_found::NotFoundPage;
