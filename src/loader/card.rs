//! The head of a model card (`README.md`): YAML between two lines of dashes, of which only two top-level keys matter
//! here, the licence and the languages. A card is written by hand, so that whatever is odd counts as not said.

/// What a card says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The licence, by its short name on the Hub, or by `license_name` where that is "other".
    pub licence: Option<String>,
    /// Languages as the card has them; empty where it names none, or says "multilingual".
    pub languages: Vec<String>,
}

impl Card {
    /// Reads the text of a `README.md`.
    pub fn read(text: &str) -> Self {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        if lines.next().map(str::trim_end) != Some("---") {
            return Self::default();
        }
        let head: Vec<&str> = lines.take_while(|line| line.trim_end() != "---").collect();
        let licence = values(&head, "license").into_iter().next();
        let named = values(&head, "license_name").into_iter().next();
        let languages = values(&head, "language");
        Self {
            licence: match (licence, named) {
                (Some(other), Some(name)) if other == "other" => Some(name),
                (licence, _) => licence,
            },
            languages: match languages.iter().any(|language| language == "multilingual") {
                true => Vec::new(),
                false => languages,
            },
        }
    }
}

/// The values of a top-level key: one behind the colon, several in brackets, or several below it, each after a dash.
fn values(head: &[&str], key: &str) -> Vec<String> {
    let is_key = |line: &&str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
    let Some(at) = head.iter().position(is_key) else {
        return Vec::new();
    };
    let inline = plain(&head[at][key.len() + 1..]);
    let list: Vec<&str> = if let Some(list) = inline.strip_prefix('[') {
        list.trim_end_matches(']').split(',').collect()
    } else if inline.is_empty() {
        let items = head[at + 1..]
            .iter()
            .map_while(|line| line.trim_start().strip_prefix("- "));
        items.collect()
    } else {
        vec![inline]
    };
    let unquoted = |item: &str| plain(item).trim_matches(['"', '\'']).to_owned();
    list.into_iter().map(unquoted).filter(|item| !item.is_empty()).collect()
}

/// Without a comment and white space.
fn plain(value: &str) -> &str {
    value.split(" #").next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> Card {
        Card::read(&format!("---\n{head}\n---\n# A model\nlicense: not this\n"))
    }

    fn card(licence: &str, languages: &[&str]) -> Card {
        Card {
            licence: (!licence.is_empty()).then(|| licence.to_owned()),
            languages: languages.iter().map(|&language| language.to_owned()).collect(),
        }
    }

    #[test]
    fn licence_and_languages_in_every_form() {
        assert_eq!(read("license: mit\nlanguage: nl"), card("mit", &["nl"]));
        assert_eq!(
            read("language:\n- nl\n- \"no\"\nlicense: 'apache-2.0' # free"),
            card("apache-2.0", &["nl", "no"])
        );
        assert_eq!(read("language: [nl, en]\ntags:\n- ner"), card("", &["nl", "en"]));
        assert_eq!(
            read("license: other\nlicense_name: research-only\nlanguage: multilingual"),
            card("research-only", &[])
        );
        assert_eq!(read("model-index:\n  license: mit"), Card::default());
        for odd in ["", "no head", "---\nlicense: mit", "---", "---\nlanguage:\n---"] {
            assert_eq!(Card::read(odd).languages, [""; 0], "{odd}");
        }
    }
}
