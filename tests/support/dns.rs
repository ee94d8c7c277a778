//! A real name server (dnsmasq) with the TXT records that a test sets.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use zegel_xtask::programs;

use crate::{
    process::{Service, command},
    wait,
};

/// A running name server. It is the last word on every name: what it has no record for does not
/// exist.
#[derive(Debug)]
pub struct Dns {
    records: BTreeMap<String, Vec<String>>,
    address: SocketAddr,
    folder: TempDir,
    server: Option<Service>,
}

impl Dns {
    /// Starts it on a free port of 127.0.0.1, without records.
    ///
    /// # Errors
    ///
    /// If dnsmasq is not installed or does not answer.
    pub async fn start() -> Result<Self> {
        let mut dns = Self {
            records: BTreeMap::new(),
            address: free_port()?,
            folder: tempfile::Builder::new().prefix("zegel-dns-").tempdir()?,
            server: None,
        };
        dns.restart().await?;
        Ok(dns)
    }

    /// Where it listens, by UDP and by TCP.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the TXT records of a name, in place of those it had. With no values it has none.
    ///
    /// # Errors
    ///
    /// If the name server does not answer after its restart.
    pub async fn set_txt(&mut self, name: &str, values: &[&str]) -> Result<()> {
        ensure!(
            values.iter().all(|value| !value.contains(['"', '\n'])),
            "dnsmasq's configuration cannot hold this value"
        );
        self.records.insert(
            name.to_owned(),
            values.iter().map(|&value| value.to_owned()).collect(),
        );
        self.restart().await
    }

    /// Stops answering, as if the network were gone.
    pub fn stop(&mut self) {
        self.server = None;
    }

    async fn restart(&mut self) -> Result<()> {
        let dnsmasq =
            programs::dnsmasq().context("dnsmasq is missing; `cargo xtask setup` installs it")?;
        // dnsmasq reads its records once.
        self.server = None;
        let configuration = self.folder.path().join("dnsmasq.conf");
        fs::write(&configuration, self.configuration()?)?;
        let mut server = Service::start(
            command(&dnsmasq)
                // In the foreground, and as the same user: a change of user would cancel
                // that it ends with the test.
                .arg("--no-daemon")
                .arg(format!("--conf-file={}", configuration.display()))
                .stdin(Stdio::null())
                .stderr(fs::File::create(self.folder.path().join("log"))?),
        )?;
        wait::until("the name server's first answer", async || {
            if server.has_ended()? {
                let log = fs::read_to_string(self.folder.path().join("log"))?;
                bail!("dnsmasq ended: {log}");
            }
            Ok(answers(self.address).then_some(()))
        })
        .await?;
        self.server = Some(server);
        Ok(())
    }

    fn configuration(&self) -> Result<String> {
        let mut text = format!(
            "port={}\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\nno-hosts\n\
             pid-file=\nlocal=/#/\n",
            self.address.port()
        );
        for (name, values) in &self.records {
            for value in values {
                writeln!(text, "txt-record={name},\"{value}\"")?;
            }
        }
        Ok(text)
    }
}

/// A query for a TXT record, in the wire format of RFC 1035, section 4.
#[must_use]
pub fn txt_query(name: &str) -> Vec<u8> {
    // Id 0, as RFC 8484 asks for; recursion desired; one question.
    let mut query = vec![0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        query.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        query.extend(label.as_bytes());
    }
    query.extend([0, 0, 16, 0, 1]);
    query
}

fn answers(server: SocketAddr) -> bool {
    let ask = || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        socket.send_to(&txt_query("is.it.up"), server)?;
        socket.recv(&mut [0; 512])
    };
    ask().is_ok()
}

/// A port that neither protocol holds.
fn free_port() -> Result<SocketAddr> {
    for _ in 0..100 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        if UdpSocket::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port is free for TCP and UDP")
}
