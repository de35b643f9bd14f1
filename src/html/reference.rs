//! References to characters: `&eacute;`, `&#233;`, `&#xE9;`. One without its `;` stays as it is, as does one that nobody
//! knows.

use encoding_rs::WINDOWS_1252;

/// Names of the characters from U+00A0 to U+00FF, in order.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave \
iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// Others that exports have, each before its character.
const OTHERS: &str = "\
amp & quot \" apos ' lt < gt > lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ lsaquo ‹ rsaquo › ndash – mdash — \
hellip … bull • prime ′ Prime ″ dagger † Dagger ‡ permil ‰ euro € trade ™ numero № minus − larr ← rarr → fnof ƒ circ \
ˆ tilde ˜ OElig Œ oelig œ Scaron Š scaron š Zcaron Ž zcaron ž Ccaron Č ccaron č Yuml Ÿ";

/// Those that leave no ink.
const BLANK: [(&str, char); 7] = [
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
];

/// The longest that is read between `&` and `;`.
const LONGEST: usize = 10;

/// The end of the reference whose `&` stands at `start`, and its character.
pub(super) fn read(text: &str, start: usize) -> Option<(usize, char)> {
    let body = &text[start + 1..];
    let length = body.bytes().take(LONGEST + 1).position(|b| b == b';')?;
    let name = &body[..length];
    let character = match name.strip_prefix('#') {
        Some(number) => numbered(number),
        None => named(name),
    };
    Some((start + length + 2, character?))
}

fn named(name: &str) -> Option<char> {
    if let Some(place) = LATIN_1.split(' ').position(|latin| latin == name) {
        return char::from_u32(0xa0 + u32::try_from(place).ok()?);
    }
    if let Some((_, character)) = BLANK.iter().find(|(blank, _)| *blank == name) {
        return Some(*character);
    }
    let mut others = OTHERS.split(' ');
    while let (Some(other), Some(character)) = (others.next(), others.next()) {
        if other == name {
            return character.chars().next();
        }
    }
    None
}

fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // A sign is no digit.
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    let character = match u8::try_from(code) {
        // Old systems number quotation marks as Windows-1252 does, and so does HTML.
        Ok(byte @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        _ => char::from_u32(code),
    };
    character.filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}
