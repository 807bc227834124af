//! utoipa writes a flattened or tagged struct as `allOf` of its parts. A part that takes no other field refuses the fields
//! of the others, so no value would fit: parts that are objects are made one.

use serde_json::{Map, Value, json};

/// Makes one of what stands under `allOf`, everywhere.
pub(super) fn merge(schemas: &mut Map<String, Value>) {
    let all = schemas.clone();
    schemas.values_mut().for_each(|schema| walk(schema, &all));
}

fn walk(value: &mut Value, all: &Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            if let Some(parts) = fields.get("allOf").and_then(Value::as_array)
                && let Some(mut one) = whole(parts, all)
            {
                fields.remove("allOf");
                one.append(fields);
                *fields = one;
            }
            fields.values_mut().for_each(|v| walk(v, all));
        }
        Value::Array(items) => items.iter_mut().for_each(|v| walk(v, all)),
        _ => {}
    }
}

/// One object with the fields of all parts; none if a part is no object.
fn whole(parts: &[Value], all: &Map<String, Value>) -> Option<Map<String, Value>> {
    let (mut properties, mut required, mut closed) = (Map::new(), Vec::new(), false);
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(to) => all.get(to.strip_prefix("#/components/schemas/")?)?,
            None => part,
        };
        properties.append(&mut part["properties"].as_object()?.clone());
        required.extend(part["required"].as_array().into_iter().flatten().cloned());
        closed |= part["additionalProperties"] == json!(false);
    }
    let mut one = Map::new();
    one.insert("type".into(), json!("object"));
    one.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        one.insert("required".into(), Value::Array(required));
    }
    if closed {
        one.insert("additionalProperties".into(), json!(false));
    }
    Some(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_and_a_closed_body_become_one_closed_body() {
        let text = json!({ "type": "string" });
        let mut schemas = json!({
            "Git": { "type": "object", "properties": { "url": text }, "required": ["url"], "additionalProperties": false },
            "Pull": { "oneOf": [{ "description": "git", "allOf": [
                { "$ref": "#/components/schemas/Git" },
                { "type": "object", "properties": { "kind": text }, "required": ["kind"] },
            ] }] },
            "Either": { "allOf": [text] },
        });
        merge(schemas.as_object_mut().unwrap());
        let expected = json!({ "description": "git", "type": "object", "properties": { "url": text, "kind": text },
            "required": ["url", "kind"], "additionalProperties": false });
        assert_eq!(schemas["Pull"]["oneOf"][0], expected);
        assert_eq!(schemas["Either"], json!({ "allOf": [text] }));
    }
}
