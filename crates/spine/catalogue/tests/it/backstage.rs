//! Backstage catalogues: small ones of our own, hostile ones, and real ones where they are.

use std::path::PathBuf;

use catalogue::backstage::{EntityKind, Facts, MAX_FILE, Reading, read};

const HEAD: &str = "apiVersion: backstage.io/v1alpha1\n";

fn one(text: &str) -> Reading {
    read([("catalog-info.yaml", text)])
}

/// A Component of a name and an owner.
fn component(name: &str, rest: &str) -> String {
    format!("{HEAD}kind: Component\nmetadata:\n  name: {name}\nspec:\n  owner: payments\n{rest}")
}

/// The only reason for which a file or an entity is refused.
fn refusal(text: &str) -> (String, String) {
    let got = one(text);
    assert_eq!((got.refused.len(), got.entities.len()), (1, 0), "{got:?}");
    (got.refused[0].r#where.clone(), got.refused[0].why.clone())
}

#[test]
fn a_catalogue_of_several_documents_is_read() {
    let text = format!(
        "{HEAD}kind: Group\nmetadata: {{ name: digital }}\nspec: {{ children: [] }}\n---\n\
         {HEAD}kind: Group\nmetadata: {{ name: payments, title: Payments }}\nspec: {{ parent: digital, children: [] }}\n---\n\
         {HEAD}kind: System\nmetadata: {{ name: Claims, namespace: eu }}\nspec: {{ owner: 'group:default/payments', x-own: 1 }}\n---\n\
         {HEAD}kind: Component\nmetadata: {{ name: intake, namespace: eu }}\nspec: {{ owner: Team-9, system: claims, lifecycle: production }}\n---\n\
         {HEAD}kind: Component\nmetadata: {{ name: alone }}\nspec: {{ owner: payments }}\n---\n\
         {HEAD}kind: User\nmetadata: {{ name: grace }}\nspec: {{ memberOf: [payments] }}\n"
    );
    let got = one(&text);
    assert!(got.refused.is_empty(), "{got:?}");
    assert_eq!((got.entities.len(), got.skipped), (5, 1));
    let f = &got.facts;
    assert_eq!((f.documents, f.groups, f.teams, f.workloads, f.workloads_of_components, f.services), (6, 1, 1, 2, 1, 2));
    let intake = &got.entities[3];
    assert_eq!(intake.kind, EntityKind::Component);
    assert_eq!(intake.reference.as_str(), "component:eu/intake");
    assert_eq!(intake.owner.as_ref().unwrap().as_str(), "group:eu/team-9");
    assert_eq!(intake.system.as_ref().unwrap().as_str(), "system:eu/claims");
    assert_eq!(intake.lifecycle, "production");
    assert_eq!(got.entities[1].name, "Payments");
    assert_eq!(got.entities[2].owner.as_ref().unwrap().as_str(), "group:default/payments");
    assert!(got.entities[1].place.starts_with("catalog-info.yaml:"), "{}", got.entities[1].place);
}

#[test]
fn an_entity_with_a_fault_is_refused_alone() {
    let text = format!("{}---\n{}", component("good", ""), component("'<script>alert(1)</script>'", ""));
    let got = one(&text);
    assert_eq!((got.entities.len(), got.refused.len()), (1, 1), "{got:?}");
    assert!(got.refused[0].why.contains("metadata.name"), "{:?}", got.refused);
    assert!(got.refused[0].r#where.starts_with("catalog-info.yaml:"), "{:?}", got.refused);
}

#[test]
fn each_fault_of_an_entity_is_named() {
    let title = |t: &str| component("a", "").replace("  name: a\n", &format!("  name: a\n  title: {t}\n"));
    for (text, part) in [
        ("just text".to_owned(), "no entity"),
        ("- 1\n- 2\n".to_owned(), "no entity"),
        ("kind: Group\nmetadata: { name: a }\n".to_owned(), "apiVersion is missing"),
        (format!("{HEAD}metadata: {{ name: a }}\n"), "kind is missing"),
        (format!("{HEAD}kind: Group\n"), "metadata.name is missing"),
        (format!("{HEAD}kind: Group\nmetadata: {{ name: [a] }}\n"), "metadata.name is no text"),
        (component("'${{ values.name }}'", ""), "placeholder"),
        (component(&"a".repeat(64), ""), "1 to 63"),
        (component("a--b", ""), "1 to 63"),
        (title("\"a\\u001b[31m\""), "control character"),
        (title(&"x".repeat(201)), "at most 200"),
        (component("a", "").replace("owner: payments", "owner: user:grace"), "not a person"),
        (component("a", "").replace("  owner: payments\n", "  type: service\n"), "spec.owner is missing"),
        (component("a", "").replace("owner: payments", "owner: { $text: ./owner }"), "not fetched"),
        (component("a", "  system: '../../etc'\n"), "spec.system"),
        (format!("{HEAD}kind: Group\nmetadata: {{ name: a }}\nspec: {{ children: many }}\n"), "no list"),
    ] {
        let (_, why) = refusal(&text);
        assert!(why.contains(part), "{text}: {why}");
    }
}

#[test]
fn a_second_entity_of_one_reference_is_refused_with_the_place_of_the_first() {
    let got = read([("a.yaml", component("intake", "").as_str()), ("b.yaml", component("INTAKE", "").as_str())]);
    assert_eq!((got.entities.len(), got.refused.len()), (1, 1));
    assert!(got.refused[0].r#where.starts_with("b.yaml") && got.refused[0].why.contains("a.yaml:1"), "{:?}", got.refused);
}

#[test]
fn a_file_that_cannot_be_read_is_refused_whole_and_the_others_are_taken() {
    let bad = format!("{}---\nkind: [\n", component("lost", ""));
    let got = read([("bad.yaml", bad.as_str()), ("good.yaml", component("kept", "").as_str())]);
    assert_eq!(got.entities.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["kept"]);
    assert_eq!(got.refused.len(), 1);
    assert!(got.refused[0].r#where.starts_with("bad.yaml"), "{:?}", got.refused);
}

#[test]
fn files_made_to_exhaust_are_refused() {
    let deep = format!("a: {}1{}", "[".repeat(5000), "]".repeat(5000));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let line = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("a{i}: &a{i} [{line}]\n"));
    }
    let huge = "#".repeat(MAX_FILE + 1);
    let many = format!("{}---\n", component("a", "")).repeat(10_001);
    let itself = "a: &a [*a]\n".to_owned();
    for text in [deep, bomb, huge, many, itself, "a: b\0c\n".into(), "a: 1\na: 2\n".into()] {
        let (place, why) = refusal(&text);
        assert!(place.starts_with("catalog-info.yaml"), "{place}");
        assert!(!why.is_empty() && why.len() < 1000, "{why}");
    }
    assert_eq!(refusal("a: 1\nb: x\0\n").0, "catalog-info.yaml:2");
}

#[test]
fn nothing_in_nothing() {
    for text in ["", "\u{feff}", "# a comment\n", "---\n---\n# none\n"] {
        let got = one(text);
        assert_eq!((got.facts, got.refused.len()), (Facts::default(), 0), "{text}");
    }
}

/// Name, kinds with their number, names, taken, skipped.
type Real<'a> = (&'a str, &'a [(&'a str, usize)], &'a [&'a str], usize, usize);

#[test]
fn real_catalogues_have_the_facts_that_their_list_states() {
    let data = std::env::var_os("BELLWETHER_DATA").map(PathBuf::from);
    // Relative to the root of the repository.
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let folder = root.join(data.unwrap_or_else(|| "../shared/data".into())).join("backstage");
    let expected: [Real; 4] = [
        (
            "create-app-entities.yaml",
            &[("API", 1), ("Component", 1), ("System", 1)],
            &["examples", "example-website", "example-grpc-api"],
            2,
            1,
        ),
        ("create-app-org.yaml", &[("Group", 1), ("User", 1)], &["guest", "guests"], 1, 1),
        ("acme-org.yaml", &[("Group", 1), ("Location", 1)], &["acme-corp", "example-groups"], 1, 1),
        (
            "acme-team-a-group.yaml",
            &[("Group", 1), ("User", 5)],
            &["team-a", "breanna.davison", "janelle.dawe", "nigel.manning", "guest", "guest"],
            1,
            5,
        ),
    ];
    let mut missing = 0;
    for (name, kinds, names, taken, skipped) in expected {
        let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
            missing += 1;
            continue;
        };
        let got = read([(name, text.as_str())]);
        let kinds: Vec<_> = kinds.iter().map(|(k, n)| (format!("backstage.io/v1alpha1/{k}"), *n)).collect();
        assert_eq!(got.facts.kinds.clone().into_iter().collect::<Vec<_>>(), kinds, "{name}");
        assert_eq!(got.facts.names, names, "{name}");
        assert_eq!(got.facts.documents, names.len(), "{name}");
        assert_eq!((got.entities.len(), got.skipped, got.refused.len()), (taken, skipped, 0), "{name}: {:?}", got.refused);
    }
    if missing > 0 {
        eprintln!("{missing} files not here");
    }
}
