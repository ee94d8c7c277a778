//! Widgets with plain props: no calls to the worker, except the password dialog, which is one.

mod button;
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
mod strength;
mod table;
mod toast;

pub(crate) use button::{Button, IconButton, Variant};
pub(crate) use consequence::Consequence;
pub(crate) use copy::CopyButton;
pub(crate) use dialog::Dialog;
pub(crate) use feedback::{Banner, EmptyState, ErrorText, ProgressBar, Skeleton, Tone, Working};
pub(crate) use field::Field;
pub(crate) use icon::{Brand, Icon, IconSize, Rosette};
pub(crate) use layout::{
    AdminLayout, AuthLayout, LanguageLinks, MailLayout, SchemeChoice, SheetPage, use_title,
};
pub(crate) use number_field::{NumberField, read_number};
pub(crate) use password_prompt::PasswordPrompt;
pub(crate) use person::{
    Avatar, AvatarSize, Badge, SafetyNumber, Shape, TrustLine, trust_icon, trust_text,
};
pub(crate) use strength::PasswordStrength;
pub(crate) use table::TableFrame;
pub(crate) use toast::ToastRegion;
