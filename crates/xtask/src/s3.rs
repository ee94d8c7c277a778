//! A server that speaks S3 (moto), in memory, for one test run.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::programs;

const START_LIMIT: Duration = Duration::from_secs(60);
/// The bucket that is there.
pub const BUCKET: &str = "zegel-test";

/// A running server. Dropping it stops the server; its data is gone then.
#[derive(Debug)]
pub struct S3 {
    server: Child,
    address: SocketAddr,
}

impl S3 {
    /// Starts a server on a free port of the loopback address, with an empty bucket.
    ///
    /// # Errors
    ///
    /// If it is not installed, or does not answer within a minute.
    pub fn start() -> Result<Self> {
        let program = programs::moto_server()
            .context("the S3 server is not installed; `cargo xtask setup` installs it")?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let server = Command::new(program)
            .args(["--host", "127.0.0.1", "--port"])
            .arg(address.port().to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("moto_server")?;
        let mut s3 = Self { server, address };
        let deadline = Instant::now() + START_LIMIT;
        while let Err(error) = s3.make_bucket() {
            ensure!(
                s3.server.try_wait()?.is_none(),
                "the S3 server ended by itself"
            );
            if Instant::now() > deadline {
                return Err(error.context("the S3 server does not answer"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(s3)
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn make_bucket(&self) -> Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "PUT /{BUCKET} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.starts_with("HTTP/1.1 200") {
            Ok(())
        } else {
            bail!("{}", answer.lines().next().unwrap_or_default())
        }
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
