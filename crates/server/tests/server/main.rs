//! What people and attackers see of the server, asked over HTTP.

mod accounts;
mod actors;
mod adoption;
mod claims;
mod limits;
mod mails;
mod messages;
mod openapi;
mod organisations;
mod pages;
mod support;
