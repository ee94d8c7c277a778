//! A person's ways through the app, each in a real browser against a real server. One module a
//! journey: `cargo xtask journey` lists them.
