//! Every SQL constant of every room prepares on both engines, and makes the same columns there.

use bellwether::rooms;
use kernel::testing::prepare_all;

#[test]
fn every_statement_prepares_on_both_engines() {
    let n: usize = rooms::ALL.iter().flat_map(|r| r.statements).map(|s| s.len()).sum();
    assert!(n > 100, "{n} statements");
    prepare_all(rooms::ALL);
}
