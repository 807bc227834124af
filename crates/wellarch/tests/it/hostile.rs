//! Files that mean harm, or came out of a broken program: refused with the place, or harmless.

use wellarch::{File, Form, LONGEST, Part};

use crate::{question, read};

const RULES: &str = "{ when: \"a && b\", then: none }\n{ when: a, then: medium }\n{ default: high }";

fn json(rule: &str) -> String {
    format!(
        r#"{{"schemaVersion": "2021-11-01", "name": "N", "description": "D", "pillars": [{{"id": "ppp", "name": "P",
"questions": [{{"id": "qqq", "title": "T", "choices": [{{"id": "a", "title": "A"}}, {{"id": "b", "title": "B"}}],
"riskRules": [{{"condition": "{rule}", "risk": "NO_RISK"}}, {{"condition": "default", "risk": "HIGH_RISK"}}]}}]}}]}}"#
    )
}

#[test]
fn refused_with_the_place() {
    let good = question(&["a", "b"], RULES);
    let changed = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replacen(from, to, 1)
    };
    let deep = |open: &str, close: &str, n: usize| json(&format!("{}a{}", open.repeat(n), close.repeat(n)));
    let cases: Vec<(String, &str, &str)> = vec![
        (String::new(), "line 1, column 1", "empty"),
        ("null".into(), "line 1", "no pillars"),
        ("[]".into(), "line 1, column 1", "no pillars"),
        ("{}".into(), "line 1, column 1", "no pillars"),
        ("[1, 2".into(), "line 1, column 6", "comma or ]"),
        ("just words".into(), "line 1", "has to be a mapping"),
        (json("a").replace("}]}]}", "}]}]"), "line 3", "comma or }"),
        (json("a").replace("\"name\": \"N\"", "\"name\": \"N\", \"name\": \"M\""), "line 1, column 46", "“name” stands twice"),
        (changed("name: Small", "name: Small\nname: Large"), "line 3, column 1", "“name” stands twice"),
        (changed("name: Small", "name: [a, b]"), "line 2, column 7", "has to be text; this is a list"),
        (changed("pillars:", "pillars: 7\nother:"), "line 4, column 10", "has to be a list; this is a number"),
        (changed("id: b", "id: a"), "line 15, column", "two choices “a”"),
        (changed("id: ONE-01", "id: \"\""), "line 8, column 13", "needs an “id”"),
        (changed("then: none", "then: nothing"), "line 21, column 36", "“nothing” is no risk"),
        (changed("a && b", "a & b"), "line 21, column 22", "stands alone"),
        (changed("{ default: high }", "{ default: high, when: a }"), "line 23, column 13", "has to be {"),
        (changed("title: How?", "maps: { aws: [{ a: b }] }\n        title: How?"), "line 9, column 20", "an id or a list of ids"),
        (json("a &&"), "line 3, column 35", "ends in the middle"),
        (json("(a"), "line 3, column 33", "closing"),
        (json("a == b"), "line 3, column 33", "means nothing"),
        (json("a; DROP TABLE lens"), "line 3, column 32", "means nothing"),
        (deep("(", ")", 33), "line 3, column 63", "32 deep"),
        (deep("!(", ")", 3_000), "line 3", "32 deep"),
        (json(&"a||".repeat(3_334)), "line 3", "longer than"),
        (format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)), "line 1, column 34", "nested more than 32"),
        (format!("pillars: {}", "{a: ".repeat(50_000)), "line 1", ""),
        (format!("{}x", "- ".repeat(100_000)), "line 1", ""),
        (
            format!("pillars:\n{}", (0..2_000).map(|i| format!("{}a:\n", " ".repeat(i + 1))).collect::<String>()),
            "line 33",
            "nested more",
        ),
        ("a: &x [*x]".into(), "line 1, column", "Anchors"),
        ("a: &a [l, l]\nb: &b [*a, *a]\nc: [*b, *b]".into(), "line 1", "Anchors"),
        ("a: !!python/object:os.system x".into(), "line 1", "tag"),
        ("lens: x\n--- \nlens: y".into(), "line 2", "second document"),
        ("\u{0}".into(), "line 1", ""),
        (changed("name: Small", "name: \"a\0b\""), "line 2", ""),
    ];
    for (text, place, says) in cases {
        let shown: String = text.chars().take(80).collect();
        let why = read(&text).err().unwrap_or("TAKEN".into());
        if !(why.contains(place) && why.contains(says)) {
            println!("XX {shown}\n  {place} {says}\n   {why}");
        }
        assert!(why.len() < 20_000, "{shown}: {}", why.len());
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_the_place() {
    let mut bytes = question(&["a", "b"], RULES).into_bytes();
    bytes[12] = 0xFF;
    assert!(read(&bytes).unwrap_err().contains("line 2, column 1: The file is not UTF-8"));
    let wide: Vec<u8> = "lens: x".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read([&[0xFF, 0xFE], wide.as_slice()].concat()).unwrap_err().contains("not UTF-8"));
}

#[test]
fn a_character_too_many_is_refused_and_the_last_one_is_not() {
    let good = json("a");
    let padded = |n: usize| format!("{good}{}", " ".repeat(n - good.chars().count()));
    assert!(read(padded(LONGEST)).is_ok());
    let why = read(padded(LONGEST + 1)).unwrap_err();
    assert_eq!(why, "The lens has 500001 characters; at most 500000 are taken.");
    // Characters count, not bytes.
    let wide = good.replace("\"N\"", &format!("\"{}\"", "é".repeat(LONGEST - good.chars().count())));
    assert!(wide.len() > LONGEST && read(&wide).is_ok());
    // A folder counts as a whole.
    let half = format!("id: p\nname: P\nquestions: []\n# {}\n", "x".repeat(LONGEST / 2));
    let head = "lens: l\nname: L\nversion: \"1\"\npillars: [one, two]\n";
    let part = |name, text: &'static str| Part { name, bytes: text.as_bytes() };
    let half: &'static str = half.leak();
    let faults = File::read(&[part("lens.yaml", head), part("one.yaml", half), part("two.yaml", half)]).unwrap_err();
    assert!(faults[0].message.contains("at most 500000"), "{faults:?}");
}

#[test]
fn a_hostile_file_has_a_bounded_answer() {
    let many = "{ then: x }\n".repeat(20_000);
    let why = read(question(&["a"], &many)).unwrap_err();
    assert!(why.lines().count() <= 100, "{}", why.lines().count());
    let rules: String = (0..300).map(|i| format!("{{ when: \"zebra{i}\", then: none }}\n")).collect();
    let file = read(question(&["a"], &rules)).unwrap();
    assert!(file.check(true).len() < 2_000);
}

#[test]
fn sixty_five_choices_are_refused_and_sixty_four_are_not() {
    let ids: Vec<String> = (0..65).map(|i| format!("c{i}")).collect();
    let of = |n: usize| {
        question(&ids[..n].iter().map(String::as_str).collect::<Vec<_>>(), "{ when: c0, then: none }\n{ default: high }")
    };
    assert!(read(of(64)).is_ok());
    assert!(read(of(65)).unwrap_err().contains("65 choices; at most 64"));
}

#[test]
fn text_is_text_whatever_it_looks_like() {
    let title = r#"<img src=x onerror=alert(1)> ${7*7} {{7*7}} '; DROP TABLE lens; -- \u202e"#;
    let quoted = title.replace('\\', "\\\\").replace('"', "\\\"");
    let text = json("a").replace("\"title\": \"A\"", &format!("\"title\": \"{quoted}\""));
    let file = read(&text).unwrap();
    let q = file.lens.question("qqq").unwrap();
    assert_eq!(q.choices[0].title, title);
    let again = read(file.export(Form::Own)).unwrap();
    assert_eq!(again.lens.question("qqq").unwrap().choices[0].title, title);
    assert!(file.check(false).iter().any(|f| f.code == "markup"));
}

#[test]
fn oddities_of_real_programs_are_taken() {
    let text = json("a").replace('\n', "\r\n").replace("\"name\": \"N\"", "\"name\": \"N\", \"_version\": NaN, \"x\": -Infinity");
    let bytes = [b"\xEF\xBB\xBF", text.as_bytes(), b"\r\n \t"].concat();
    let file = read(&bytes).unwrap();
    assert_eq!(file.export(Form::Aws), bytes);
    let codes: Vec<&str> = file.check(false).iter().map(|f| f.code).collect();
    assert!(codes.contains(&"byte-order-mark") && codes.iter().filter(|c| **c == "not-a-number").count() == 2, "{codes:?}");
    let bare = json("a").replace("\"title\": \"A\"", "\"title\": NaN");
    let file = read(&bare).unwrap();
    assert_eq!(file.lens.question("qqq").unwrap().choices[0].title, "NaN");
    assert!(file.check(false).iter().any(|f| f.code == "not-a-number"));
}

#[test]
fn a_folder_is_read_whole_or_not_at_all() {
    let pillar = "id: one\nname: One\nquestions: []\n";
    let head = "lens: l\nname: L\nversion: \"1\"\npillars: [one]\n";
    let of = |parts: &[(&str, &str)]| {
        let parts: Vec<Part<'_>> = parts.iter().map(|(name, text)| Part { name, bytes: text.as_bytes() }).collect();
        File::read(&parts).map_err(|f| f.iter().map(|f| format!("{}: {f}", f.at.file)).collect::<Vec<_>>().join("; "))
    };
    assert!(of(&[("lens.yaml", head), ("one.yaml", pillar)]).is_ok());
    assert!(of(&[]).unwrap_err().contains("no file"));
    assert!(of(&[("a.yaml", pillar), ("b.yaml", pillar)]).unwrap_err().contains("no lens.yaml"));
    assert!(of(&[("lens.yaml", head), ("two.yaml", pillar)]).unwrap_err().contains("no file one.yaml"));
    assert!(of(&[("lens.yaml", head), ("one.yaml", "a: [")]).unwrap_err().starts_with("1: line"));
    assert!(of(&[("lens.yaml", head)]).unwrap_err().contains("files of their own"));
    let stray = of(&[("lens.yaml", head), ("one.yaml", pillar), ("two.yaml", pillar)]).unwrap();
    assert!(stray.check(false).iter().any(|f| f.code == "stray-file" && f.at.file == 2));
}
