//! The real client against a real server, through a network that lies.
