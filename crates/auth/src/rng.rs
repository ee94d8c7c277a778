//! opaque-ke draws randomness through the traits of rand_core 0.6; the project passes in those of
//! rand_core 0.10.

use opaque_ke::rand::{CryptoRng, Error, RngCore};

pub(crate) struct Adapter<'a, R>(pub(crate) &'a mut R);

impl<R: rand_core::CryptoRng> RngCore for Adapter<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill_bytes(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.0.fill_bytes(dest);
        Ok(())
    }
}

impl<R: rand_core::CryptoRng> CryptoRng for Adapter<'_, R> {}
