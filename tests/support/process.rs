//! Programs that run beside a test and end with it.

use std::{
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command},
};

use anyhow::{Context as _, Result};

/// A running program with all that it starts. Dropping it ends them.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
}

/// A command that is killed with the thread that starts it, so that a test which is itself killed
/// leaves nothing running.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]).arg(program);
    command
}

impl Service {
    /// Starts it, in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        Ok(Self { child })
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
        if !killed.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
