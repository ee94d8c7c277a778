#![doc = env!("CARGO_PKG_DESCRIPTION")]

fn main() {
    zegel_web::run();
}
