//! NAF, the NLP Annotation Format of the NewsReader project (v3.3.1, `naf_v3.3.1.dtd`): a folder with one XML document for
//! each article, in the layers raw, text, terms, entities, attribution and factualities. Certainty cues are left out: the one
//! layer that could hold them, markables, has a content model in the DTD that no validator takes. Offsets count characters
//! of the raw layer, as in the record.

mod layers;

use std::io::{self, Write};

use crate::record::{CodePoints, Record};

use super::folder::FolderLayout;
use super::tokens;
use super::xml::Xml;
use layers::Layers;

/// Version of the format.
const VERSION: &str = "3.3.1";

/// The NAF layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naf;

impl FolderLayout for Naf {
    fn beside(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".naf"]
    }

    fn write(&self, record: &Record, _: &str, to: &mut dyn Write) -> io::Result<()> {
        let text = record.text.as_deref().unwrap_or_default();
        let points = CodePoints::of(text);
        let sentences = tokens::sentences(record, text, &points).collect();
        let layers = Layers::new(record, sentences);
        let mut xml = Xml::start(to)?;
        // "und" is what BCP 47 has for a language that is not known.
        let language = record.language.as_deref().unwrap_or("und");
        xml.element("NAF", &[("xml:lang", language), ("version", VERSION)], |xml| {
            header(record, xml)?;
            xml.text("raw", &[], text)?;
            layers.write(xml)
        })
    }
}

fn header(record: &Record, xml: &mut Xml<'_>) -> io::Result<()> {
    xml.element("nafHeader", &[], |xml| {
        let mut file = Vec::new();
        file.extend(record.date.as_deref().map(|date| ("creationtime", date)));
        file.extend(record.path.as_deref().map(|path| ("filename", path)));
        xml.empty("fileDesc", &file)?;
        let mut public = vec![("publicId", record.id.as_str())];
        public.extend(
            record
                .meta
                .get("url")
                .and_then(|url| url.as_str())
                .map(|url| ("uri", url)),
        );
        xml.empty("public", &public)?;
        let (entities, claims) = (&record.models.entities, &record.models.claims);
        let by = [
            ("text", &None),
            ("terms", &None),
            ("entities", entities),
            ("attribution", claims),
            ("factualities", claims),
        ];
        by.into_iter().try_for_each(|(layer, model)| {
            xml.element("linguisticProcessors", &[("layer", layer)], |xml| {
                let processor = [("name", "stellig"), ("version", record.run.version.as_str())];
                match model
                    .as_deref()
                    .map(|model| model.split_once('@').unwrap_or((model, "")))
                {
                    None => xml.empty("lp", &processor),
                    Some((name, revision)) => xml.element("lp", &processor, |xml| {
                        xml.empty(
                            "lpDependency",
                            &[("name", name), ("version", revision), ("type", "model")],
                        )
                    }),
                }
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::xml;
    use crate::record::sample;

    fn written(record: &Record) -> String {
        let mut bytes = Vec::new();
        Naf.write(record, ".naf", &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Values of an attribute, in order.
    fn values<'x>(xml: &'x str, element: &str, attribute: &str) -> Vec<&'x str> {
        let of = |tag: &'x str| Some(tag.split_once(&format!(" {attribute}=\""))?.1.split_once('"')?.0);
        xml.split('<')
            .filter(|tag| tag.starts_with(&format!("{element} ")))
            .filter_map(of)
            .collect()
    }

    #[test]
    fn words_stand_at_their_offsets_in_raw() {
        let xml = written(&sample::record());
        let raw = xml.split_once("<raw>").unwrap().1.split_once("</raw>").unwrap().0;
        assert_eq!(raw, xml::escaped(sample::TEXT));
        let text: Vec<char> = sample::TEXT.chars().collect();
        let numbers = |name: &str| {
            values(&xml, "wf", name)
                .iter()
                .map(|n| n.parse().unwrap())
                .collect::<Vec<usize>>()
        };
        let words = xml.split("<wf ").skip(1).map(|tag| {
            let inside = tag.split_once('>').unwrap().1;
            inside.split_once("</wf>").unwrap().0
        });
        let places = numbers("offset").into_iter().zip(numbers("length"));
        for (word, (offset, length)) in words.zip(places) {
            assert_eq!(
                word,
                xml::escaped(&text[offset..offset + length].iter().collect::<String>())
            );
        }
        assert_eq!(values(&xml, "wf", "sent").last(), Some(&"3"));
    }

    #[test]
    fn layers_point_at_terms() {
        let xml = written(&sample::record());
        assert_eq!(values(&xml, "entity", "type"), ["ORG", "LOC", "PER", "MISC"]);
        assert_eq!(values(&xml, "factVal", "value"), ["CT+", "PS+"]);
        assert_eq!(values(&xml, "factVal", "source"), ["source", "source"]);
        assert_eq!(values(&xml, "statement", "id").len(), 2);
        let terms = values(&xml, "term", "id");
        assert!(
            values(&xml, "target", "id")
                .iter()
                .all(|id| terms.contains(id) || id.starts_with('w'))
        );
        assert_eq!(values(&xml, "public", "publicId"), ["../a/é=1"]);
    }

    #[test]
    fn layers_without_anything_are_left_out() {
        let mut record = sample::record();
        record.entities.clear();
        for sentence in &mut record.sentences {
            (sentence.factuality, sentence.certainty) = (None, None);
            sentence.source.clear();
            sentence.cues.clear();
        }
        let xml = written(&record);
        for layer in ["<entities", "<factualities", "<attribution"] {
            assert!(!xml.contains(layer), "{layer}");
        }
    }
}
