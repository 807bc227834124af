//! Names that people typed: folded for uniqueness and order, and made into slugs.

use kernel::error::Error;
use kernel::text;

/// The kinds of things that have a name in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Teams that review together.
    Group,
    /// A team.
    Team,
    /// What delivers value.
    Workload,
    /// What is deployed.
    Service,
}

impl Kind {
    /// All kinds, outer ones first: the order in which they refer to each other.
    pub const ALL: [Kind; 4] = [Kind::Group, Kind::Team, Kind::Workload, Kind::Service];

    /// The noun, also the kind in references and the list's singular in files.
    pub const fn key(self) -> &'static str {
        match self {
            Kind::Group => "group",
            Kind::Team => "team",
            Kind::Workload => "workload",
            Kind::Service => "service",
        }
    }

    /// The noun's plural, also its place in addresses and files.
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::Group => "groups",
            Kind::Team => "teams",
            Kind::Workload => "workloads",
            Kind::Service => "services",
        }
    }
}

/// The form in which two names are compared and put in order: lower case, Latin letters without accents, one space
/// between words, without characters that cannot be seen.
pub fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            if !out.ends_with(' ') && !out.is_empty() {
                out.push(' ');
            }
            continue;
        }
        match c {
            // Joiners, marks of direction, and accents that stand for themselves.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{300}'..='\u{36f}' => {}
            'à'..='å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' => out.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => out.push('e'),
            'ğ' => out.push('g'),
            'ì'..='ï' | 'ī' | 'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ť' | 'ț' | 'ţ' => out.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            c => out.push(c),
        }
    }
    out.trim_end().to_owned()
}

/// How many slugs are tried for one name.
pub const TRIES: u32 = 1000;

/// The `n`th slug (from 1) to try for a name: "payments", "payments-2". A name without Latin letters or digits gets the
/// noun of its kind. "new" is kept free, because forms live there.
pub fn slug(kind: Kind, name: &str, n: u32) -> String {
    let made = text::slug(name);
    let base = match made.as_str() {
        "x" if fold(name) != "x" => kind.key(),
        made => made,
    };
    if n <= 1 && base != "new" {
        return base.to_owned();
    }
    let short: String = base.chars().take(55).collect();
    format!("{}-{}", short.trim_end_matches('-'), n.max(2))
}

/// The refusal of a name that is taken.
pub fn taken(kind: Kind, name: &str, other: &str, slug: &str) -> Error {
    let place = format!("/{}/{slug}", kind.plural());
    if name == other {
        Error::invalid("name", format!("There is a {} “{other}” already, at {place}. Choose another name.", kind.key()))
    } else {
        Error::invalid(
            "name",
            format!("There is a {} “{other}” already, at {place}; case, accents and spaces do not tell names apart. Choose another name.", kind.key()),
        )
    }
}

/// Up to three of `known` that come nearest to `wanted`, nearest first; nothing that has little in common with it.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|k| {
            let far = distance(&wanted, k);
            let near = far <= 1 + wanted.chars().count().max(k.chars().count()) / 3;
            let part = !wanted.is_empty() && (k.contains(&wanted) || (k.len() >= 3 && wanted.contains(k)));
            (near || part).then_some((far, k))
        })
        .collect();
    found.sort();
    found.into_iter().take(3).map(|(_, k)| k).collect()
}

/// "There is no team “x”. Near it: a, b."
pub fn unknown<'a>(kind: Kind, wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let shown: String = wanted.chars().take(100).collect();
    let near = nearest(&shown, known);
    let tail = if near.is_empty() { String::new() } else { format!(" Near it: {}.", near.join(", ")) };
    Error::NotFound(format!("There is no {} “{shown}”.{tail}", kind.key()))
}

/// Letters to change, add or drop to get from one text to the other (Levenshtein 1966), row by row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_fold_alike() {
        for (a, b) in [("Payments", "  PAYMENTS "), ("Quote & Buy", "quote  &\tbuy"), ("Zürich", "Zurich"), ("Straße", "STRASSE"), ("a\u{200b}b", "ab"), ("e\u{301}", "é")] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("Claims Intake"), fold("Claims Settlement"));
        assert_eq!(fold("מדידה"), "מדידה");
    }

    #[test]
    fn order_of_folded_names_is_alphabetical() {
        let mut names = ["Zebra", "Ärzte", "apple", "Öl"];
        names.sort_by_key(|n| fold(n));
        assert_eq!(names, ["apple", "Ärzte", "Öl", "Zebra"]);
    }

    #[test]
    fn slugs_are_valid_keys_whatever_the_name() {
        for name in ["Payments", "new", "支付", "מדידה", "x", &"é".repeat(200), "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f"] {
            for n in [1, 2, 10, TRIES] {
                let s = slug(Kind::Team, name, n);
                assert!(text::key("slug", &s).is_ok(), "{name} {s}");
                assert_ne!(s, "new");
            }
        }
        assert_eq!(slug(Kind::Team, "支付", 1), "team");
        assert_eq!(slug(Kind::Team, "Payments", 2), "payments-2");
        assert_ne!(slug(Kind::Team, "new", 1), slug(Kind::Team, "new", 3));
    }

    #[test]
    fn a_slip_of_the_finger_names_the_nearest() {
        let known = ["billing", "claims-intake", "payments"];
        assert_eq!(nearest("paymets", known), ["payments"]);
        assert_eq!(nearest("claims", known), ["claims-intake"]);
        assert!(nearest("zzz", known).is_empty());
        assert!(unknown(Kind::Team, "bling", known).to_string().contains("Near it: billing."));
    }
}
