//! Fields of a row stand one level deeper in the record than in the row, and readers of JSON have a limit, serde_json and so
//! stellig's own of 127 levels. A record that nobody can read back is worse than a failure.

use serde_json::Value;

use super::feed::Item;
use crate::article::{Article, Failure, FailureKind};

/// Levels that a field may have: of the 127, the record is one and its `meta` another.
const DEEPEST: usize = 125;

/// The article, unless its record would be nested too deep.
pub(crate) fn readable(article: Article) -> Item {
    if article.meta.values().all(|value| depth(value) <= DEEPEST) {
        return Ok(article);
    }
    Err(Failure {
        id: article.id,
        path: article.path,
        kind: FailureKind::Malformed,
        message: format!("a field of it is nested more than {DEEPEST} levels deep; make it flatter or leave it out"),
    })
}

fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(values) => values.iter().map(depth).max(),
        Value::Object(fields) => fields.values().map(depth).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Record, sample};

    #[test]
    fn what_passes_can_be_read_back() {
        for (levels, is_good) in [(1, true), (DEEPEST, true), (DEEPEST + 1, false)] {
            let nested = (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
            let record = Record {
                meta: [("a".to_owned(), nested)].into_iter().collect(),
                ..sample::record()
            };
            let written = serde_json::to_string(&record).unwrap();
            assert_eq!(serde_json::from_str::<Record>(&written).is_ok(), is_good, "{levels}");
            let article = Article {
                meta: record.meta,
                ..Article::default()
            };
            assert_eq!(readable(article).is_ok(), is_good, "{levels}");
        }
    }
}
