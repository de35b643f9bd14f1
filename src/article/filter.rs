//! `--include` and `--exclude`. A pattern with a `/` matches the path below the input folder, one without matches
//! the file name at any depth; `*` stays within one folder name, `**` does not.

use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::options::ReadOptions;

/// Reads one pattern of `--include` or `--exclude`.
///
/// # Errors
/// Where the pattern is no valid glob, such as `[a`.
pub fn pattern(text: &str) -> Result<Glob, globset::Error> {
    let text = text.strip_prefix("./").unwrap_or(text);
    let text = text.strip_suffix('/').unwrap_or(text);
    GlobBuilder::new(text).literal_separator(true).build()
}

/// Both lists, ready to match.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    include: Globs,
    exclude: Globs,
}

impl Filter {
    pub fn new(options: &ReadOptions) -> Result<Self, globset::Error> {
        Ok(Self {
            include: Globs::new(&options.include)?,
            exclude: Globs::new(&options.exclude)?,
        })
    }

    /// Whether the file at `path` below the input folder is wanted.
    pub fn wants_file(&self, path: &Path) -> bool {
        (self.include.is_empty() || self.include.matches(path)) && !self.exclude.matches(path)
    }

    /// Whether the folder at `path` below the input folder is to be entered.
    pub fn wants_folder(&self, path: &Path) -> bool {
        !self.exclude.matches(path)
    }
}

#[derive(Debug, Clone)]
struct Globs {
    names: GlobSet,
    paths: GlobSet,
}

impl Globs {
    fn new(globs: &[Glob]) -> Result<Self, globset::Error> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for glob in globs {
            let set = if glob.glob().contains('/') {
                &mut paths
            } else {
                &mut names
            };
            set.add(glob.clone());
        }
        Ok(Self {
            names: names.build()?,
            paths: paths.build()?,
        })
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.paths.is_empty()
    }

    fn matches(&self, path: &Path) -> bool {
        self.paths.is_match(path) || path.file_name().is_some_and(|name| self.names.is_match(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let globs = |patterns: &[&str]| patterns.iter().map(|text| pattern(text).unwrap()).collect();
        Filter::new(&ReadOptions {
            include: globs(include),
            exclude: globs(exclude),
            ..ReadOptions::default()
        })
        .unwrap()
    }

    #[test]
    fn names_match_at_any_depth_and_paths_from_the_folder() {
        let names = filter(&["2017*.txt"], &["draft*"]);
        assert!(names.wants_file(Path::new("a/b/2017-06.txt")));
        assert!(!names.wants_file(Path::new("a/2018.txt")));
        assert!(!names.wants_folder(Path::new("a/drafts")));
        let paths = filter(&["nl/*.txt"], &["nl/x.txt", "old/"]);
        assert!(paths.wants_file(Path::new("nl/a.txt")));
        assert!(!paths.wants_file(Path::new("nl/deep/a.txt")));
        assert!(!paths.wants_file(Path::new("nl/x.txt")));
        assert!(!paths.wants_folder(Path::new("old")));
        assert!(filter(&["**/deep/*.txt"], &[]).wants_file(Path::new("nl/deep/a.txt")));
    }

    #[test]
    fn a_wrong_pattern_says_so() {
        assert!(pattern("[a").unwrap_err().to_string().contains("[a"));
    }
}
