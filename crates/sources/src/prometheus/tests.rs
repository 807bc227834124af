//! Answers written by hand, and real ones where the data folder is at hand.

use std::path::{Path, PathBuf};

use super::*;

fn vector(rows: &str) -> Answer<Sample> {
    read_instant(format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{rows}]}}}}"#).as_bytes()).unwrap()
}

fn matrix(values: &str) -> Vec<Series> {
    let body = format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{"job":"a"}},"values":[{values}]}}]}}}}"#
    );
    read_range(body.as_bytes()).unwrap().rows
}

fn value(reading: Result<Reading, PromError>) -> (f64, i64, usize, usize) {
    match reading {
        Ok(Reading::Value { value, at_us, n, left_out }) => (value, at_us, n, left_out),
        other => panic!("{other:?}"),
    }
}

fn reason(reading: Result<Reading, PromError>) -> String {
    match reading {
        Ok(Reading::NoData { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn requests() {
    let spec = instant("https://mon.example.org/prom/", "up == 1", 1_795_213_402_125_999).unwrap();
    assert_eq!(spec.url, "https://mon.example.org/prom/api/v1/query");
    assert_eq!(spec.query, [("query", "up == 1".to_owned()), ("time", "1795213402.125".to_owned())]);
    let spec = range("http://[::1]:9090/api/v1", "up", 0, 3_600_000_000, 60_000_000).unwrap();
    assert_eq!(spec.url, "http://[::1]:9090/api/v1/query_range");
    assert_eq!(spec.query[1..], [("start", "0.000".to_owned()), ("end", "3599.999".to_owned()), ("step", "60.000".to_owned())]);
    assert_eq!(seconds(-1), "-0.001");
    assert_eq!(seconds(-1_500_000), "-1.500");
    for base in ["", "mon.example.org", "https://", "https:///", "ftp://h", "https://h/?x", "https://h#x", "https://h /"] {
        assert!(matches!(instant(base, "up", 0), Err(PromError::Request { .. })), "{base}");
    }
    assert!(instant("https://h", " ", 0).is_err());
}

#[test]
fn ranges_that_the_server_would_refuse() {
    let ask = |from, to, step| range("https://h", "up", from, to, step).map(|_| ());
    assert_eq!(ask(0, 11_000 * 1000, 1000), Ok(()));
    let over = ask(0, 11_001 * 1000, 1000).unwrap_err().to_string();
    assert!(over.contains("11001") && over.contains("11000"), "{over}");
    for (from, to, step) in
        [(5, 5, 1000), (9_000, 5_000, 1000), (0, 5_000, 0), (0, 5_000, -1), (0, 5_000, 1500), (i64::MIN, i64::MAX, 1000)]
    {
        assert!(ask(from, to, step).is_err(), "{from} {to} {step}");
    }
}

#[test]
fn values_are_text_and_scalars_have_no_labels() {
    let got = vector(
        r#"{"metric":{"__name__":"a","l":"x\"y"},"value":[1795213402.125,"1e3"]},{"metric":{},"value":[1,"NaN"]},
           {"metric":{},"value":[0,"+Inf"]},{"metric":{},"value":[-1.5,"-Inf"]},{"metric":{},"value":[1e3,"-0.25"]}"#,
    );
    assert_eq!((got.rows[0].at_us, got.rows[0].value), (1_795_213_402_125_000, 1000.0));
    assert_eq!(answer::written(&got.rows[0].labels), r#"a{l="x\"y"}"#);
    assert!(got.rows[1].value.is_nan());
    assert_eq!((got.rows[2].value, got.rows[3].value), (f64::INFINITY, f64::NEG_INFINITY));
    assert_eq!((got.rows[3].at_us, got.rows[4].at_us, got.rows[4].value), (-1_500_000, 1_000_000_000, -0.25));
    // 8210.461 * 1000 is a little less than 8210461 in a double.
    assert_eq!(vector(r#"{"metric":{},"value":[8210.461,"1"]}"#).rows[0].at_us, 8_210_461_000);
    let scalar = read_instant(br#"{"status":"success","data":{"resultType":"scalar","result":[7.5,"42"]}}"#).unwrap();
    assert_eq!(scalar.rows, [Sample { labels: Default::default(), at_us: 7_500_000, value: 42.0 }]);
}

#[test]
fn warnings_are_kept_and_unknown_fields_do_no_harm() {
    let body = br#"{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[],"stats":{"x":1}},"warnings":["a store is away"],"infos":["hm"]}"#;
    let got = read_instant(body).unwrap();
    assert_eq!((got.rows.len(), got.warnings), (0, vec!["a store is away".to_owned(), "hm".to_owned()]));
    let null = br#"{"status":"success","data":{"resultType":"matrix","result":[]},"warnings":null}"#;
    assert_eq!(read_range(null).unwrap(), Answer { rows: vec![], warnings: vec![] });
}

#[test]
fn answers_that_are_none() {
    let read = |body: &[u8]| read_instant(body).unwrap_err();
    let html = read(b"\n<!DOCTYPE html><title>Sign in</title>");
    assert!(matches!(html, PromError::NotJson { html: true, .. }), "{html:?}");
    assert!(html.to_string().contains("web page"));
    for body in [&b""[..], b"404 page not found", b"\xff\xfe", b"nope"] {
        assert!(matches!(read(body), PromError::NotJson { html: false, .. }), "{body:?}");
    }
    let whole = br#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"2"]}]}}"#;
    for cut in 1..whole.len() {
        assert_eq!(read(&whole[..cut]), PromError::Truncated { bytes: cut });
    }
    let refused = read(br#"{"status":"error","errorType":"bad_data","error":"parse error: unexpected end of input","data":null}"#);
    assert_eq!(refused.to_string(), "The server refused the query (bad_data): parse error: unexpected end of input");
    for (kind, result) in [("matrix", "[]"), ("string", r#"[1,"x"]"#), ("streams", "[]")] {
        let body = format!(r#"{{"status":"success","data":{{"resultType":"{kind}","result":{result}}}}}"#);
        assert!(matches!(read(body.as_bytes()), PromError::ResultType { found, .. } if found == kind));
    }
    assert!(matches!(read_range(whole), Err(PromError::ResultType { .. })));
    for body in [
        r#"{}"#,
        r#"[]"#,
        "5",
        "null",
        r#"{"status":"success"}"#,
        r#"{"status":"odd"}"#,
        r#"{"status":"success","data":[]}"#,
        r#"{"status":"success","data":{"resultType":"vector","result":{}}}"#,
        r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}"#,
        r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,2]}]}}"#,
        r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e300,"2"]}]}}"#,
        r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"inf"]}]}}"#,
        r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,""]}]}}"#,
        r#"{"status":"success","data":x}"#,
    ] {
        assert!(matches!(read(body.as_bytes()), PromError::Shape { .. }), "{body}: {:?}", read(body.as_bytes()));
    }
    let native =
        br#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1","sum":"2"}]}]}}"#;
    assert_eq!(read(native), PromError::Histogram);
}

#[test]
fn one_sample_or_an_error_that_helps() {
    assert_eq!(value(reduce_instant(&vector(r#"{"metric":{},"value":[5,"0"]}"#).rows, None)), (0.0, 5_000_000, 1, 0));
    let two = vector(r#"{"metric":{"job":"a"},"value":[5,"1"]},{"metric":{"job":"b"},"value":[6,"4"]}"#).rows;
    let said = reduce_instant(&two, None).unwrap_err().to_string();
    assert!(said.contains(r#"{job="a"}, {job="b"}"#) && said.contains("sum(") && said.contains("2 series"), "{said}");
    let by = |across| value(reduce_instant(&two, Some(across))).0;
    assert_eq!([Across::Sum, Across::Mean, Across::Max, Across::Min].map(by), [5.0, 2.5, 4.0, 1.0]);
    assert_eq!(value(reduce_instant(&two, Some(Across::Sum))).1, 6_000_000);
    let many = vector(&vec![r#"{"metric":{},"value":[5,"1"]}"#; 25].join(",")).rows;
    assert!(reduce_instant(&many, None).unwrap_err().to_string().contains("and 15 more"));
}

#[test]
fn no_data_is_never_zero() {
    assert_eq!(reason(reduce_instant(&[], None)), "the query gave no sample");
    assert_eq!(reason(reduce_instant(&[], Some(Across::Sum))), "the query gave no sample");
    for (text, word) in [("NaN", "NaN"), ("+Inf", "+Inf"), ("-Inf", "-Inf"), ("1e999", "+Inf")] {
        let rows = vector(&format!(r#"{{"metric":{{"job":"a"}},"value":[5,"{text}"]}}"#)).rows;
        assert!(reason(reduce_instant(&rows, None)).contains(word));
    }
    let mixed = vector(r#"{"metric":{"job":"a"},"value":[5,"1"]},{"metric":{"job":"b"},"value":[5,"NaN"]}"#).rows;
    assert!(reason(reduce_instant(&mixed, Some(Across::Max))).contains(r#"{job="b"}"#));
    let huge = vector(r#"{"metric":{},"value":[5,"1e308"]},{"metric":{},"value":[5,"1e308"]}"#).rows;
    assert!(reason(reduce_instant(&huge, Some(Across::Sum))).contains("infinite"));
    let range = |values: &str, how| reason(reduce_range(&matrix(values), how, 0, 10_000_000));
    assert_eq!(reason(reduce_range(&[], How::Mean, 0, 1)), "the query gave no series");
    assert_eq!(range(r#"[10,"1"],[-1,"1"]"#, How::Mean), "no point lies in the period");
    assert!(range(r#"[1,"NaN"],[2,"+Inf"]"#, How::Mean).contains("all 2"));
    assert!(range(r#"[1,"1"],[2,"NaN"]"#, How::Last).contains("NaN"));
}

#[test]
fn points_of_a_period() {
    let rows = matrix(r#"[0,"3"],[1,"NaN"],[2,"1"],[3,"2"],[4,"10"],[5,"99"]"#);
    let by = |how| value(reduce_range(&rows, how, 0, 5_000_000));
    assert_eq!(by(How::Last), (10.0, 4_000_000, 1, 0));
    assert_eq!(by(How::Mean), (4.0, 4_000_000, 4, 1));
    assert_eq!((by(How::Max).0, by(How::Min).0, by(How::Sum).0), (10.0, 1.0, 16.0));
    // Sorted 1 2 3 10: rank 0.95 * 3 = 2.85, so 3 + 0.85 * 7.
    assert!((by(How::P95).0 - 8.95).abs() < 1e-12);
    assert_eq!(value(reduce_range(&rows, How::P95, 5_000_000, 6_000_000)), (99.0, 5_000_000, 1, 0));
    let mut two = rows.clone();
    two.extend(matrix(r#"[50,"1"]"#));
    assert_eq!(value(reduce_range(&two, How::Max, 0, 5_000_000)).0, 10.0);
    assert!(matches!(reduce_range(&two, How::Max, 0, 60_000_000), Err(PromError::Several { count: 2, .. })));
}

#[allow(clippy::disallowed_methods, reason = "a test has no configuration; this names test data only")]
fn data_folder() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var("BELLWETHER_DATA").map_or(beside, PathBuf::from)
}

#[test]
fn answers_of_a_real_server() {
    let folder = data_folder().join("prometheus");
    let files = ["api-instant-up.json", "api-range-up.json", "api-range-p95.json", "api-alerts.json", "api-rules.json"];
    let bodies = files.map(|f| std::fs::read(folder.join(f)).ok());
    println!("{} files not here", bodies.iter().filter(|b| b.is_none()).count());
    let [up, range_up, p95, alerts, rules] = bodies;
    if let Some(body) = up {
        let rows = read_instant(&body).unwrap().rows;
        assert_eq!(rows.iter().map(|s| s.value).collect::<Vec<_>>(), [1.0, 1.0, 1.0, 0.0]);
        assert!(rows.iter().all(|s| s.at_us == 1_795_213_402_125_000 && s.labels["__name__"] == "up"));
        let said = reduce_instant(&rows, None).unwrap_err().to_string();
        assert!(said.contains(r#"up{instance="127.0.0.1:19999",job="absent"}"#), "{said}");
        assert_eq!(value(reduce_instant(&rows, Some(Across::Mean))).0, 0.75);
    }
    if let Some(body) = range_up {
        let rows = read_range(&body).unwrap().rows;
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|s| s.points.windows(2).all(|w| w[1].0 - w[0].0 == 5_000_000)));
        let one = value(reduce_range(&rows[..1], How::Mean, 1_795_213_210_000_000, 1_795_213_220_000_000));
        assert_eq!(one, (1.0, 1_795_213_215_000_000, 2, 0));
    }
    if let Some(body) = p95 {
        let rows = read_range(&body).unwrap().rows;
        let got = value(reduce_range(&rows, How::Max, i64::MIN, i64::MAX));
        assert!((got.0 - 0.095).abs() < 1e-9 && got.2 == rows[0].points.len(), "{got:?}");
    }
    for body in [alerts, rules].into_iter().flatten() {
        assert!(matches!(read_instant(&body), Err(PromError::Shape { .. })));
    }
}
