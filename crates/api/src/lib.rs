//! The HTTP contract between a Zegel server and its clients: a type a route, with the path, the
//! request, the response and the error codes. Sealed and signed objects travel as [`Bytes`]; their
//! inner form is that of `zegel-protocol`.

mod access;
mod adoption;
mod attachments;
mod audit;
mod bytes;
mod domains;
mod error;
mod events;
mod keys;
mod mail;
mod organisation;
mod search;
mod session;

pub use access::*;
pub use adoption::*;
pub use attachments::*;
pub use audit::*;
pub use bytes::Bytes;
pub use domains::*;
pub use error::{ErrorCode, Problem};
pub use events::*;
pub use keys::*;
pub use mail::*;
pub use organisation::*;
pub use search::*;
pub use session::*;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Name of the session cookie where the connection is plain HTTP (development on loopback).
pub const COOKIE: &str = "zegel";
/// Name of the session cookie behind TLS. The prefix makes browsers insist on `Secure` and path `/`.
pub const SECURE_COOKIE: &str = "__Host-zegel";
/// Header that every state-changing request carries. A cross-site form cannot set it.
pub const CLIENT_HEADER: &str = "x-zegel-client";

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The request is the query string.
    Get,
    /// The request is a JSON body.
    Post,
    /// The request is a JSON body.
    Put,
}

/// One route: everything that both sides must agree on.
pub trait Route {
    /// How the request is sent.
    const METHOD: Method;
    /// Path with `{name}` placeholders, filled in order by [`fill`].
    const PATH: &'static str;
    /// Query (GET) or JSON body (POST, PUT).
    type Request: Serialize + DeserializeOwned;
    /// JSON body of a success.
    type Response: Serialize + DeserializeOwned;
}

/// A request or response without content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Empty {}

/// Puts `arguments` in the place of the `{name}` placeholders of `path`, in order.
#[must_use]
pub fn fill(path: &str, arguments: &[&str]) -> String {
    let mut arguments = arguments.iter();
    path.split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(_) => arguments.next().copied().unwrap_or_default(),
            None => segment,
        })
        .collect::<Vec<_>>()
        .join("/")
}

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident: $method:ident $path:literal, $request:ty => $response:ty;)+) => {$(
        $(#[$doc])*
        pub struct $name;
        impl crate::Route for $name {
            const METHOD: crate::Method = crate::Method::$method;
            const PATH: &'static str = $path;
            type Request = $request;
            type Response = $response;
        }
    )+};
}
pub(crate) use routes;

#[cfg(test)]
mod tests {
    use super::{Bytes, fill};

    #[test]
    fn fill_replaces_placeholders_in_order() {
        assert_eq!(fill("/api/a/{x}/b/{y}", &["1", "2"]), "/api/a/1/b/2");
        assert_eq!(fill("/api/a", &[]), "/api/a");
    }

    #[test]
    fn bytes_travel_as_unpadded_base64url() {
        let json = serde_json::to_string(&Bytes(vec![0xfb, 0xff])).unwrap();
        assert_eq!(json, "\"-_8\"");
        assert_eq!(
            serde_json::from_str::<Bytes>(&json).unwrap().0,
            [0xfb, 0xff]
        );
        assert!(serde_json::from_str::<Bytes>("\"-_8=\"").is_err());
    }
}
