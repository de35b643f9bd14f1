//! brat: a folder with `.txt` and `.ann` (standoff) for each article, and the configuration of what they hold. Offsets
//! are code points, as in the record. Python turns CRLF into one character when it opens a file as text; so that offsets
//! are right for every reader, a carriage return is written as a blank before its line feed, and as a line feed alone.

mod standoff;

use std::io::{self, Write};

use crate::record::Record;

use super::folder::FolderLayout;

/// The brat layout.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brat;

const CONFIGURATION: [(&str, &str); 2] = [
    ("annotation.conf", include_str!("annotation.conf")),
    ("visual.conf", include_str!("visual.conf")),
];

impl FolderLayout for Brat {
    fn beside(&self) -> &'static [(&'static str, &'static str)] {
        &CONFIGURATION
    }

    fn endings(&self) -> &'static [&'static str] {
        &[".txt", ".ann"]
    }

    fn write(&self, record: &Record, ending: &str, to: &mut dyn Write) -> io::Result<()> {
        let text = record.text.as_deref().unwrap_or_default();
        match ending {
            ".txt" => to.write_all(text.replace("\r\n", " \n").replace('\r', "\n").as_bytes()),
            _ => standoff::write(record, to),
        }
    }
}
