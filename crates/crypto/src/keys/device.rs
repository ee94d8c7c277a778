use super::{random_secret, secret, session_secret};

secret!(
    /// Seals what a program that is no browser keeps of a session between two runs of it. Random and
    /// kept by the device's keyring, or stretched from a passphrase.
    DeviceKey
);
random_secret!(DeviceKey);
session_secret!(DeviceKey);
