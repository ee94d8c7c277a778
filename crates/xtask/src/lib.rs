//! Where the programs of the tool chain are, and a PostgreSQL and an S3 server for the tests: what `cargo xtask`
//! and the test support share.

pub mod postgres;
pub mod programs;
pub mod s3;
