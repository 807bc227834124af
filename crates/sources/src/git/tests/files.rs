//! Files of a revision, from a clone that left them out.

use std::fs;

use super::super::files::{Files, Most};
use super::super::{GitError, Repo};
use super::remote::{LOCATION, settings};
use super::support::Sandbox;

const MOST: Most = Most { files: 3, one: 100, all: 150 };

/// Allowed to leave files out, and to ask for them later.
const SERVE: &str = "path=${last#*\\'/}; path=${path%\\'}\nexec git -c safe.directory='*' -c uploadpack.allowFilter=true \
    -c uploadpack.allowAnySHA1InWant=true upload-pack \"./$path\"";

#[test]
fn what_a_clone_left_out_is_fetched_at_once_and_read_at_the_revision() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("shop");
    let put = |path: &str, text: &str| {
        let file = work.dir().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        work.git(0, &["add", "-A"]);
    };
    put("a.yaml", "one\n\ntwo");
    put("b/a.yaml", "");
    put("b/other.txt", "never asked for");
    put("ü.yaml", "ends\n");
    let first = work.commit(1_600_000_000);
    let settings = settings(&sandbox, SERVE);
    let open = || Repo::open_with(LOCATION, &sandbox.path("cache"), &[], &settings).unwrap();
    let yaml = |path: &str| path.ends_with(".yaml");
    let got = open().files("", &yaml, MOST).unwrap();
    let pairs: Vec<(&str, &str)> = got.found.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    assert_eq!(pairs, [("a.yaml", "one\n\ntwo"), ("b/a.yaml", ""), ("ü.yaml", "ends\n")]);

    put("a.yaml", "three");
    work.commit(1_600_000_100);
    assert_eq!(open().files("main", &yaml, MOST).unwrap().found[0].1, "three");
    // The far end is not needed for what is here.
    let repo = open();
    fs::rename(sandbox.path("shop"), sandbox.path("gone")).unwrap();
    assert_eq!(repo.files(&first, &yaml, MOST).unwrap().found[0].1, "one\n\ntwo");
    let missing = repo.files(&first, &|p| p == "b/other.txt", MOST).unwrap_err();
    assert!(matches!(missing, GitError::Remote { .. }), "{missing}");
    assert_eq!(repo.files(&first, &|_| false, MOST).unwrap(), Files::default());
}

#[test]
fn limits_name_the_file_or_the_number() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("shop");
    let put = |path: &str, size: usize| {
        fs::write(work.dir().join(path), vec![b'x'; size]).unwrap();
        work.git(0, &["add", "-A"]);
        work.commit(0);
    };
    let files = || {
        let roots = [sandbox.0.clone()];
        let repo = Repo::open(work.dir().to_str().unwrap(), &sandbox.path("cache"), &roots).unwrap();
        repo.files("", &|p| p.ends_with(".yaml"), MOST)
    };
    put("a.yaml", 100);
    assert_eq!(files().unwrap().found.len(), 1);
    put("b.yaml", 101);
    let said = files().unwrap_err().to_string();
    assert!(said.contains("'b.yaml' is not read: it has 101 bytes; at most 100"), "{said}");
    put("b.yaml", 60);
    assert!(files().unwrap_err().to_string().contains("more than 150 bytes in catalogue files"));
    for name in ["b.yaml", "c.yaml", "d.yaml"] {
        put(name, 1);
    }
    assert!(files().unwrap_err().to_string().contains("more than 3 catalogue files"));
    work.git(0, &["rm", "-q", "b.yaml", "c.yaml", "d.yaml"]);
    put("e\"\n.yaml", 1);
    assert!(files().unwrap_err().to_string().contains("name it differently"));
}
