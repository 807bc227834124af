//! Merkle tree hashing as RFC 6962 section 2.1 defines it: leaves are hashed with a leading 0, inner nodes with a
//! leading 1, and a tree of n leaves splits at the largest power of two smaller than n.

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// Hash of a leaf.
pub fn leaf(data: &[u8]) -> Hash {
    let mut h = Sha256::new();
    h.update([0]);
    h.update(data);
    h.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut h = Sha256::new();
    h.update([1]);
    h.update(left);
    h.update(right);
    h.finalize().into()
}

/// Root over leaf hashes; the hash of nothing for none.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        many => {
            let split = many.len().next_power_of_two() / 2;
            node(&root(&many[..split]), &root(&many[split..]))
        }
    }
}

/// SHA-256 of bytes, as lower-case hex.
pub fn hex_digest(data: &[u8]) -> String {
    hex::encode(Sha256::digest(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test vectors that certificate-transparency implementations share: inputs D0 to D7 and the roots of their
    // prefixes.
    const INPUTS: [&str; 8] = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const ROOTS: [(usize, &str); 4] = [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    #[test]
    fn agrees_with_the_published_vectors() {
        let leaves: Vec<Hash> = INPUTS.iter().map(|h| leaf(&hex::decode(h).unwrap())).collect();
        for (n, expected) in ROOTS {
            assert_eq!(hex::encode(root(&leaves[..n])), expected, "{n} leaves");
        }
        assert_eq!(hex::encode(root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn a_leaf_is_not_a_node() {
        assert_ne!(leaf(b"ab"), node(&leaf(b"a"), &leaf(b"b")));
    }
}
