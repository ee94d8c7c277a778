//! A PostgreSQL server in a temporary folder, reached through a unix socket, for one test run.

use std::{
    fs,
    os::unix::fs::chown,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::programs;

const START_LIMIT: Duration = Duration::from_secs(30);
const USER: &str = "zegel";

/// A running server. Dropping it stops the server and removes its data.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts a server on it. PostgreSQL refuses to run as root: then it runs
    /// as the user `nobody`.
    ///
    /// # Errors
    ///
    /// If PostgreSQL is not installed, or does not accept connections within half a minute; the
    /// error then ends with the server's log.
    pub fn start() -> Result<Self> {
        let bin = programs::postgres_bin()
            .context("PostgreSQL is not installed; `cargo xtask setup` installs it")?;
        let folder = tempfile::Builder::new()
            .prefix("zegel-postgres-")
            .tempdir()?;
        let account = Account::current()?;
        account.own(folder.path())?;

        let data = folder.path().join("data");
        let made = account
            .command(&bin.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .arg(format!("--username={USER}"))
            .arg("--pgdata")
            .arg(&data)
            .current_dir(folder.path())
            .output()
            .context("initdb")?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );

        let log = folder.path().join("log");
        let log_file = fs::File::create(&log)?;
        let mut server = account
            .command(&bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses="])
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                folder.path().display()
            ))
            .args(["-c", "fsync=off", "-c", "synchronous_commit=off"])
            .args(["-c", "full_page_writes=off", "-c", "max_connections=200"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log_file.try_clone()?)
            .stderr(log_file)
            .spawn()
            .context("postgres")?;

        let deadline = Instant::now() + START_LIMIT;
        while !is_ready(&bin, folder.path()) {
            let ended = server.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let log = fs::read_to_string(&log).unwrap_or_default();
                // It may have ended by itself, and it is an error already.
                let _ = server.kill();
                let _ = server.wait();
                bail!("PostgreSQL did not start:\n{log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { server, folder })
    }

    /// The URL of its database, for a user that may create others.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "postgres://{USER}@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGQUIT ends it at once and, unlike SIGKILL, gives its shared memory back.
        let stopped = Command::new("kill")
            .arg("-QUIT")
            .arg(self.server.id().to_string())
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

fn is_ready(bin: &Path, socket_folder: &Path) -> bool {
    Command::new(bin.join("pg_isready"))
        .arg("--quiet")
        .arg("--host")
        .arg(socket_folder)
        .status()
        .is_ok_and(|status| status.success())
}

/// The user that PostgreSQL runs as.
struct Account {
    nobody: Option<(u32, u32)>,
}

impl Account {
    fn current() -> Result<Self> {
        let nobody = match id(&["-u"])? {
            0 => Some((id(&["-u", "nobody"])?, id(&["-g", "nobody"])?)),
            _ => None,
        };
        Ok(Self { nobody })
    }

    fn own(&self, folder: &Path) -> Result<()> {
        if let Some((user, group)) = self.nobody {
            chown(folder, Some(user), Some(group))?;
        }
        Ok(())
    }

    fn command(&self, program: &Path) -> Command {
        let Some((user, group)) = self.nobody else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={group}"))
            .arg("--clear-groups")
            .arg(program);
        command
    }
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output()?;
    ensure!(output.status.success(), "id {}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_a_query_and_leaves_nothing_behind() {
        let postgres = Postgres::start().unwrap();
        let folder = postgres.folder.path().to_owned();

        let bin = programs::postgres_bin().unwrap();
        let answer = Command::new(bin.join("psql"))
            .arg(postgres.url())
            .args(["--tuples-only", "--no-align", "--command=select 6 * 7"])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(answer.stdout).unwrap().trim(), "42");

        drop(postgres);
        assert!(!folder.exists());
    }
}
