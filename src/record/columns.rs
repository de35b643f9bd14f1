//! The columns that every table of labels has, whatever its rows are: by them it is known again.

/// What names the article; a row begins with them.
pub const ARTICLE: [&str; 4] = ["id", "path", "date", "language"];

/// What is said of the row's sentence.
pub const JUDGEMENT: [&str; 9] = [
    "claim",
    "claim_score",
    "certainty",
    "certainty_score",
    "polarity",
    "polarity_score",
    "holder",
    "holder_score",
    "factuality",
];
