//! The crypto worker: a program of its own, with a memory of its own, in which every key lives.

fn main() {
    zegel_web::worker::service::run();
}
