//! What `-o` and `--format` ask for: a format and a place for each output, and its writer.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::Report;

use super::brat::Brat;
use super::conll::Conll;
use super::file::tell_missing;
use super::folder::WholeFolder;
use super::label_studio::LabelStudio;
use super::links::{in_folder, real};
use super::naf::Naf;
use super::rows::Table;
use super::spacy::Spacy;
use super::web_annotation::WebAnnotation;
use super::{Format, JsonLines, Layout, Rows, Stream, WholeFile, Writer};

/// The name of files in a folder of several formats, without its ending.
const NAME: &str = "labels";
/// Endings of articles that no format has: labels under one would be read as an article.
const ARTICLES: [&str; 2] = ["txt", "md"];
/// Endings of files that people may well wish for, and that are not written.
const DOCUMENTS: [&str; 9] = ["xlsx", "xlsm", "xls", "ods", "docx", "doc", "odt", "rtf", "pdf"];

/// Where lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard output.
    StandardOutput,
    /// A file.
    File(PathBuf),
    /// A folder that holds this format and nothing else.
    Folder(PathBuf),
}

impl Place {
    /// The file or folder.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::StandardOutput => None,
            Self::File(path) | Self::Folder(path) => Some(path),
        }
    }
}

/// A format and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// How lines are written.
    pub format: Format,
    /// Where.
    pub place: Place,
    /// A folder around it, which is made if it is not there.
    pub within: Option<PathBuf>,
}

/// What some formats want to know besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// What a row of a table is.
    pub rows: Rows,
    /// The title of a report.
    pub title: Option<String>,
}

/// Outputs that cannot be made sense of.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// A format of many files, or several formats, and no place for them.
    #[error("{0} cannot go to standard output; name a place with -o")]
    NeedsPlace(String),
    /// Several formats for one file.
    #[error("{} is one file, and --format names several formats; name a folder, or each file with an -o of its own", .0.display())]
    OneFile(PathBuf),
    /// The ending says one thing and `--format` another.
    #[error("{} would be {told} by its name, and --format says {asked}; change one of them", .path.display())]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// What its ending says.
        told: String,
        /// What was asked for.
        asked: String,
    },
    /// A folder and nothing to put into it.
    #[error("{} is a folder; name a file, or say with --format what to write into it", .0.display())]
    Folder(PathBuf),
    /// A name that promises compression.
    #[error("{} would be compressed by its name, and stellig writes nothing compressed; leave out the ending, and compress the file itself", .0.display())]
    Compressed(PathBuf),
    /// A name that promises a document of an office program.
    #[error("{} would be another program's document by its name; name a .csv, which spreadsheets open, or a .html, a page to read", .0.display())]
    Document(PathBuf),
    /// A name that promises one JSON value.
    #[error("{} would be one JSON value by its name, and JSON Lines is .jsonl; name it so, or say --format label-studio, which is one", .0.display())]
    Json(PathBuf),
    /// A name that articles have.
    #[error("{} would be an article by its name, and be read as one; name {instead}", .path.display())]
    Article {
        /// The file.
        path: PathBuf,
        /// What to name in its place.
        instead: String,
    },
    /// Two outputs in one place.
    #[error("{} is named twice; give each output a place of its own", .0.display())]
    Twice(PathBuf),
}

/// The outputs that `-o` (`outputs`) and `--format` (`formats`) ask for.
///
/// A file whose ending tells a format gets that one; any other gets the one of `--format`, or JSON Lines. A folder gets
/// a file `labels.*` for each format of `--format`, and a folder for formats that are one; where a format of that kind
/// is the only one, the folder itself is it. `-` is standard output, as no output at all is.
///
/// # Errors
/// Where they contradict each other.
pub fn targets(outputs: &[PathBuf], formats: &[Format]) -> Result<Vec<Target>, TargetError> {
    if outputs.is_empty() {
        return Ok(vec![standard_output(formats)?]);
    }
    let mut targets = Vec::new();
    for path in outputs {
        // Compared as it is written: `-/` is a folder.
        if path.as_os_str() == "-" {
            targets.push(standard_output(formats)?);
        } else {
            add(path, formats, outputs.len() == 1, &mut targets)?;
        }
    }
    let mut seen = HashSet::new();
    // By this name standard output is the file that it was led to, if it is one.
    let named = |target: &Target| spot(target.place.path().unwrap_or(Path::new("/dev/stdout")));
    match targets.iter().find(|target| !seen.insert(named(target))) {
        Some(target) => Err(TargetError::Twice(
            target.place.path().unwrap_or(Path::new("-")).to_owned(),
        )),
        None => Ok(targets),
    }
}

/// What goes to standard output, where that is asked for.
fn standard_output(formats: &[Format]) -> Result<Target, TargetError> {
    let format = match formats {
        [] => Format::Jsonl,
        [format] if !format.is_folder() => *format,
        [format] => {
            return Err(TargetError::NeedsPlace(format!(
                "{}, a folder of files,",
                format.name()
            )));
        }
        _ => return Err(TargetError::NeedsPlace("several formats".to_owned())),
    };
    Ok(Target {
        format,
        place: Place::StandardOutput,
        within: None,
    })
}

/// The place of `path`, however it is called: behind links, or in the folder behind them where nothing is there yet.
fn spot(path: &Path) -> PathBuf {
    fs::canonicalize(path)
        .ok()
        .or_else(|| in_folder(&real(path)))
        .unwrap_or_else(|| path.to_owned())
}

fn add(path: &Path, formats: &[Format], is_only: bool, targets: &mut Vec<Target>) -> Result<(), TargetError> {
    let is_folder = path.is_dir() || path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    // Without the separator at its end, behind which a temporary name would be one inside the folder.
    let path: &Path = &path.components().collect::<PathBuf>();
    let file = |format| Target {
        format,
        place: Place::File(path.to_owned()),
        within: None,
    };
    let folder = |format| Target {
        format,
        place: Place::Folder(path.to_owned()),
        within: None,
    };
    let told = Format::of(path).filter(|_| !is_folder);
    let contradiction = |told: &str, asked: Format| TargetError::Contradiction {
        path: path.to_owned(),
        told: told.to_owned(),
        asked: asked.name(),
    };
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let ends_in = |one: &str| !is_folder && ending.as_ref().is_some_and(|ending| ending == one);
    if ends_in("gz") || ends_in("zst") {
        return Err(TargetError::Compressed(path.to_owned()));
    }
    if DOCUMENTS.into_iter().any(ends_in) {
        return Err(TargetError::Document(path.to_owned()));
    }
    if ARTICLES.into_iter().any(ends_in) {
        return Err(TargetError::Article {
            path: path.to_owned(),
            instead: instead(formats),
        });
    }
    if told.is_none() && ends_in("json") && formats != [Format::LabelStudio] {
        return Err(match formats {
            [] => TargetError::Json(path.to_owned()),
            [format] => contradiction("one JSON value", *format),
            _ => TargetError::OneFile(path.to_owned()),
        });
    }
    match (formats, told) {
        ([], _) if is_folder => return Err(TargetError::Folder(path.to_owned())),
        ([], told) => targets.push(file(told.unwrap_or(Format::Jsonl))),
        (_, Some(told)) if !is_only => targets.push(file(told)),
        ([format], Some(told)) if format.suits(told) => targets.push(file(*format)),
        ([format], Some(told)) => return Err(contradiction(&told.name(), *format)),
        (_, Some(_)) => return Err(TargetError::OneFile(path.to_owned())),
        ([format], None) if format.is_folder() => targets.push(folder(*format)),
        ([format], None) if !is_folder => targets.push(file(*format)),
        (_, None) => targets.extend(formats.iter().map(|&format| Target {
            format,
            place: match format.endings().first() {
                Some(ending) => Place::File(path.join(format!("{NAME}.{ending}"))),
                None => Place::Folder(path.join(format.name())),
            },
            within: Some(path.to_owned()),
        })),
    }
    Ok(())
}

/// What a place for `formats` may be called.
fn instead(formats: &[Format]) -> String {
    let ending = match formats {
        [] => Format::Jsonl.endings().first(),
        [format] => format.endings().first(),
        _ => None,
    };
    ending.map_or_else(|| "a folder".to_owned(), |ending| format!("a .{ending}"))
}

/// The writer of one output. `note` is told of what an interrupted run left and what has become of it.
///
/// # Errors
/// If the place may not be written, or holds what is not to be touched.
pub fn open(target: &Target, details: &Details, note: &mut dyn FnMut(&str)) -> io::Result<Box<dyn Writer>> {
    if let Some(folder) = target.within.as_ref().filter(|folder| !folder.is_dir()) {
        fs::create_dir(folder).map_err(tell_missing)?;
    }
    match &target.place {
        Place::Folder(path) => folder(target.format, path),
        Place::File(path) => {
            let file = WholeFile::create(path, |file| stream(target.format, details, file, false))?
                .of_lines(target.format == Format::Jsonl);
            if let Some(moved) = file.moved() {
                note(&moved);
            }
            Ok(Box::new(file))
        }
        Place::StandardOutput => stream(target.format, details, io::stdout(), true),
    }
}

fn folder(format: Format, path: &Path) -> io::Result<Box<dyn Writer>> {
    match format {
        Format::Brat => Ok(Box::new(WholeFolder::create(path, Brat)?)),
        Format::Naf => Ok(Box::new(WholeFolder::create(path, Naf)?)),
        _ => Err(io::Error::other("this format is no folder")),
    }
}

fn stream(
    format: Format,
    details: &Details,
    to: impl io::Write + Send + 'static,
    eager: bool,
) -> io::Result<Box<dyn Writer>> {
    let layout: Box<dyn Layout> = match format {
        Format::Jsonl => Box::new(JsonLines),
        Format::Csv => Box::new(Table::csv(details.rows)),
        Format::Tsv => Box::new(Table::tsv(details.rows)),
        Format::Conll => Box::new(Conll),
        Format::LabelStudio => Box::new(LabelStudio::default()),
        Format::Spacy => Box::new(Spacy),
        Format::WebAnnotation => Box::new(WebAnnotation::default()),
        #[cfg(feature = "parquet")]
        Format::Parquet => return Ok(Box::new(super::parquet::Parquet::start(to)?)),
        Format::Report => return Ok(Box::new(Report::start(to, details.title.clone())?)),
        Format::Brat | Format::Naf => return Err(io::Error::other("this format is a folder; name one with -o")),
    };
    Ok(Box::new(Stream::start(layout, to, eager)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::partial;
    use crate::record::{Line, sample};
    use clap::ValueEnum;

    fn asked(outputs: &[&str], formats: &[Format]) -> Result<Vec<(Format, Option<String>)>, TargetError> {
        let outputs: Vec<PathBuf> = outputs.iter().map(PathBuf::from).collect();
        let plain = |target: Target| {
            (
                target.format,
                target.place.path().map(|path| path.display().to_string()),
            )
        };
        targets(&outputs, formats).map(|targets| targets.into_iter().map(plain).collect())
    }

    #[test]
    fn places_and_formats_follow_from_each_other() {
        use Format::{Brat, Conll, Csv, Jsonl, LabelStudio, Tsv};
        let at = |format, path: &str| (format, Some(path.to_owned()));
        assert_eq!(asked(&[], &[]), Ok(vec![(Jsonl, None)]));
        assert_eq!(asked(&[], &[Conll]), Ok(vec![(Conll, None)]));
        assert_eq!(asked(&["-"], &[Conll]), Ok(vec![(Conll, None)]));
        assert_eq!(asked(&["-", "a.csv"], &[]), Ok(vec![(Jsonl, None), at(Csv, "a.csv")]));
        assert_eq!(asked(&["./-"], &[]), Ok(vec![at(Jsonl, "./-")]));
        assert_eq!(asked(&["a.data"], &[]), Ok(vec![at(Jsonl, "a.data")]));
        assert_eq!(
            asked(&["a.csv", "b.jsonl"], &[]),
            Ok(vec![at(Csv, "a.csv"), at(Jsonl, "b.jsonl")])
        );
        assert_eq!(asked(&["a.data"], &[Conll]), Ok(vec![at(Conll, "a.data")]));
        assert_eq!(asked(&["a.json"], &[LabelStudio]), Ok(vec![at(LabelStudio, "a.json")]));
        assert_eq!(asked(&["new"], &[Brat]), Ok(vec![at(Brat, "new")]));
        assert_eq!(asked(&["new/"], &[Brat]), Ok(vec![at(Brat, "new")]));
        assert_eq!(asked(&["new/"], &[Tsv]), Ok(vec![at(Tsv, "new/labels.tsv")]));
        assert_eq!(
            asked(&["new"], &[Csv, Brat]),
            Ok(vec![at(Csv, "new/labels.csv"), at(Brat, "new/brat")])
        );
        assert_eq!(
            asked(&["a.csv", "new"], &[Brat]),
            Ok(vec![at(Csv, "a.csv"), at(Brat, "new")])
        );
    }

    #[test]
    fn what_contradicts_itself_is_told() {
        use Format::{Brat, Conll, Csv, Jsonl, LabelStudio, Spacy, Tsv};
        for (outputs, formats, said) in [
            (&[][..], &[Brat][..], "name a place"),
            (&[], &[Csv, Tsv], "name a place"),
            (&["-"], &[Brat], "name a place"),
            (&["-", "-"], &[], "- is named twice"),
            (&["a.csv"], &[Tsv], "would be csv"),
            (&["a.csv"], &[Brat], "would be csv"),
            (&["a.csv"], &[Csv, Tsv], "one file"),
            (&["src"], &[], "is a folder"),
            (&["a.csv.GZ"], &[], "nothing compressed"),
            (&["a.csv", "a.csv"], &[], "named twice"),
            (&["a.csv", "./a.csv"], &[], "named twice"),
            (&["Cargo.toml", "src/../Cargo.toml"], &[], "named twice"),
            (&["a.XLSX"], &[], "name a .csv"),
            (&["a.docx"], &[Csv], "name a .csv"),
            (&["a.json"], &[], "JSON Lines is .jsonl"),
            // What would be read again as articles.
            (&["a.json"], &[Jsonl], "would be one JSON value"),
            (&["a.csv", "a.JSON"], &[Spacy], "--format says spacy"),
            (&["a.json"], &[Jsonl, LabelStudio], "one file"),
            (&["a.txt"], &[], "name a .jsonl"),
            (&["a.TXT"], &[Conll], "name a .conll"),
            (&["a.csv", "a.md"], &[Brat], "name a folder"),
            (&["new"], &[Csv, Csv], "named twice"),
        ] {
            let message = asked(outputs, formats).unwrap_err().to_string();
            assert!(message.contains(said), "{message}");
        }
    }

    #[test]
    fn a_missing_folder_is_told_alike() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let details = Details {
            rows: Rows::default(),
            title: None,
        };
        for (format, name) in [
            (Format::Csv, "a.csv"),
            (Format::Csv, "new/"),
            (Format::Brat, "new"),
            (Format::Naf, "new/"),
        ] {
            let [target] = &targets(&[missing.join(name)], &[format]).unwrap()[..] else {
                panic!("one output is asked for");
            };
            let error = open(target, &details, &mut |_| ()).err().unwrap();
            assert!(error.to_string().contains("is not there; make it"), "{name}: {error}");
        }
        assert!(!missing.exists());
    }

    /// What stands at `path`: the bytes of a file, or those of the files in a folder by their names.
    fn contents(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        if path.is_file() {
            return vec![(PathBuf::new(), fs::read(path).unwrap())];
        }
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
        let mut files: Vec<_> = entries
            .map(|entry| (entry.file_name().into(), fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn what_is_interrupted_is_closed_as_what_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let details = Details {
            rows: Rows::default(),
            title: None,
        };
        for &format in Format::value_variants() {
            let begun = |name: &str| {
                let path = folder.path().join(format!("{name}-{}", format.name()));
                let place = if format.is_folder() { Place::Folder } else { Place::File };
                let target = Target {
                    format,
                    place: place(path.clone()),
                    within: None,
                };
                let mut writer = open(&target, &details, &mut |_| ()).unwrap();
                writer.write(&Line::Record(sample::record())).unwrap();
                (writer, path)
            };
            let (writer, whole) = begun("whole");
            writer.finish().unwrap();
            let (writer, early) = begun("early");
            writer.interrupt().unwrap();
            assert!(!early.exists(), "{}", format.name());
            let (whole, early) = (contents(&whole), contents(&partial(&early)));
            assert!(!whole.is_empty() && early == whole, "{}", format.name());
        }
    }
}
