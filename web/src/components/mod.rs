//! Widgets with plain props. Those that are the same wherever they stand call the worker themselves: the password
//! dialog, the account switcher and the list of people with access.

mod access;
mod acting;
mod attachments;
mod button;
mod chips;
mod choices;
mod consequence;
mod copy;
mod dialog;
mod feedback;
mod field;
mod icon;
mod layout;
mod number_field;
mod password_prompt;
mod person;
mod qr;
mod search;
mod shortcuts;
mod strength;
mod switcher;
mod table;
mod toast;

pub(crate) use access::{AccessList, RotationBanner};
pub(crate) use acting::OwnerOnly;
pub(crate) use attachments::{AttachButton, AttachList, AttachmentList, DropZone};
pub(crate) use button::{Button, IconButton, Variant};
pub(crate) use chips::{Chip, ChipState};
pub(crate) use choices::{Choice, ChoiceOption, Choices, SenderPreview};
pub(crate) use consequence::Consequence;
pub(crate) use copy::CopyButton;
pub(crate) use dialog::Dialog;
pub(crate) use feedback::{Banner, EmptyState, ErrorText, ProgressBar, Skeleton, Tone, Working};
pub(crate) use field::Field;
pub(crate) use icon::{Brand, Icon, IconSize, Rosette};
pub(crate) use layout::{
    AdminLayout, AuthLayout, LanguageLinks, MailLayout, SchemeChoice, SheetPage, close_popover,
    use_title,
};
pub(crate) use number_field::{NumberField, read_number};
pub(crate) use password_prompt::PasswordPrompt;
pub(crate) use person::{
    Avatar, AvatarSize, Badge, SafetyNumber, Shape, TrustLine, trust_icon, trust_text,
};
pub(crate) use qr::NumberCode;
pub(crate) use search::SEARCH_FIELD;
#[cfg(test)]
pub(crate) use shortcuts::SHORTCUTS;
pub(crate) use shortcuts::ShortcutsDialog;
pub(crate) use strength::PasswordStrength;
pub(crate) use table::TableFrame;
pub(crate) use toast::ToastRegion;
