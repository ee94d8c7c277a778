//! Leaves the names of functions out of the page where `ZEGEL_STRIP_NAMES` is set: they are three quarters of a
//! development build, and every browser of the journeys loads it anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=ZEGEL_STRIP_NAMES");
    let for_browsers = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|it| it == "wasm32");
    if for_browsers && std::env::var_os("ZEGEL_STRIP_NAMES").is_some() {
        println!("cargo::rustc-link-arg-bins=--strip-all");
    }
}
