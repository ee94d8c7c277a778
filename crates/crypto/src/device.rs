//! What a program that is no browser keeps of a session on its own device.
//!
//! ```text
//! nonce[24] ‖ XChaCha20-Poly1305(K, nonce, plaintext, AAD = "zegel/v1/device" ‖ header)
//! ```
//!
//! A key seals any number of times: the nonce is random, and long enough for that
//! (draft-irtf-cfrg-xchacha-03, section 2.3). No server ever sees these bytes, so that they have no
//! context of the protocol; the header is what stands before them in the file.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::{OpenError, SealError};
use crate::keys::DeviceKey;

const CONTEXT: &[u8] = b"zegel/v1/device";
const NONCE_LEN: usize = 24;

impl DeviceKey {
    /// Seals `plaintext`, bound to `header`.
    ///
    /// # Errors
    /// [`SealError::TooLarge`].
    pub fn seal(
        &self,
        header: &[u8],
        plaintext: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill_bytes(&mut nonce);
        let payload = Payload {
            msg: plaintext,
            aad: &[CONTEXT, header].concat(),
        };
        let ciphertext = self
            .cipher()
            .encrypt(&nonce.into(), payload)
            .map_err(|_| SealError::TooLarge)?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    /// Opens what [`Self::seal`] gave.
    ///
    /// # Errors
    /// [`OpenError`] under another key, with another header, and for anything that was altered.
    pub fn open(&self, header: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(OpenError)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &[CONTEXT, header].concat(),
        };
        self.cipher()
            .decrypt(&(*nonce).into(), payload)
            .map(Zeroizing::new)
            .map_err(|_| OpenError)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes().into())
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{DeviceKey, NONCE_LEN};
    use crate::tests::world::Rng;

    #[test]
    fn it_opens_whole_and_in_its_place_alone() {
        let mut rng = Rng::new(1);
        let key = DeviceKey::make(&mut rng);
        let sealed = key.seal(b"header", b"secret", &mut rng).unwrap();
        assert_eq!(sealed.len(), NONCE_LEN + 6 + 16);
        assert_eq!(*key.open(b"header", &sealed).unwrap(), b"secret");

        assert!(DeviceKey::make(&mut rng).open(b"header", &sealed).is_err());
        assert!(key.open(b"Header", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(key.open(b"header", &altered).is_err(), "byte {at}");
            assert!(key.open(b"header", &sealed[..at]).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn sealed_twice_is_sealed_differently() {
        let mut rng = Rng::new(1);
        let key = DeviceKey::make(&mut rng);
        let mut seal = || key.seal(b"", b"secret", &mut rng).unwrap();
        assert_ne!(seal()[NONCE_LEN..], seal()[NONCE_LEN..]);
    }
}
