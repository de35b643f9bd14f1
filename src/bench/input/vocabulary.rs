//! Words to make articles of, in six languages: small ones that hold sentences together, and words of news.

/// Words of one language, blanks between them.
struct List {
    small: &'static str,
    content: &'static str,
    joins: bool,
}

/// Words of one language.
#[derive(Debug)]
pub struct Language {
    /// Small words.
    pub small: Vec<&'static str>,
    /// Words of news.
    pub content: Vec<&'static str>,
    /// Whether words are joined without a hyphen.
    pub joins: bool,
}

/// Dutch first, then English, German, French, Spanish and Italian.
pub fn languages() -> [Language; 6] {
    [DUTCH, ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN].map(|list| Language {
        small: list.small.split(' ').collect(),
        content: list.content.split(' ').collect(),
        joins: list.joins,
    })
}

const DUTCH: List = List {
    small: "de het een van in op met voor naar bij door over aan uit niet ook dat die en maar volgens zou heeft is \
        zijn wordt nog mogelijk onder tegen",
    content: "politie brandweer gemeente burgemeester woordvoerder onderzoek verdachte regering minister kamer bedrijf \
        werknemers directeur ziekenhuis school leerlingen ouders bewoners straat haven schip trein storing brand \
        schade miljoen euro dinsdag woensdag avond nacht vertrekken bevestigt ontkent meldt verwacht begon gewond \
        gesloten nieuwe lokale grote",
    joins: true,
};

const ENGLISH: List = List {
    small: "the a of in on with for to by from at and but that which not also has had was were is would may according \
        after before under against reportedly",
    content: "police council mayor spokesman inquiry suspect government minister parliament company workers director \
        hospital school pupils parents residents street harbour ship train failure fire damage million pounds \
        Tuesday Wednesday evening night leave confirmed denied reported expects began injured closed new local \
        large coastguard",
    joins: false,
};

const GERMAN: List = List {
    small: "der die das ein eine von in auf mit nach bei durch aus nicht auch dass und aber laut soll hat ist sind \
        wird noch wohl unter gegen vor zum",
    content: "Polizei Feuerwehr Gemeinde Sprecher Untersuchung Regierung Minister Unternehmen Mitarbeiter Direktor \
        Krankenhaus Schule Eltern Anwohner Hafen Schiff Zug Störung Brand Schaden Millionen Euro Dienstag Mittwoch \
        Abend Nacht bestätigt bestreitet meldet erwartet begann verletzt geschlossen neue örtliche große Verdacht \
        Gericht",
    joins: true,
};

const FRENCH: List = List {
    small: "le la les un une de du des dans sur avec pour par et mais que qui ne pas aussi selon aurait est sont a ont \
        encore contre sous avant",
    content: "police pompiers commune maire enquête suspect gouvernement ministre assemblée entreprise salariés \
        directeur hôpital école élèves parents habitants rue port navire train panne incendie dégâts millions \
        euros mardi mercredi soirée nuit partir confirmé démenti annoncé attend commencé blessé fermé nouvelle \
        locale grande",
    joins: false,
};

const SPANISH: List = List {
    small: "el la los las un una de del en sobre con para por y pero que no también según habría es son ha han todavía \
        contra bajo antes tras al",
    content: "policía bomberos municipio alcalde investigación sospechoso gobierno ministra parlamento empresa \
        trabajadores directora hospital escuela alumnos padres vecinos calle puerto barco tren avería incendio \
        daños millones euros martes miércoles tarde noche salir confirmó negó informó espera empezó herido cerrado \
        nueva local grande",
    joins: false,
};

const ITALIAN: List = List {
    small: "il la i le un una di del in su con per da e ma che non anche secondo sarebbe è sono ha hanno ancora contro \
        sotto prima dopo al",
    content: "polizia pompieri comune sindaco indagine sospetto governo ministro parlamento azienda lavoratori direttore \
        ospedale scuola alunni genitori residenti strada porto nave treno guasto incendio danni milioni euro \
        martedì mercoledì sera notte partire confermato smentito riferito attende iniziato ferito chiuso nuova \
        locale grande",
    joins: false,
};

#[cfg(test)]
mod tests {
    use super::{Language, languages};

    #[test]
    fn there_are_words_in_every_language_and_none_is_empty() {
        for Language { small, content, .. } in languages() {
            assert!(
                small.len() >= 30 && content.len() >= 38,
                "{} {}",
                small.len(),
                content.len()
            );
            assert!(
                small
                    .iter()
                    .chain(&content)
                    .all(|word| word.chars().all(char::is_alphabetic))
            );
        }
    }
}
