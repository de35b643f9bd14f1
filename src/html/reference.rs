//! References to characters: `&eacute;`, `&#233;`, `&#xE9;`. One without its `;` stays as it is, as does one that is not in
//! the lists.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1252;

/// Names of the characters from U+00A0 to U+00FF, in order.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave \
iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// The other names of HTML 4, the letters of Latin Extended-A and what HTML 5 writes large, sorted, each before its character.
const OTHERS: &str = "\
AMP & Abreve Ă Alpha Α Amacr Ā Aogon Ą Beta Β COPY © Cacute Ć Ccaron Č Ccirc Ĉ Cdot Ċ Chi Χ Dagger ‡ Dcaron Ď Delta Δ \
Dstrok Đ ENG Ŋ Ecaron Ě Edot Ė Emacr Ē Eogon Ę Epsilon Ε Eta Η GT > Gamma Γ Gbreve Ğ Gcedil Ģ Gcirc Ĝ Gdot Ġ Hcirc Ĥ \
Hstrok Ħ IJlig Ĳ Idot İ Imacr Ī Iogon Į Iota Ι Itilde Ĩ Jcirc Ĵ Kappa Κ Kcedil Ķ LT < Lacute Ĺ Lambda Λ Lcaron Ľ \
Lcedil Ļ Lmidot Ŀ Lstrok Ł Mu Μ Nacute Ń Ncaron Ň Ncedil Ņ Nu Ν OElig Œ Odblac Ő Omacr Ō Omega Ω Omicron Ο Phi Φ Pi Π \
Prime ″ Psi Ψ QUOT \" REG ® Racute Ŕ Rcaron Ř Rcedil Ŗ Rho Ρ Sacute Ś Scaron Š Scedil Ş Scirc Ŝ Sigma Σ TRADE ™ Tau Τ \
Tcaron Ť Tcedil Ţ Theta Θ Tstrok Ŧ Ubreve Ŭ Udblac Ű Umacr Ū Uogon Ų Upsilon Υ Uring Ů Utilde Ũ Wcirc Ŵ Xi Ξ Ycirc Ŷ \
Yuml Ÿ Zacute Ź Zcaron Ž Zdot Ż Zeta Ζ abreve ă alefsym ℵ alpha α amacr ā amp & and ∧ ang ∠ aogon ą apos ' asymp ≈ \
bdquo „ beta β bull • cacute ć cap ∩ ccaron č ccirc ĉ cdot ċ chi χ circ ˆ clubs ♣ cong ≅ crarr ↵ cup ∪ dArr ⇓ dagger † \
darr ↓ dcaron ď delta δ diams ♦ dstrok đ ecaron ě edot ė emacr ē empty ∅ eng ŋ eogon ę epsilon ε equiv ≡ eta η euro € \
exist ∃ fnof ƒ forall ∀ frasl ⁄ gamma γ gbreve ğ gcirc ĝ gdot ġ ge ≥ gt > hArr ⇔ harr ↔ hcirc ĥ hearts ♥ hellip … \
hstrok ħ ijlig ĳ imacr ī image ℑ imath ı infin ∞ inodot ı int ∫ iogon į iota ι isin ∈ itilde ĩ jcirc ĵ kappa κ \
kcedil ķ kgreen ĸ lArr ⇐ lacute ĺ lambda λ lang ⟨ larr ← lcaron ľ lcedil ļ lceil ⌈ ldquo “ le ≤ lfloor ⌊ lmidot ŀ \
lowast ∗ loz ◊ lsaquo ‹ lsquo ‘ lstrok ł lt < mdash — minus − mu μ nabla ∇ nacute ń napos ŉ ncaron ň ncedil ņ ndash – \
ne ≠ ni ∋ notin ∉ nsub ⊄ nu ν numero № odblac ő oelig œ oline ‾ omacr ō omega ω omicron ο oplus ⊕ or ∨ otimes ⊗ part ∂ \
permil ‰ perp ⊥ phi φ pi π piv ϖ prime ′ prod ∏ prop ∝ psi ψ quot \" rArr ⇒ racute ŕ radic √ rang ⟩ rarr → rcaron ř \
rcedil ŗ rceil ⌉ rdquo ” real ℜ rfloor ⌋ rho ρ rsaquo › rsquo ’ sacute ś sbquo ‚ scaron š scedil ş scirc ŝ sdot ⋅ \
sigma σ sigmaf ς sim ∼ spades ♠ sub ⊂ sube ⊆ sum ∑ sup ⊃ supe ⊇ tau τ tcaron ť tcedil ţ there4 ∴ theta θ thetasym ϑ \
tilde ˜ trade ™ tstrok ŧ uArr ⇑ uarr ↑ ubreve ŭ udblac ű umacr ū uogon ų upsih ϒ upsilon υ uring ů utilde ũ wcirc ŵ \
weierp ℘ xi ξ ycirc ŷ zacute ź zcaron ž zdot ż zeta ζ";

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

/// All names and their characters.
static NAMED: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
    let others: Vec<&str> = OTHERS.split(' ').collect();
    let others = others.as_chunks::<2>().0.iter();
    let others = others.filter_map(|[name, character]| Some((*name, character.chars().next()?)));
    LATIN_1.split(' ').zip('\u{a0}'..).chain(BLANK).chain(others).collect()
});

fn named(name: &str) -> Option<char> {
    NAMED.get(name).copied()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once_with_its_character() {
        let others: Vec<&str> = OTHERS.split(' ').collect();
        let pairs: Vec<&[&str]> = others.chunks(2).collect();
        assert!(pairs.iter().all(|pair| pair.len() == 2 && pair[1].chars().count() == 1));
        assert!(pairs.is_sorted_by(|a, b| a[0] < b[0]));
        assert_eq!(NAMED.len(), 96 + BLANK.len() + pairs.len());
        assert!(NAMED.keys().all(|name| name.len() <= LONGEST));
        assert_eq!((named("nbsp"), named("yuml")), (Some('\u{a0}'), Some('ÿ')));
    }
}
