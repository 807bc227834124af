//! Scores the verdict against people and beside Otava, and says how long ten thousand verdicts take.
//!
//!     cargo run --release -p bellwether-verdict --example score
//!
//! `BELLWETHER_DATA` names the folder with the annotated series (`../shared/data` beside the repository when unset); without it the
//! series count as not here. `BELLWETHER_OTAVA` names a Python that has `requirements.txt` of this folder installed:
//!
//!     python3 -m venv DIR && DIR/bin/pip install -r crates/spine/verdict/examples/score/requirements.txt
//!     BELLWETHER_OTAVA=DIR/bin/python cargo run --release -p bellwether-verdict --example score
//!
//! Every figure is printed and none is asserted.

#![allow(clippy::print_stdout)]

mod calm;
mod data;
mod measure;
mod nab;
mod noise;
mod peer;
mod speed;
mod tcpd;

fn main() {
    let data = data::folder();
    let otava = peer::Otava::find();
    if let Err(why) = &otava {
        println!("Otava is not here: {why}\n");
    }
    let otava = otava.ok();
    tcpd::score(&data, otava.as_ref());
    nab::score(&data, otava.as_ref());
    calm::score(otava.as_ref());
    speed::measure();
}
