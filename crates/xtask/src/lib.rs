//! Where the programs of the tool chain are, and a PostgreSQL for the tests: what `cargo xtask`
//! and the test support share.

pub mod postgres;
pub mod programs;
