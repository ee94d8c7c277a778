//! What people and attackers see of the server, asked over HTTP.

mod access;
mod access_refusals;
mod accounts;
mod acting;
mod actors;
mod adoption;
mod attachments;
mod audit;
mod claims;
mod conversion;
mod drafts;
mod events;
mod folders;
mod functional;
mod limits;
mod mails;
mod messages;
mod openapi;
mod organisations;
mod pages;
mod search;
mod support;
