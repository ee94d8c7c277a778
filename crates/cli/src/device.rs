//! What is kept on this device between runs: the session, sealed; the newest pins of each account,
//! which are sealed under the account's own keyring key anyway; and which server was used last.

mod key_place;
mod pins;
mod session_file;

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use tempfile::NamedTempFile;
use url::Url;

pub(crate) use self::key_place::KeyPlace;
pub(crate) use self::pins::DevicePins;
pub(crate) use self::session_file::{Kept, SessionFile};
use crate::error::Error;

const LOCK: &str = "lock";
const SERVER: &str = "server";

/// The folder that everything is kept in.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    folder: PathBuf,
}

impl Device {
    /// The folder that was named, or the one where this system keeps data of programs.
    pub(crate) fn open(named: Option<PathBuf>) -> Result<Self, Error> {
        let folder = match named {
            Some(folder) => folder,
            None => ProjectDirs::from("", "", "zegel")
                .map(|places| places.data_local_dir().to_owned())
                .ok_or_else(|| {
                    Error::device("This system names no folder for data. Name one with --state.")
                })?,
        };
        Ok(Self { folder })
    }

    /// The server of the last sign-in.
    pub(crate) fn last_server(&self) -> Option<Url> {
        let text = self.read(SERVER).ok()??;
        Url::parse(std::str::from_utf8(&text).ok()?.trim()).ok()
    }

    /// Remembers the server of a sign-in.
    pub(crate) fn keep_server(&self, server: &Url) -> Result<(), Error> {
        self.write(SERVER, format!("{server}\n").as_bytes())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("Reading", &path)(error)),
        }
    }

    /// Writes a file that only this user can read, whole or not at all.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(name);
        self.make_folder()?;
        let write = || {
            let mut file = NamedTempFile::new_in(&self.folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            sync_folder(&self.folder)
        };
        write().map_err(Error::file("Writing", &path))
    }

    fn remove(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Error::file("Deleting", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Waits until no other run of this program changes files, and holds the others up until the
    /// value is dropped.
    fn lock(&self) -> Result<File, Error> {
        self.make_folder()?;
        let path = self.path(LOCK);
        let lock = || {
            let file = File::options().create(true).append(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(Error::file("Locking", &path))
    }

    fn make_folder(&self) -> Result<(), Error> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.folder)
            .map_err(Error::file("Making the folder", &self.folder))
    }
}

/// Makes a rename last through a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Device;

    #[test]
    fn files_are_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::open(Some(folder.path().join("a/b"))).unwrap();
        assert_eq!(device.read("x").unwrap(), None);
        device.write("x", b"1").unwrap();
        device.write("x", b"2").unwrap();
        assert_eq!(device.read("x").unwrap().unwrap(), b"2");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(device.path("x")), 0o600);
            assert_eq!(mode(folder.path().join("a/b")), 0o700);
        }
        let files = std::fs::read_dir(folder.path().join("a/b"))
            .unwrap()
            .count();
        assert_eq!(files, 1, "nothing is left beside it");
        device.remove("x").unwrap();
        device.remove("x").unwrap();
        assert_eq!(device.read("x").unwrap(), None);
    }
}
