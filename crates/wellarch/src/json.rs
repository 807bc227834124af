//! JSON as published lens files have it: a byte order mark, bare `NaN`, any line ends. Reads with places, writes in order.
//!
//! A key that stands twice and half a surrogate pair are refused: two programs would read two different lenses.

use crate::tree::{DEEPEST, Fault, Member, Node, Place, Value};

/// Reads a document.
///
/// # Errors
/// The first fault, with its place.
pub fn read(text: &str) -> Result<Node, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text, line: 1, column: 1 };
    reader.blank();
    let node = reader.node(0)?;
    reader.blank();
    match reader.peek() {
        None => Ok(node),
        Some(c) => Err(reader.fault(format!("{} stands after the end of the document. Remove it.", shown(c)))),
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

fn shown(c: char) -> String {
    if c.is_control() { format!("The character U+{:04X}", u32::from(c)) } else { format!("“{c}”") }
}

impl Reader<'_> {
    fn at(&self) -> Place {
        Place { file: 0, line: self.line, column: self.column }
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.at(), message)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let Some(after) = self.rest.strip_prefix(word) else { return false };
        if after.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = after;
        self.column += u32::try_from(word.len()).unwrap_or(0);
        true
    }

    fn node(&mut self, depth: usize) -> Result<Node, Fault> {
        let at = self.at();
        if depth > DEEPEST {
            return Err(self.fault(format!("This is nested more than {DEEPEST} deep; no lens is.")));
        }
        let value = match self.peek() {
            None => return Err(self.fault("The file ends here, in the middle. Is it complete?")),
            Some('{') => Value::Map(self.map(depth)?),
            Some('[') => Value::List(self.list(depth)?),
            Some('"') => Value::Text(self.string()?),
            Some(c) if c == '-' || c.is_ascii_digit() => Value::Number(self.number()?),
            Some(c) => {
                if self.word("true") {
                    Value::Bool(true)
                } else if self.word("false") {
                    Value::Bool(false)
                } else if self.word("null") {
                    Value::Null
                } else if self.word("NaN") {
                    Value::Number("NaN".into())
                } else if self.word("Infinity") {
                    Value::Number("Infinity".into())
                } else {
                    return Err(self.fault(format!("{} cannot begin a value. Text stands in double quotes.", shown(c))));
                }
            }
        };
        Ok(Node { value, at })
    }

    fn map(&mut self, depth: usize) -> Result<Vec<Member>, Fault> {
        self.next();
        let mut members: Vec<Member> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        self.blank();
        if self.peek() == Some('}') {
            self.next();
            return Ok(members);
        }
        loop {
            self.blank();
            if self.peek() != Some('"') {
                return Err(self.fault(match self.peek() {
                    Some('}') => "There is a comma too many before this bracket.".to_owned(),
                    _ => "A key in double quotes belongs here.".to_owned(),
                }));
            }
            let at = self.at();
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                return Err(Fault::new(at, format!("The key “{key}” stands twice in this object. Remove one.")));
            }
            self.blank();
            if self.peek() != Some(':') {
                return Err(self.fault(format!("A colon belongs after “{key}”.")));
            }
            self.next();
            self.blank();
            let node = self.node(depth + 1)?;
            members.push((key, node));
            self.blank();
            match self.peek() {
                Some(',') => self.next(),
                Some('}') => {
                    self.next();
                    return Ok(members);
                }
                _ => return Err(self.fault("A comma or } belongs here.")),
            };
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Fault> {
        self.next();
        let mut items = Vec::new();
        self.blank();
        if self.peek() == Some(']') {
            self.next();
            return Ok(items);
        }
        loop {
            self.blank();
            if self.peek() == Some(']') {
                return Err(self.fault("There is a comma too many before this bracket."));
            }
            items.push(self.node(depth + 1)?);
            self.blank();
            match self.peek() {
                Some(',') => self.next(),
                Some(']') => {
                    self.next();
                    return Ok(items);
                }
                _ => return Err(self.fault("A comma or ] belongs here.")),
            };
        }
    }

    fn number(&mut self) -> Result<String, Fault> {
        let start = self.fault("");
        if self.word("-Infinity") {
            return Ok("-Infinity".into());
        }
        let raw: String = self.rest.chars().take_while(|c| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).collect();
        for _ in raw.chars() {
            self.next();
        }
        if is_number(&raw) {
            Ok(raw)
        } else {
            Err(Fault { message: format!("“{raw}” is no number as JSON writes them."), ..start })
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at();
        self.next();
        let mut out = String::new();
        loop {
            // Everything up to the next character that means something, in one go.
            let plain = self.rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(self.rest.len());
            out.push_str(&self.rest[..plain]);
            self.column += u32::try_from(self.rest[..plain].chars().count()).unwrap_or(0);
            self.rest = &self.rest[plain..];
            match self.next() {
                None => return Err(Fault::new(start, "This text has no closing quote.")),
                Some('"') => return Ok(out),
                Some('\\') => out.push(self.escape()?),
                Some(c) => {
                    let mut at = self.at();
                    at.column = at.column.saturating_sub(1).max(1);
                    let name = if c == '\n' || c == '\r' { "A line break" } else { "A control character" };
                    return Err(Fault::new(
                        at,
                        format!("{name} stands inside a text. Write it as \\n, \\t or \\u{:04x}.", u32::from(c)),
                    ));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let at = self.at();
        Ok(match self.next() {
            Some('"') => '"',
            Some('\\') => '\\',
            Some('/') => '/',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let broken = || Fault::new(at, "This escape is half of a character that takes two. Write the character itself.");
                let high = self.hex(at)?;
                match high {
                    0xD800..=0xDBFF => {
                        if !self.rest.starts_with("\\u") {
                            return Err(broken());
                        }
                        self.next();
                        self.next();
                        let low = self.hex(at)?;
                        if !(0xDC00..=0xDFFF).contains(&low) {
                            return Err(broken());
                        }
                        char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)).ok_or_else(broken)?
                    }
                    _ => char::from_u32(high).ok_or_else(broken)?,
                }
            }
            _ => return Err(Fault::new(at, "A backslash begins no known escape here. Double it to mean a backslash.")),
        })
    }

    fn hex(&mut self, at: Place) -> Result<u32, Fault> {
        let mut n = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|c| c.to_digit(16));
            n = n * 16 + digit.ok_or_else(|| Fault::new(at, "Four hexadecimal digits belong after \\u."))?;
        }
        Ok(n)
    }
}

/// True if the text is a number by JSON's grammar.
#[must_use]
pub fn is_number(raw: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let raw = raw.strip_prefix('-').unwrap_or(raw);
    let (mantissa, exponent) = match raw.find(['e', 'E']) {
        Some(i) => (&raw[..i], Some(&raw[i + 1..])),
        None => (raw, None),
    };
    let (whole, part) = match mantissa.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && part.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// Writes a document with two blanks a level and a line break at the end.
#[must_use]
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    put(&mut out, node, 0);
    out.push('\n');
    out
}

fn put(out: &mut String, node: &Node, depth: usize) {
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(raw) => out.push_str(raw),
        Value::Text(text) => quote(out, text),
        Value::List(items) if items.is_empty() => out.push_str("[]"),
        Value::Map(members) if members.is_empty() => out.push_str("{}"),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                indent(out, depth + 1);
                put(out, item, depth + 1);
            }
            indent(out, depth);
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (i, (key, item)) in members.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                indent(out, depth + 1);
                quote(out, key);
                out.push_str(": ");
                put(out, item, depth + 1);
            }
            indent(out, depth);
            out.push('}');
        }
    }
}

/// Text in double quotes, as JSON and YAML both read it.
pub(crate) fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' || matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            ("", "line 1, column 1", "ends"),
            ("{\"a\": 1,\n  }", "line 2, column 3", "comma too many"),
            ("[1, ]", "line 1, column 5", "comma too many"),
            ("{\"a\" 1}", "line 1, column 6", "colon"),
            ("{\"a\": 1 \"b\": 2}", "line 1, column 9", "comma"),
            ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2", "twice"),
            ("{'a': 1}", "line 1, column 2", "double quotes"),
            ("[tru]", "line 1, column 2", "cannot begin"),
            ("[01]", "line 1, column 2", "no number"),
            ("[1.]", "line 1, column 2", "no number"),
            ("\"a", "line 1, column 1", "closing quote"),
            ("\"a\nb\"", "line 2, column 1", "line break"),
            ("\"\\x\"", "line 1, column 3", "escape"),
            ("\"\\ud800\"", "line 1, column 3", "half"),
            ("\"\\udc00 \"", "line 1, column 3", "half"),
            ("\"\\u12g4\"", "line 1, column 3", "hexadecimal"),
            ("{} {}", "line 1, column 4", "after the end"),
        ];
        for (text, place, says) in cases {
            let fault = read(text).unwrap_err();
            assert_eq!(fault.at.to_string(), place, "{text:?}: {fault}");
            assert!(fault.message.to_lowercase().contains(&says.to_lowercase()), "{text:?}: {fault}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&deep).unwrap_err().message.contains("nested"));
    }

    #[test]
    fn what_others_write_is_read_and_comes_out_again() {
        let text = "\u{feff}{\r\n \"b\": NaN, \"a\": [-1.50e+3, \"\\u00e9\\ud83d\\ude00\\/\", true, null, {}, [], -Infinity]}\r\n";
        let node = read(text).unwrap();
        assert_eq!(node.members().iter().map(|(k, _)| k.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(node.get("a").unwrap().items()[1].str(), Some("é😀/"));
        let again = write(&node);
        assert!(again.contains("-1.50e+3") && again.contains("NaN"), "{again}");
        assert_eq!(read(&again).unwrap(), node);
    }
}
