//! Saves attachments. What is fetched lies under another name until all of it is verified, so that
//! nobody opens half a file; and no file that is there already is touched.

mod name;

use std::cell::RefCell;
use std::fs;
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tempfile::NamedTempFile;
use zegel_api::ErrorCode;
use zegel_client::attachments::{FileError, Sink};
use zegel_client::view::{AttachmentView, Failure, Field, Reason};

use super::Context;
use super::send::Shown;
use crate::arguments::Download;
use crate::error::Error;
use crate::output::Saved;
use crate::session::{Session, say};
use crate::terminal::{Progress, in_line};

/// How many names are tried beside the sender's.
const MAX_NAMES: u32 = 10_000;
/// How often a transfer goes on where the connection broke.
const MAX_TRIES: u32 = 5;

pub(super) async fn run(context: &Context, arguments: Download) -> Result<(), Error> {
    if !arguments.to.is_dir() {
        let folder = arguments.to.to_string_lossy();
        return Err(Error::device(format!(
            "{} is no folder. Make it first, or name another one with --to.",
            in_line(&folder)
        )));
    }
    let session = context.session().await?;
    let mailbox = session.acting(&arguments.acting).await?;
    let progress = Progress::new();
    let opened = session
        .signed_in
        .open_message(mailbox, arguments.message, &|step| say(&progress, step))
        .await?;
    drop(progress);
    let wanted = match &arguments.attachment {
        Some(named) => vec![find(&opened.attachments, named)?],
        None if opened.attachments.is_empty() => {
            return Err(Error::device("This message has no attachments."));
        }
        None => opened.attachments.iter().collect(),
    };
    for attachment in wanted {
        let download = session
            .signed_in
            .download(mailbox, arguments.message, attachment.attachment)
            .await?;
        // Stopped, the incomplete file is dropped, and so it is gone.
        let saved = tokio::select! {
            saved = save(&session, &download, &arguments.to) => saved?,
            stopped = stopped() => return Err(stopped),
        };
        context.print(&saved, |saved| format!("{}\n", in_line(&saved.path)))?;
    }
    Ok(())
}

/// By number, identifier or name.
fn find<'a>(attachments: &'a [AttachmentView], named: &str) -> Result<&'a AttachmentView, Error> {
    if let Some(by_number) = named
        .parse::<usize>()
        .ok()
        .and_then(|number| attachments.get(number.checked_sub(1)?))
    {
        return Ok(by_number);
    }
    if let Some(by_id) = attachments
        .iter()
        .find(|it| it.attachment.to_string() == named)
    {
        return Ok(by_id);
    }
    let mut by_name = attachments.iter().filter(|it| it.name == named);
    match (by_name.next(), by_name.next()) {
        (Some(attachment), None) => Ok(attachment),
        (Some(_), Some(_)) => Err(Error::device(
            "Several attachments have this name. Name one by its number; `zegel read` shows it.",
        )),
        (None, _) => Err(Error::Flow(Failure::of(
            Field::Attachment,
            Reason::Server(ErrorCode::NotFound),
        ))),
    }
}

async fn save(
    session: &Session,
    download: &zegel_client::attachments::Download,
    folder: &Path,
) -> Result<Saved, Error> {
    let view = download.view();
    let shown = Shown {
        progress: Progress::new(),
        doing: format!("Fetching and checking {}:", in_line(&view.name)),
    };
    let file = Incomplete::make(folder)?;
    let mut tries = 1;
    while let Err(failure) = download.run(&session.signed_in, &file, &shown).await {
        if failure.reason != Reason::Offline || tries == MAX_TRIES {
            return Err(failure.into());
        }
        tries += 1;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let path = file.complete(folder, &view.name)?;
    Ok(Saved {
        attachment: view.attachment.to_string(),
        name: view.name.clone(),
        path: path.to_string_lossy().into_owned(),
        size_bytes: view.size_bytes,
    })
}

/// Waits until the user or the system wants this program to end.
async fn stopped() -> Error {
    #[cfg(unix)]
    let signals = || {
        use tokio::signal::unix::{SignalKind, signal};
        std::io::Result::Ok((
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ))
    };
    #[cfg(unix)]
    if let Ok((mut terminate, mut hang_up)) = signals() {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return Error::Interrupted;
    }
    match tokio::signal::ctrl_c().await {
        Ok(()) => Error::Interrupted,
        Err(error) => error.into(),
    }
}

/// A file that is not whole yet. Dropped, it is gone.
struct Incomplete {
    file: RefCell<NamedTempFile>,
    /// Bytes at its beginning that are written.
    written: RefCell<u64>,
}

impl Incomplete {
    fn make(folder: &Path) -> Result<Self, Error> {
        let file = tempfile::Builder::new()
            .prefix(".zegel-")
            .suffix(".part")
            .tempfile_in(folder)
            .map_err(Error::file("Writing to", folder))?;
        Ok(Self {
            file: RefCell::new(file),
            written: RefCell::new(0),
        })
    }

    /// Gives it a name that no other file has: the sender's where that is free.
    fn complete(self, folder: &Path, sent_name: &str) -> Result<PathBuf, Error> {
        let mut file = self.file.into_inner();
        let failed = Error::file("Writing to", folder);
        if let Err(error) = file.as_file().sync_all() {
            return Err(failed(error));
        }
        for number in 1..=MAX_NAMES {
            let path = folder.join(name::candidate(sent_name, number));
            // Links and folders count too, wherever they lead.
            if fs::symlink_metadata(&path).is_ok() {
                continue;
            }
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(path),
                Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => {
                    file = refused.file;
                }
                Err(refused) => return Err(failed(refused.error)),
            }
        }
        Err(Error::device(
            "The folder is full of files of this name. Name another one with --to.",
        ))
    }
}

#[async_trait(?Send)]
impl Sink for Incomplete {
    async fn kept_bytes(&self) -> Result<u64, FileError> {
        Ok(*self.written.borrow())
    }

    async fn read_back(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        use std::io::Read as _;
        let mut file = self.file.borrow_mut();
        let mut bytes = vec![0; len];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|_| FileError)?;
        Ok(bytes)
    }

    async fn write(&self, start: u64, bytes: &[u8]) -> Result<(), FileError> {
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.write_all(bytes))
            .map_err(|_| FileError)?;
        *self.written.borrow_mut() = start + bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use zegel_client::view::AttachmentView;
    use zegel_protocol::{AttachmentId, Hash};

    use super::{Incomplete, find};

    fn attachment(id: u8, name: &str) -> AttachmentView {
        AttachmentView {
            attachment: AttachmentId([id; 16]),
            digest: Hash([id; 32]),
            name: name.to_owned(),
            media_type: String::new(),
            size_bytes: 0,
        }
    }

    #[test]
    fn an_attachment_has_a_number_and_perhaps_a_name() {
        let all = [
            attachment(1, "a.pdf"),
            attachment(2, "b"),
            attachment(3, "b"),
            attachment(4, "9"),
        ];
        let found = |named: &str| find(&all, named).ok().map(|it| it.attachment.0[0]);
        assert_eq!(found("1"), Some(1));
        assert_eq!(found("4"), Some(4));
        assert_eq!(found("a.pdf"), Some(1));
        assert_eq!(found(&AttachmentId([3; 16]).to_string()), Some(3));
        assert_eq!(found("9"), Some(4));
        assert_eq!(found("b"), None);
        assert_eq!(found("0"), None);
        assert_eq!(found("5"), None);
    }

    #[test]
    fn no_file_is_overwritten_and_none_is_left_half() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path();
        std::fs::write(place.join("report.pdf"), "mine").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/nowhere", place.join("report (2).pdf")).unwrap();
        let saved = Incomplete::make(place).unwrap();
        let saved = saved.complete(place, "report.pdf").unwrap();
        assert_eq!(
            std::fs::read_to_string(place.join("report.pdf")).unwrap(),
            "mine"
        );
        #[cfg(unix)]
        assert_eq!(saved, place.join("report (3).pdf"));
        let count = || std::fs::read_dir(place).unwrap().count();
        let before = count();
        drop(Incomplete::make(place).unwrap());
        assert_eq!(count(), before);
    }
}
