use std::cell::RefCell;
use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use async_trait::async_trait;
use zegel_client::attachments::{FileError, Keep, Source, Upload, UploadRecord, Watch};
use zegel_client::view::{AttachmentView, DraftContent};
use zegel_protocol::AccountId;

use super::Context;
use crate::arguments::Send;
use crate::error::Error;
use crate::output::Sent;
use crate::session::{Session, say};
use crate::terminal::{Progress, in_line};

/// Longest text that is read from standard input, in bytes: more than fits a message.
const MAX_TEXT_BYTES: u64 = 4 * 1024 * 1024;

pub(super) async fn run(context: &Context, arguments: Send) -> Result<(), Error> {
    // Before anything is asked for: what is missing shows at once.
    let files: Vec<_> = arguments
        .attach
        .iter()
        .map(|path| OpenFile::open(path))
        .collect::<Result<_, _>>()?;
    let text = match arguments.text {
        Some(text) => text,
        None => standard_input(context)?,
    };
    let session = context.session().await?;
    let mailbox = session.acting(&arguments.acting).await?;
    let mut attachments = Vec::with_capacity(files.len());
    for file in &files {
        attachments.push(upload(&session, mailbox, file).await?);
    }
    let content = DraftContent {
        to: arguments.to.iter().map(ToString::to_string).collect(),
        subject: arguments.subject,
        text,
        attachments,
        ..DraftContent::default()
    };
    let draft = session.signed_in.new_draft();
    let progress = Progress::new();
    session
        .signed_in
        .send_message(mailbox, draft, &content, &|step| say(&progress, step))
        .await?;
    drop(progress);
    let sent = Sent {
        id: draft.to_string(),
    };
    context.print(&sent, |sent| format!("{}\n", sent.id))
}

fn standard_input(context: &Context) -> Result<String, Error> {
    let input = std::io::stdin();
    if input.is_terminal() {
        context.say("Write the message; end it with Ctrl-D on a line of its own.");
    }
    let mut text = String::new();
    input
        .lock()
        .take(MAX_TEXT_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| {
            Error::device(format!(
                "The text could not be read: {error}. Nothing was sent."
            ))
        })?;
    Ok(text)
}

async fn upload(
    session: &Session,
    mailbox: AccountId,
    file: &OpenFile,
) -> Result<AttachmentView, Error> {
    let media_type = "application/octet-stream";
    let signed_in = &session.signed_in;
    let id = signed_in.new_attachment();
    let record = UploadRecord::make(signed_in, id, &file.name, media_type, file.size_bytes);
    let upload = Upload::new(mailbox, record)?;
    let progress = Shown {
        progress: Progress::new(),
        doing: format!("Sealing and sending {}:", in_line(&file.name)),
    };
    let uploaded = upload.run(signed_in, file, &NotKept, &progress).await;
    if uploaded.is_err() {
        // The server forgets it by itself later.
        let _ = signed_in.cancel_upload(mailbox, id).await;
    }
    Ok(uploaded?)
}

/// A file to attach.
struct OpenFile {
    file: RefCell<File>,
    name: String,
    size_bytes: u64,
}

impl OpenFile {
    fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(Error::file("Opening", path))?;
        let about = file.metadata().map_err(Error::file("Opening", path))?;
        let name = path.file_name().filter(|_| about.is_file());
        let name = name.ok_or_else(|| {
            let path = path.to_string_lossy();
            Error::device(format!(
                "{} is no file that can be attached.",
                in_line(&path)
            ))
        })?;
        Ok(Self {
            file: RefCell::new(file),
            name: name.to_string_lossy().into_owned(),
            size_bytes: about.len(),
        })
    }
}

#[async_trait(?Send)]
impl Source for OpenFile {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    async fn read(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        let mut file = self.file.borrow_mut();
        let mut bytes = vec![0; len];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|_| FileError)?;
        Ok(bytes)
    }
}

/// A run of this program ends with its upload: there is nothing to go on with.
struct NotKept;

#[async_trait(?Send)]
impl Keep for NotKept {
    async fn keep(&self, _: &UploadRecord) -> Result<(), FileError> {
        Ok(())
    }

    async fn forget(&self) -> Result<(), FileError> {
        Ok(())
    }
}

/// Shows how far a transfer is.
pub(super) struct Shown {
    pub(super) progress: Progress,
    pub(super) doing: String,
}

impl Watch for Shown {
    fn progress(&self, done_bytes: u64, total_bytes: u64) {
        self.progress.transfer(&self.doing, done_bytes, total_bytes);
    }

    /// Ctrl-C drops the whole command.
    fn is_cancelled(&self) -> bool {
        false
    }
}
