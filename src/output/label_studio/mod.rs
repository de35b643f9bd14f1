//! Label Studio: an array of tasks with predictions, one task an article, written as it comes. Offsets of its `Text` tag
//! are code points (HumanSignal/label-studio-frontend #308), as in the record, and a CRLF is two of them.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::record::{CodePoints, CueKind, Record, Sentence};

use super::Layout;
use super::xml::attribute;

/// The labelling interface that the predictions of our own models fit.
const CONFIG: &str = include_str!("config.xml");
/// Types of entities that it has.
const TYPES: [&str; 4] = ["PER", "ORG", "LOC", "MISC"];

/// The Label Studio layout.
#[derive(Debug, Clone, Default)]
pub(super) struct LabelStudio {
    is_open: bool,
    /// Types of entities beyond [`TYPES`], which models of others give.
    others: BTreeSet<String>,
}

impl Layout for LabelStudio {
    fn head(&mut self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(b"[")
    }

    fn record(&mut self, record: &Record, mut to: &mut dyn Write) -> io::Result<()> {
        to.write_all(if self.is_open { b",\n" } else { b"\n" })?;
        self.is_open = true;
        serde_json::to_writer(&mut to, &task(record))?;
        for label in record.entities.iter().map(|entity| &entity.label) {
            if !TYPES.contains(&label.as_str()) && !self.others.contains(label) {
                self.others.insert(label.clone());
            }
        }
        Ok(())
    }

    /// The labelling interface. Label Studio refuses a prediction whose labels it has not.
    fn beside(&self) -> Option<(&'static str, String)> {
        let label = |label: &String| format!("  <Label value=\"{}\"/>\n  ", attribute(label));
        let others: String = self.others.iter().map(label).collect();
        // Behind the types of entities, which are the first labels.
        Some((
            "config.xml",
            CONFIG.replacen("</Labels>", &format!("{others}</Labels>"), 1),
        ))
    }

    fn tail(&mut self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(b"\n]\n")
    }
}

fn task(record: &Record) -> Value {
    let text = record.text.as_deref().unwrap_or_default();
    let mut results = Results {
        text,
        points: CodePoints::of(text),
        all: Vec::new(),
        regions: 0,
    };
    for entity in &record.entities {
        results.region("entity", &entity.label, entity.start, entity.end, Some(entity.score));
    }
    for sentence in &record.sentences {
        results.sentence(sentence);
    }
    let models = [&record.models.entities, &record.models.claims];
    let mut names: Vec<&str> = models.into_iter().flatten().map(String::as_str).collect();
    names.dedup();
    json!({
        "data": {
            "text": text, "id": record.id, "path": record.path, "date": record.date, "language": record.language,
            "meta": record.meta,
        },
        "predictions": [{"model_version": names.join("+"), "result": results.all}],
    })
}

/// The results of one prediction.
struct Results<'t> {
    text: &'t str,
    points: CodePoints,
    all: Vec<Value>,
    regions: usize,
}

impl Results<'_> {
    /// Marks a region and gives its id.
    fn region(&mut self, tag: &str, label: &str, start: usize, end: usize, score: Option<f64>) -> String {
        let id = format!("r{}", self.regions);
        self.regions += 1;
        self.all.push(json!({
            "id": id, "from_name": tag, "to_name": "text", "type": "labels", "score": score,
            "value": {"start": start, "end": end, "text": self.points.slice(self.text, start, end), "labels": [label]},
        }));
        id
    }

    fn sentence(&mut self, sentence: &Sentence) {
        let claim = sentence.claim.as_ref().filter(|claim| claim.label);
        let claim = claim.map(|claim| self.region("claim", "claim", sentence.start, sentence.end, Some(claim.score)));
        if let Some(claim) = &claim {
            let certainty = sentence
                .certainty
                .as_ref()
                .map(|c| ("certainty", c.label.as_str(), c.score));
            let polarity = sentence
                .polarity
                .as_ref()
                .map(|p| ("polarity", p.label.as_str(), p.score));
            let holder = sentence.holder.as_ref().map(|h| ("holder", h.label.as_str(), h.score));
            for (tag, choice, score) in [certainty, polarity, holder].into_iter().flatten() {
                self.choice(claim, tag, choice, score, sentence);
            }
        }
        for source in &sentence.source {
            let id = self.region("claim", "source", source.start, source.end, Some(source.score));
            self.relation(claim.as_deref(), &id, "said by");
        }
        for cue in &sentence.cues {
            let label = match cue.kind {
                CueKind::Attribution => "attribution cue",
                CueKind::Certainty => "certainty cue",
            };
            let id = self.region("claim", label, cue.start, cue.end, Some(cue.score));
            self.relation(claim.as_deref(), &id, "cued by");
        }
    }

    /// A choice that belongs to a region carries the region's id and place.
    fn choice(&mut self, region: &str, tag: &str, choice: &str, score: f64, sentence: &Sentence) {
        let (start, end) = (sentence.start, sentence.end);
        self.all.push(json!({
            "id": region, "from_name": tag, "to_name": "text", "type": "choices", "score": score,
            "value": {"start": start, "end": end, "text": self.points.slice(self.text, start, end), "choices": [choice]},
        }));
    }

    fn relation(&mut self, claim: Option<&str>, other: &str, label: &str) {
        let Some(claim) = claim else { return };
        self.all.push(json!({
            "type": "relation", "from_id": claim, "to_id": other, "direction": "right", "labels": [label],
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample;

    /// The tasks, and the interface beside them.
    fn written(records: &[Record]) -> (Value, String) {
        let (mut layout, mut bytes) = (LabelStudio::default(), Vec::new());
        layout.head(&mut bytes).unwrap();
        for record in records {
            layout.record(record, &mut bytes).unwrap();
        }
        layout.tail(&mut bytes).unwrap();
        (serde_json::from_slice(&bytes).unwrap(), layout.beside().unwrap().1)
    }

    #[test]
    fn any_number_of_tasks_is_an_array() {
        let record = sample::record();
        for count in 0..3 {
            let tasks = written(&vec![record.clone(); count]).0;
            assert_eq!(tasks.as_array().unwrap().len(), count);
        }
    }

    #[test]
    fn regions_say_what_stands_at_their_offsets_and_relations_join_them() {
        let (tasks, _) = written(&[sample::record()]);
        let results = tasks[0]["predictions"][0]["result"].as_array().unwrap();
        let text: Vec<char> = sample::TEXT.chars().collect();
        for result in results.iter().filter(|result| result["type"] != "relation") {
            let of = |key: &str| usize::try_from(result["value"][key].as_u64().unwrap()).unwrap();
            let words: String = text[of("start")..of("end")].iter().collect();
            assert_eq!(result["value"]["text"], words.as_str());
        }
        let label = |id: &Value| {
            let region = results
                .iter()
                .find(|result| result["id"] == *id && result["type"] == "labels");
            region.unwrap()["value"]["labels"][0].as_str().unwrap()
        };
        let relations: Vec<(&str, &str)> = results
            .iter()
            .filter(|result| result["type"] == "relation")
            .map(|relation| (label(&relation["from_id"]), label(&relation["to_id"])))
            .collect();
        let wanted = [
            "source",
            "attribution cue",
            "source",
            "certainty cue",
            "attribution cue",
        ];
        assert_eq!(relations, wanted.map(|to| ("claim", to)));
    }

    #[test]
    fn the_interface_has_every_tag_and_label() {
        let mut record = sample::record();
        assert_eq!(written(&[record.clone()]).1, CONFIG);
        record.entities[0].label = "DATE".into();
        record.entities[1].label = "A&\"<".into();
        let (tasks, interface) = written(&[record.clone(), record]);
        let others = "    <Label value=\"A&amp;&quot;&lt;\"/>\n    <Label value=\"DATE\"/>\n  </Labels>\n";
        assert!(interface.contains(others), "{interface}");
        for result in tasks[0]["predictions"][0]["result"].as_array().unwrap() {
            let named = |value: &Value| {
                let name = attribute(value.as_str().unwrap());
                assert!(interface.contains(&format!("\"{name}\"")), "{name}");
            };
            if result["type"] == "relation" {
                named(&result["labels"][0]);
                continue;
            }
            named(&result["from_name"]);
            let of = |key: &str| result["value"][key].as_array().cloned().unwrap_or_default();
            of("labels").iter().chain(&of("choices")).for_each(named);
        }
    }
}
