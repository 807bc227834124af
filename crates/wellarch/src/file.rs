//! A lens file: read from its bytes, checked, and given back in either form.

use crate::lens::{Lens, is_custom, read};
use crate::lint::{self, Finding, Severity};
use crate::tree::{Fault, Node, Place, Value};
use crate::{aws, json, yaml};

/// The most characters of a lens, all its files together.
pub const LONGEST: usize = 500_000;

/// One file as it was given.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Its name without folders.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// In which form a lens was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// AWS's custom lens JSON.
    Aws,
    /// Our own YAML.
    Own,
}

/// A lens that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// The lens.
    pub lens: Lens,
    /// How it was written.
    pub form: Form,
    /// What was odd while reading; part of [`File::check`].
    pub findings: Vec<Finding>,
    native: Node,
    original: Option<Vec<u8>>,
}

impl File {
    /// Reads a lens: one file of either form, or `lens.yaml` with a file for each pillar.
    ///
    /// # Errors
    /// Everything that refuses it, with places; [`Place::file`] counts the parts.
    pub fn read(parts: &[Part<'_>]) -> Result<Self, Vec<Fault>> {
        match parts {
            [] => Err(vec![Fault::new(Place::default(), "There is no file.")]),
            [part] => Self::single(part),
            _ => Self::folder(parts),
        }
    }

    fn single(part: &Part<'_>) -> Result<Self, Vec<Fault>> {
        let text = text(part, 0).map_err(|f| vec![f])?;
        let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        let tree = if is_json { json::read(text) } else { yaml::read(text.trim_start_matches('\u{feff}'), 0) };
        let tree = tree.map_err(|f| vec![f])?;
        let theirs = is_json && (tree.get("lens").is_none() || tree.get("schemaVersion").is_some());
        let mut findings = Vec::new();
        if text.starts_with('\u{feff}') {
            let at = Place { file: 0, line: 1, column: 1 };
            findings.push(
                Finding::new("byte-order-mark", Severity::Note, at, "The file begins with a byte order mark.")
                    .remedy("It is skipped."),
            );
        }
        let native = if theirs {
            for (whose, key, node) in aws::unknown(&tree) {
                let message = format!("The key “{key}” of {whose} is none of AWS's; it is kept.");
                findings.push(Finding::new("unknown-key-kept", Severity::Note, node.at, message));
            }
            aws::to_own(&tree)
        } else {
            let listed = tree.get("pillars").map_or(&[][..], Node::items);
            if let Some(name) = listed.iter().find(|n| n.scalar().is_some()) {
                return Err(vec![Fault::new(
                    name.at,
                    "The pillars are in files of their own. Give the folder instead of this file.",
                )]);
            }
            tree
        };
        let (lens, more) = read(&native, !theirs, is_json)?;
        findings.extend(more);
        let form = if theirs { Form::Aws } else { Form::Own };
        Ok(Self { lens, form, findings, native, original: Some(part.bytes.to_vec()) })
    }

    fn folder(parts: &[Part<'_>]) -> Result<Self, Vec<Fault>> {
        let stem = |name: &str| name.trim_end_matches(".yaml").trim_end_matches(".yml").to_owned();
        let Some(head_at) = parts.iter().position(|p| stem(p.name) == "lens") else {
            return Err(vec![Fault::new(Place::default(), "The folder has no lens.yaml.")]);
        };
        let (mut faults, mut trees, mut size) = (Vec::new(), Vec::new(), 0);
        for (i, part) in parts.iter().enumerate() {
            let file = u16::try_from(i).unwrap_or(u16::MAX);
            let tree = text(part, file).and_then(|text| {
                size += text.chars().count();
                yaml::read(text.trim_start_matches('\u{feff}'), file)
            });
            match tree {
                Ok(tree) => trees.push((stem(part.name), tree)),
                Err(fault) => faults.push(fault),
            }
        }
        if size > LONGEST {
            faults.push(Fault::new(Place::default(), too_long(size)));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let head = trees[head_at].1.clone();
        let (mut joined, mut used) = (Vec::new(), vec![head_at]);
        for n in head.get("pillars").map_or(&[][..], Node::items) {
            match (&n.value, n.scalar().and_then(|id| trees.iter().position(|(stem, _)| stem == id))) {
                (Value::Map(_), _) => joined.push(n.clone()),
                (_, Some(i)) => {
                    used.push(i);
                    joined.push(trees[i].1.clone());
                }
                (_, None) => {
                    let name = n.scalar().unwrap_or("this pillar");
                    faults.push(Fault::new(n.at, format!("There is no file {name}.yaml beside lens.yaml.")));
                }
            }
        }
        let mut findings = Vec::new();
        for (i, (stem, tree)) in trees.iter().enumerate().filter(|(i, _)| !used.contains(i)) {
            let message = format!("{stem}.yaml is named by no entry of “pillars” in lens.yaml.");
            let at = Place { file: u16::try_from(i).unwrap_or(u16::MAX), ..tree.at };
            findings.push(Finding::new("stray-file", Severity::Warning, at, message).remedy("Add it to “pillars”, or remove it."));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let members = head.members().iter().map(|(k, n)| {
            let node = if k == "pillars" { Node { value: Value::List(joined.clone()), at: n.at } } else { n.clone() };
            (k.clone(), node)
        });
        let native = Node { value: Value::Map(members.collect()), at: head.at };
        let (lens, more) = read(&native, true, false)?;
        findings.extend(more);
        Ok(Self { lens, form: Form::Own, findings, native, original: None })
    }

    /// The lens as a tree in our own form.
    #[must_use]
    pub fn tree(&self) -> &Node {
        &self.native
    }

    /// The lens with another tree: what an edit leaves alone comes out as it was.
    ///
    /// # Errors
    /// Everything that refuses the tree.
    pub fn edited(&self, tree: Node) -> Result<Self, Vec<Fault>> {
        let (lens, findings) = read(&tree, self.form == Form::Own, false)?;
        let original = (tree == self.native).then(|| self.original.clone()).flatten();
        Ok(Self { lens, form: self.form, findings, native: tree, original })
    }

    /// The lens in a form. Untouched and in the form in which it came, these are the bytes that came.
    #[must_use]
    pub fn export(&self, form: Form) -> Vec<u8> {
        if let Some(original) = self.original.as_ref().filter(|_| form == self.form) {
            return original.clone();
        }
        match form {
            Form::Aws => json::write(&aws::from_own(&self.native)).into_bytes(),
            Form::Own => yaml::write(&self.native).into_bytes(),
        }
    }

    /// Everything that the check finds, heaviest first. `strict` adds every limit of AWS.
    #[must_use]
    pub fn check(&self, strict: bool) -> Vec<Finding> {
        let mut out = self.findings.clone();
        out.extend(lint::rules(&self.lens));
        lint::texts(&self.native, &self.lens.name, self.form == Form::Own && !is_custom(&self.native), &mut out);
        if strict {
            out.retain(|f| f.code != "no-default");
            lint::limits(&aws::from_own(&self.native), &mut out);
        }
        lint::ordered(out)
    }
}

fn too_long(size: usize) -> String {
    format!("The lens has {size} characters; at most {LONGEST} are taken.")
}

fn text<'a>(part: &Part<'a>, file: u16) -> Result<&'a str, Fault> {
    let text = std::str::from_utf8(part.bytes).map_err(|e| {
        let good = String::from_utf8_lossy(&part.bytes[..e.valid_up_to()]).into_owned();
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let at = Place { file, line: u32::try_from(line).unwrap_or(0), column: u32::try_from(column).unwrap_or(0) };
        Fault::new(at, "The file is not UTF-8 text. Save it as UTF-8.")
    })?;
    let size = text.chars().count();
    if size > LONGEST {
        return Err(Fault::new(Place { file, ..Place::default() }, too_long(size)));
    }
    Ok(text)
}
