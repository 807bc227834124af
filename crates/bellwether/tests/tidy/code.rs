//! Rust as text, as far as the rules need it: comments and strings apart from code, paths, functions. It knows no more of
//! the language than that.

/// A Rust file without its comments: code with strings emptied, and the strings.
#[derive(Debug)]
pub(crate) struct Code {
    /// Same lines as the file; comments and the insides of strings are blanks.
    pub code: String,
    /// Line of each string's beginning, and its text with line continuations joined.
    pub strings: Vec<(usize, String)>,
}

/// A public function.
#[derive(Debug)]
pub(crate) struct Function {
    pub line: usize,
    /// `pub`, not `pub(crate)`.
    pub public: bool,
    pub name: String,
    /// On one line.
    pub params: String,
    /// Its answer's type.
    pub gives: String,
    /// Without its braces; strings are empty.
    pub body: String,
}

impl Code {
    /// Everything in the file.
    pub(crate) fn all(text: &str) -> Self {
        lex(text)
    }

    /// Without the modules marked `#[cfg(test)]`.
    pub(crate) fn shipped(text: &str) -> Self {
        let mut all = lex(text);
        for (from, to) in test_modules(&all.code) {
            let (first, last) = (line_at(&all.code, from), line_at(&all.code, to));
            all.strings.retain(|(line, _)| *line < first || *line > last);
            let blank: String = all.code[from..to].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
            // Strings are blanked to ASCII, so the lengths agree unless an identifier is not ASCII; then lines still do.
            all.code.replace_range(from..to, &blank);
        }
        all
    }

    /// Every qualified path, those of `use` with their braces unfolded, by line.
    pub(crate) fn paths(&self) -> Vec<(usize, String)> {
        let mut out = self.uses();
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let (mut from, mut line) = (0, 1);
        for (i, c) in self.code.char_indices().chain([(self.code.len(), ' ')]) {
            if !word(c) {
                let path = &self.code[from..i];
                // One that ends with colons goes on in braces, and those were unfolded.
                if path.contains("::") && !path.ends_with(':') {
                    out.push((line, path.trim_start_matches(':').to_owned()));
                }
                from = i + c.len_utf8();
            }
            line += usize::from(c == '\n');
        }
        out
    }

    /// Every function that is public in or beyond its crate.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let mut out = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            let head = self.code[..at].rsplit([';', '}', '{', ']']).next().unwrap_or("").trim();
            if !head.starts_with("pub") {
                continue;
            }
            let rest = &self.code[at + 3..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(open) = rest.find('(') else { continue };
            let Some(close) = matching(rest, open) else { continue };
            let Some(body) = rest[close..].find(['{', ';']).map(|i| close + i) else { continue };
            let end = if rest[body..].starts_with('{') { matching(rest, body).unwrap_or(body) } else { body };
            out.push(Function {
                line: line_at(&self.code, at),
                public: head == "pub" || head.starts_with("pub async") || head.starts_with("pub const"),
                name,
                params: rest[open + 1..close].split_whitespace().collect::<Vec<_>>().join(" "),
                gives: rest[close + 1..body].trim().trim_start_matches("->").trim().to_owned(),
                body: rest[(body + 1).min(end)..end].to_owned(),
            });
        }
        out
    }

    /// Lines on which `needle` stands as whole words.
    pub(crate) fn mentions(&self, needle: &str) -> Vec<usize> {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let found = self
            .code
            .match_indices(needle)
            .filter(|(i, _)| !word(self.code[..*i].chars().next_back()) && !word(self.code[i + needle.len()..].chars().next()));
        found.map(|(i, _)| line_at(&self.code, i)).collect()
    }

    /// Every path that a `use` brings in, braces unfolded, with its line.
    pub(crate) fn uses(&self) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        for (i, _) in self.code.match_indices("use ") {
            let before = self.code[..i].chars().next_back();
            if before.is_none_or(|c| c.is_whitespace()) {
                let end = self.code[i..].find(';').map_or(self.code.len(), |e| i + e);
                let mut paths = Vec::new();
                unfold("", &self.code[i + 4..end], &mut paths);
                out.extend(paths.into_iter().map(|p| (line_at(&self.code, i), p)));
            }
        }
        out
    }
}

/// The line, from 1, of a byte.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count() + 1
}

/// The byte of the bracket that closes the one at `open`.
pub(crate) fn matching(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (i, c) in text[open..].char_indices() {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + i);
                }
            }
            _ => {}
        }
    }
    None
}

fn unfold(prefix: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        if !path.is_empty() {
            out.push(format!("{prefix}{path}").trim_end_matches("::self").to_owned());
        }
        return;
    };
    let head = format!("{prefix}{}", tree[..open].trim());
    let inner = tree[open + 1..].rsplit_once('}').map_or("", |(inner, _)| inner);
    let (mut depth, mut from) = (0i32, 0);
    for (i, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                unfold(&head, &inner[from..i], out);
                from = i + 1;
            }
            _ => {}
        }
    }
    unfold(&head, &inner[from..], out);
}

/// Byte ranges of `#[cfg(test)] mod name { .. }`.
fn test_modules(code: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let rest = &code[at + mark.len()..];
        let Some(open) = rest.find(['{', ';']).filter(|i| rest[*i..].starts_with('{')) else { continue };
        if !rest[..open].split_whitespace().any(|w| w == "mod") {
            continue;
        }
        let mut depth = 0;
        for (i, c) in rest.char_indices().skip_while(|(i, _)| *i < open) {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                out.push((at, at + mark.len() + i + 1));
                break;
            }
        }
    }
    out
}

/// Walks the text once. Knows comments, strings with escapes, raw strings and characters; not more of the language.
fn lex(text: &str) -> Code {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut strings) = (String::with_capacity(text.len()), Vec::new());
    let (mut i, mut line) = (0, 1);
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            while i < chars.len() && !(chars[i] == '*' && at(i + 1) == '/') {
                if chars[i] == '\n' {
                    code.push('\n');
                    line += 1;
                }
                i += 1;
            }
            i += 2;
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            i += 1;
            code.push_str("' '");
        } else if let Some(hashes) = raw_string(&chars, i) {
            let (began, open) = (line, i + hashes + 2);
            let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let mut end = open;
            while end < chars.len() && !chars[end..].starts_with(&close) {
                end += 1;
            }
            let inside: String = chars[open.min(end)..end].iter().collect();
            let breaks = inside.matches('\n').count();
            line += breaks;
            code.push_str(&format!("\"{}\"", "\n".repeat(breaks)));
            strings.push((began, inside));
            i = end + close.len();
        } else if c == '"' {
            let (began, mut inside) = (line, String::new());
            code.push('"');
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                if chars[i] == '\n' {
                    code.push('\n');
                    line += 1;
                }
                if chars[i] == '\\' && at(i + 1) == '\n' {
                    // A continuation: the line break and the blanks after it are not in the string.
                    i += 1;
                    while i < chars.len() && chars[i].is_whitespace() {
                        if chars[i] == '\n' {
                            code.push('\n');
                            line += 1;
                        }
                        i += 1;
                    }
                    continue;
                }
                if chars[i] == '\\' {
                    i += 1;
                }
                inside.push(at(i));
                i += 1;
            }
            i += 1;
            code.push('"');
            strings.push((began, inside));
        } else {
            line += usize::from(c == '\n');
            code.push(c);
            i += 1;
        }
    }
    Code { code, strings }
}

/// The number of hashes if a raw string begins here.
fn raw_string(chars: &[char], i: usize) -> Option<usize> {
    let word = i > 0 && (chars[i - 1].is_alphanumeric() || chars[i - 1] == '_') && chars[i - 1] != 'b';
    if chars[i] != 'r' || word {
        return None;
    }
    let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + 1 + hashes) == Some(&'"')).then_some(hashes)
}

#[test]
fn comments_strings_and_tests_are_told_apart() {
    let text = "use a::{b, c::{self, d}};\n// axum\nlet s = \"SELECT \\\n  axum\"; /* tokio */ let r = r#\"x\"y\"#;\n\
                let c = '\"'; fn f<'a>() {}\n#[cfg(test)]\nmod tests {\n  use tokio;\n  const T: &str = \"{\";\n}\nfn after() {}\n";
    let code = Code::shipped(text);
    assert_eq!(code.uses(), [(1, "a::b".into()), (1, "a::c".into()), (1, "a::c::d".into())]);
    assert_eq!(code.strings, [(3, "SELECT axum".to_owned()), (4, "x\"y".to_owned())]);
    assert!(code.mentions("axum").is_empty() && code.mentions("tokio").is_empty());
    assert_eq!(code.mentions("after"), [11]);
    assert_eq!(Code::all(text).mentions("tokio"), [8]);
}

#[test]
fn paths_and_functions_are_read() {
    let text = "use a::{b, c::d};\npub(crate) fn one(x: &str) -> Result<(), E> {\n  if std::fs::read(x) { y::z() }\n}\n\
                impl T {\n    #[must_use]\n    pub fn two(\n        self,\n    ) -> Markup { html! { p { \"}\" } } }\n}\nfn three() {}\n";
    let code = Code::all(text);
    let paths: Vec<_> = code.paths().into_iter().map(|(line, path)| format!("{line} {path}")).collect();
    assert_eq!(paths, ["1 a::b", "1 a::c::d", "1 c::d", "3 std::fs::read", "3 y::z"]);
    let found = code.functions();
    let heads: Vec<_> = found.iter().map(|f| (f.line, f.public, f.name.as_str(), f.params.as_str(), f.gives.as_str())).collect();
    assert_eq!(heads, [(2, false, "one", "x: &str", "Result<(), E>"), (7, true, "two", "self,", "Markup")]);
    assert!(found[0].body.contains("y::z()") && found[1].body.contains("html!"));
}
