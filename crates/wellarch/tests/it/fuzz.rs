//! Broken copies of real files: whatever is done to them, nothing panics, and what is still taken can be checked and turned.

use wellarch::{Form, builtin};

use crate::{published, read};

/// A small generator of our own, so that a failure is the same tomorrow.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap()
    }
}

/// Pieces that mean something to one of the readers.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\\",
    b"\\ud800",
    b"NaN",
    b"null",
    b"&&",
    b"||",
    b"!",
    b"(",
    b"default",
    b"\n",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"- ",
    b"&a ",
    b"*a",
    b"\"_bellwether\": {}, ",
    b"aws: ",
];

/// One to three changes: a byte turned, a piece put in, a stretch taken out, doubled or moved.
fn broken(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(out.len());
        let end = (at + 1 + random.below(200)).min(out.len());
        match random.below(6) {
            0 => out[at] ^= 1 << random.below(8),
            1 | 2 => {
                let piece = PIECES[random.below(PIECES.len())];
                out.splice(at..at, piece.iter().copied());
            }
            3 => drop(out.drain(at..end)),
            4 => {
                let stretch = out[at..end].to_vec();
                out.splice(at..at, stretch);
            }
            _ => out.truncate(end),
        }
        if out.is_empty() {
            break;
        }
    }
    out
}

fn survives(bytes: &[u8]) -> bool {
    let Ok(file) = read(bytes) else { return false };
    let _ = file.check(true);
    for (_, q) in file.lens.questions().take(5) {
        let _ = wellarch::explain(q, wellarch::Answer::default());
    }
    for form in [Form::Aws, Form::Own] {
        let text = file.export(form);
        let again = read(&text).unwrap_or_else(|e| panic!("what was taken is refused after being written: {e}"));
        assert_eq!(again.lens.counts(), file.lens.counts());
    }
    true
}

#[test]
fn broken_copies_of_real_files_harm_nothing() {
    let mut files: Vec<Vec<u8>> = published().into_iter().map(|(_, bytes)| bytes).collect();
    // One in our own form, too, and in every case the lenses that come with the program.
    files.extend(files.first().map(|f| read(f).unwrap().export(Form::Own)));
    for b in builtin().iter().skip(1) {
        let file = b.read().unwrap();
        files.extend([file.export(Form::Own), file.export(Form::Aws)]);
    }
    let mut random = Random(0x5EED_1E45);
    let (mut taken, mut refused) = (0, 0);
    for file in &files {
        for _ in 0..25 {
            *(if survives(&broken(file, &mut random)) { &mut taken } else { &mut refused }) += 1;
        }
    }
    println!("{taken} were still taken, {refused} were refused");
    assert!(taken > 20 && refused > 20, "the changes have to be of both kinds: {taken}, {refused}");
}
