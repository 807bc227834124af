//! The OpenAPI document as a test reads it: it judges answers, and makes bodies. The part of JSON Schema that the document
//! uses is written out here; a keyword that is not known is a fault, so that nothing goes unchecked by silence.

use kernel::testing::{Answer, TestApp};
use serde_json::{Map, Value, json};

/// Keywords that say nothing about what is valid.
const WORDS: [&str; 4] = ["description", "title", "default", "example"];

/// The document.
pub(crate) struct Api(pub(crate) Value);

/// Decides what stands in a body.
pub(crate) trait Pick {
    /// The value of a field of that name, if the picker knows the name.
    fn field(&mut self, name: &str, schema: &Value) -> Option<Value>;
    /// Whether a field that may be missing is there.
    fn optional(&mut self, name: &str) -> bool;
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize;
}

fn is_type(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

fn format_holds(format: &str, text: &str) -> bool {
    match format {
        "uuid" => text.parse::<kernel::ids::Id>().is_ok(),
        "date-time" => kernel::time::Time::parse(text).is_ok(),
        "email" => text.contains('@'),
        // Of numbers; where one of several types may stand, a text is held against it too and fails by its type.
        "double" | "float" | "int32" | "int64" => true,
        other => panic!("no format {other}"),
    }
}

impl Api {
    /// Asks for it as anybody does.
    pub(crate) async fn of(t: &TestApp) -> Self {
        Self(t.client().get("/api/v1/openapi.json").await.expect(200).json())
    }

    /// What the document says about a route.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        self.0["paths"].get(path)?.get(method.to_lowercase())
    }

    /// Follows a reference.
    pub(crate) fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let Some(to) = schema["$ref"].as_str() else { return schema };
        let pointer = to.strip_prefix('#').unwrap_or_else(|| panic!("{to} leads out of the document"));
        self.follow(self.0.pointer(pointer).unwrap_or_else(|| panic!("{to} leads nowhere")))
    }

    /// The schema of a route's body.
    pub(crate) fn body(&self, method: &str, path: &str) -> Option<&Value> {
        self.operation(method, path)?.pointer("/requestBody/content/application~1json/schema")
    }

    /// Every way in which a value does not fit.
    pub(crate) fn faults(&self, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
        let schema = self.follow(schema);
        let Some(rules) = schema.as_object() else {
            out.push(format!("{at}: {schema} is no schema"));
            return;
        };
        for (key, rule) in rules {
            let number = || value.as_f64().zip(rule.as_f64());
            let length = || value.as_str().map(|t| t.chars().count() as u64).zip(rule.as_u64());
            let many = || value.as_array().map(|a| a.len() as u64).zip(rule.as_u64());
            let each = || rule.as_array().unwrap_or_else(|| panic!("{at}: {key} is no list"));
            let fits = |s: &Value| {
                let mut inner = Vec::new();
                self.faults(s, value, at, &mut inner);
                inner.is_empty()
            };
            let good = match key.as_str() {
                "type" => match rule {
                    Value::Array(kinds) => kinds.iter().any(|k| is_type(value, k.as_str().unwrap_or(""))),
                    kind => is_type(value, kind.as_str().unwrap_or("")),
                },
                "properties" => {
                    for (name, inner) in rule.as_object().into_iter().flatten() {
                        if let Some(found) = value.get(name) {
                            self.faults(inner, found, &format!("{at}/{name}"), out);
                        }
                    }
                    true
                }
                "required" => !value.is_object() || each().iter().all(|n| value.get(n.as_str().unwrap_or("")).is_some()),
                "additionalProperties" => {
                    let known = |name: &String| rules.get("properties").is_some_and(|p| p.get(name).is_some());
                    let others = value.as_object().into_iter().flatten().filter(|(name, _)| !known(name));
                    let mut closed = false;
                    for (name, found) in others {
                        closed |= *rule == json!(false);
                        if rule.is_object() {
                            self.faults(rule, found, &format!("{at}/{name}"), out);
                        }
                    }
                    !closed
                }
                "propertyNames" => {
                    for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
                        self.faults(rule, &json!(name), &format!("{at}/{name}"), out);
                    }
                    true
                }
                "items" => {
                    for (i, found) in value.as_array().into_iter().flatten().enumerate() {
                        self.faults(rule, found, &format!("{at}/{i}"), out);
                    }
                    true
                }
                "enum" => each().contains(value),
                "oneOf" => each().iter().filter(|s| fits(s)).count() == 1,
                "allOf" => each().iter().all(fits),
                "minimum" => number().is_none_or(|(found, least)| found >= least),
                "maximum" => number().is_none_or(|(found, most)| found <= most),
                "minLength" => length().is_none_or(|(found, least)| found >= least),
                "maxLength" => length().is_none_or(|(found, most)| found <= most),
                "minItems" => many().is_none_or(|(found, least)| found >= least),
                "maxItems" => many().is_none_or(|(found, most)| found <= most),
                "format" if value.is_string() => format_holds(rule.as_str().unwrap_or(""), value.as_str().unwrap_or("")),
                // How wide a number is; JSON has one kind.
                "format" => true,
                word => {
                    assert!(WORDS.contains(&word), "{at}: nobody taught this test what {word} means");
                    true
                }
            };
            if !good {
                out.push(format!("{at}: {value} does not fit {key} {rule}"));
            }
        }
    }

    /// What is wrong with an answer, by what the document says about its route.
    pub(crate) fn judge(&self, method: &str, path: &str, answer: &Answer) -> Vec<String> {
        let Some(said) = self.operation(method, path) else { return vec![format!("{method} {path} is not in the document")] };
        let Some(found) = said["responses"].get(answer.status.to_string()) else {
            return vec![format!(
                "{method} {path} answers {}, of which the document does not speak: {}",
                answer.status, answer.text
            )];
        };
        let media = answer.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        let Some(content) = found["content"].as_object() else {
            return if answer.text.is_empty() { Vec::new() } else { vec![format!("{method} {path}: a body that nobody spoke of")] };
        };
        let Some(content) = content.get(media) else { return vec![format!("{method} {path}: {media} instead of {content:?}")] };
        let mut out = Vec::new();
        self.faults(&content["schema"], &answer.json(), &format!("{method} {path} {}", answer.status), &mut out);
        out
    }

    /// A value that fits a schema.
    pub(crate) fn make(&self, schema: &Value, pick: &mut dyn Pick) -> Value {
        let schema = self.follow(schema);
        if let Some(all) = schema["allOf"].as_array() {
            let mut out = Map::new();
            for part in all {
                out.extend(self.make(part, pick).as_object().cloned().unwrap_or_default());
            }
            return Value::Object(out);
        }
        if let Some(one) = schema["oneOf"].as_array() {
            let real: Vec<&Value> = one.iter().filter(|s| s["type"] != "null").collect();
            return self.make(real[pick.below(real.len())], pick);
        }
        if let Some(choices) = schema["enum"].as_array() {
            return choices[pick.below(choices.len())].clone();
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => vec![kind.as_str().unwrap_or("")],
        };
        match kinds[0] {
            "object" => {
                let mut out = Map::new();
                let required = schema["required"].as_array();
                for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
                    let needed = required.is_some_and(|r| r.iter().any(|n| n == name));
                    if needed || pick.optional(name) {
                        let value = pick.field(name, inner).unwrap_or_else(|| self.make(inner, pick));
                        out.insert(name.clone(), value);
                    }
                }
                Value::Object(out)
            }
            "array" => json!([self.make(&schema["items"], pick)]),
            "string" if schema["format"] == "uuid" => json!("01900000-0000-7000-8000-000000000000"),
            "string" => json!("a text of some length"),
            "integer" => json!(schema["minimum"].as_i64().unwrap_or(0) + i64::try_from(pick.below(3)).unwrap_or(0)),
            "number" => json!(pick.below(100)),
            "boolean" => json!(pick.below(2) == 1),
            other => panic!("no value of type {other}"),
        }
    }
}
