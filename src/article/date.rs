//! Dates: the header `date YYYY-MM[-DD] ` of the folder format and the date field of a row. A date that does not
//! exist is no date.

/// Takes the header off: the date and where the text starts. Blanks and empty lines may stand before it; one blank or
/// line break after it is taken off with it.
pub(super) fn header(text: &str) -> Option<(&str, usize)> {
    let rest = text.trim_start_matches([' ', '\t', '\r', '\n']);
    let rest = rest.strip_prefix("date ")?;
    let length = rest
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(rest.len());
    let (date, rest) = rest.split_at(length);
    if date.len() < "YYYY-MM".len() || !exists(date) {
        return None;
    }
    let rest = match rest.strip_prefix("\r\n") {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => rest.strip_prefix([' ', '\t', '\n'])?,
    };
    Some((date, text.len() - rest.len()))
}

/// The line of a header whose date cannot be read, `date 12-03-2024 ...`: it stays in the text.
pub(super) fn unread_header(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let begins = text.strip_prefix("date ")?.starts_with(|c: char| c.is_ascii_digit());
    let line = text.split(['\r', '\n']).next()?;
    (begins && header(text).is_none()).then_some(line)
}

/// The date in `field`: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; the time of an ISO 8601 date and time is cut off.
pub(super) fn field(field: &str) -> Option<&str> {
    let field = field.trim();
    if exists(field) {
        return Some(field);
    }
    let (day, time) = field.split_at_checked("YYYY-MM-DD".len())?;
    let clock = time.strip_prefix(['T', 't', ' '])?.as_bytes();
    let is_clock = clock.len() >= 5 && clock[2] == b':' && [0, 1, 3, 4].iter().all(|&at| clock[at].is_ascii_digit());
    (is_clock && exists(day)).then_some(day)
}

/// Whether `date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` and stands in the calendar.
fn exists(date: &str) -> bool {
    let mut parts = date.split('-');
    let mut part = |length: usize| match parts.next() {
        None => Some(None),
        Some(digits) if digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse::<u32>().ok().map(Some)
        }
        Some(_) => None,
    };
    let (Some(Some(year)), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
        return false;
    };
    if year == 0 || parts.next().is_some() {
        return false;
    }
    let Some(month) = month else { return true };
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    day.is_none_or(|day| (1..=days).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_folder_format() {
        for (text, date, rest) in [
            ("date 2017-06 De aanval", "2017-06", "De aanval"),
            (" date 2017-06 De aanval", "2017-06", "De aanval"),
            ("\t  date 2017-06-16 De aanval", "2017-06-16", "De aanval"),
            ("date 2017-06  twee blanks", "2017-06", " twee blanks"),
            ("date 2017-06\n\nKop", "2017-06", "\nKop"),
            ("date 2017-06\r\nKop", "2017-06", "Kop"),
            ("date 2020-02-29 schrikkel", "2020-02-29", "schrikkel"),
            ("date 2017-06", "2017-06", ""),
            ("\r\n \ndate 2017-06 De aanval", "2017-06", "De aanval"),
        ] {
            let (found, start) = header(text).unwrap();
            assert_eq!((found, &text[start..]), (date, rest), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_header() {
        for text in [
            "De aanval",
            "date 2017-13 x",
            "date 2017-00 x",
            "date 2017-02-30 x",
            "date 1900-02-29 x",
            "date 2017 x",
            "date 2017-6 x",
            "date 2017-06. x",
            "date 2017-06-1 x",
            "Date 2017-06 x",
            "update 2017-06 x",
            "date 2017-06-16-17 x",
            "",
        ] {
            assert_eq!(header(text), None, "{text:?}");
        }
    }

    #[test]
    fn headers_that_cannot_be_read_are_found() {
        for (text, line) in [
            ("date 12-03-2024 Brand\n\nTekst", Some("date 12-03-2024 Brand")),
            (" \ndate 2024-02-30 Brand\rTekst", Some("date 2024-02-30 Brand")),
            ("date 2024 Brand", Some("date 2024 Brand")),
            ("date 2024-03-12: Brand", Some("date 2024-03-12: Brand")),
            ("date 2024-03-12T09:30 Brand", Some("date 2024-03-12T09:30 Brand")),
            ("date 5 november 2024", Some("date 5 november 2024")),
            ("date 2024-03-12 Brand", None),
            ("date de sortie inconnue", None),
            ("Date 12-03-2024", None),
            ("", None),
        ] {
            assert_eq!(unread_header(text), line, "{text:?}");
        }
    }

    #[test]
    fn date_fields() {
        for (text, date) in [
            ("2017", Some("2017")),
            ("2017-06", Some("2017-06")),
            ("2017-06-16", Some("2017-06-16")),
            (" 2017-06-16 ", Some("2017-06-16")),
            ("2017-06-16T12:30:00+02:00", Some("2017-06-16")),
            ("2017-06-16 12:30", Some("2017-06-16")),
            ("2017-06-16x", None),
            ("2017-02-29T12:30", None),
            ("16 juni 2017", None),
            ("0000", None),
            ("2017é06-16 12:30", None),
            ("", None),
        ] {
            assert_eq!(field(text), date, "{text:?}");
        }
    }
}
