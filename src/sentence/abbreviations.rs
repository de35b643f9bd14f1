//! Abbreviations of each language, sorted by what may follow their stop, and the words that open sentences. Written
//! without their last stop. `=` marks an entry that counts only in exactly this case (`=min`, not the name `Min`),
//! `~` one that is a plain word elsewhere and counts in its own language only; single letters always count exactly.

/// The words of one language.
pub(super) struct Words {
    /// The sentence goes on behind them: titles, `bijv.`, `z.B.`.
    pub(super) inside: &'static str,
    /// Abbreviations only where a number follows: `nr. 3`.
    pub(super) before_number: &'static str,
    /// They may end a sentence; what follows decides.
    pub(super) anywhere: &'static str,
    /// They mostly end a sentence if a capital follows: `etc.`.
    pub(super) often_last: &'static str,
    /// Months, beside a number.
    pub(super) months: &'static str,
    /// Words that, with a capital, open a sentence rather than go on with a name.
    pub(super) starters: &'static str,
    /// Nouns that take a letter: `groep A`.
    pub(super) lettered: &'static str,
}

/// What all languages share.
pub(super) const COMMON: Words = Words {
    inside: "DR MR MRS ST dr drs prof mr mrs ms messrs st ste mgr rev dhr mme mlle vs cf cfr e.g i.e ca approx zr.ms hr.ms op.cit n.b",
    before_number: "nr nrs No p pp vol art fig tel",
    anywhere: "jr sr inc ltd corp co llc plc bros u.s u.k u.n e.u d.c n.y l.a u.s.a a.m p.m ph.d m.d b.a m.a km cm kg \
               mln mld mio mrd ft th chr",
    often_last: "etc",
    months: "jan feb apr jun jul aug sep sept nov",
    starters: "",
    lettered: "",
};

pub(super) const DUTCH: Words = Words {
    inside: "mevr mw mej ir gebr Ned Kon Wm Ch Ass Mc Ged jhr ~ing ~lic bc ds kol Kap lt luit maj sgt adm ~sen ~burg wnd plv adj bijv o.a o.m o.l.v m.b.t \
             m.b.v m.i m.i.v m.n m.u.v m.a.w m.m.v i.v.m i.p.v i.s.m i.c i.h.a i.h.b i.i.g i.t.t i.o t.o.v t.g.v t.n.v \
             t.w.v t.b.v t.a.v t.w t.e.m t.h.v t.e d.m.v d.w.z d.d d.i n.a.v v.d v.h v.w.b o.b.v o.g.v z.g zgn zg a.h.w \
             a.d.h.v a.s a.k.a incl excl ong evt resp vgl vnl nml geb ~get w.o j.h b.v.b vml dwz bijz Jac Joh Ph ~fa \
             fam =afd Afd voorz geref herv stcrt rb",
    before_number: "no kv blz pag artt afb afl bijl hfdst hfst par dl bnd nrs ~ma ~di ~wo ~do ~vr ~za ~zo",
    anywhere: "a.u.b s.v.p bv b.v n.v v.o.f c.v bln =min =max =sec =red b.d v.chr n.chr k.o p.j p.w p.p gen sr jr tsd e.k =ed \
               =gem =onderd i.r =vert =bew =uitg dir",
    often_last: "enz enzov e.d e.a e.v jl j.l ll l.l o.i.d e.t.c i.d",
    months: "febr mrt okt dec",
    starters: "de het een 't hij zij ze wij we ik jij je u jullie men er dit dat deze die wie wat waar wanneer waarom \
               waardoor waarmee waarbij hoe hoeveel welke welk en of maar want dus toch ook al als indien omdat doordat \
               hoewel terwijl toen nu dan daar daarna daarbij daarom daardoor daarmee daarnaast daarop daarvan daarvoor \
               daartoe daarin hier hierbij hierdoor in op aan bij met na naar om onder over per sinds sindsdien tegen tijdens \
               tot tussen uit van vanaf vanuit via volgens voor vooral vanwege voordat nadat wegens zonder zo zoals zowel \
               zodra niet niemand niets iemand iedereen iedere ieder elk elke alle alles allemaal beide veel velen vele \
               sommige enkele geen nog nooit ooit vaak soms steeds weer wel eerst eerder later vandaag gisteren morgen \
               vorig vorige volgend volgende maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mijn zijn haar hun \
               ons onze bovendien echter intussen inmiddels ondanks ondertussen overigens helaas misschien mogelijk \
               waarschijnlijk vermoedelijk naast behalve binnen buiten boven achter door dankzij kort uiteindelijk \
               ten ter is was zou kan moet wordt werd heeft had meer minder pas alleen ja nee één twee drie vier vijf zes justitie politie slachtoffers nabestaanden \
               getuigen agenten verdachten rechters",
    lettered: "groep poule klasse plan vitamine hepatitis type optie punt bijlage lijn model team categorie influenza",
};

pub(super) const ENGLISH: Words = Words {
    inside: "~fr gen ~sen =Rep reps sens gov lt ~col capt cmdr maj sgt cpl pvt adm brig cdr ~hon ~pres supt ~det insp atty mt \
             viz incl const coun ald cllr msgr ofc tpr spc asst dep rt =Sec",
    before_number: "no nos ch sect para pt vols prop hwy rte apt bldg ep dist div stat =Sun",
    anywhere: "al =Mon =Tue =Tues =Wed =Thu =Thurs =Fri =Sat dept univ assn ave blvd rd ~est =min =max =sec mph lb lbs oz ext Calif Fla Mass Conn Ill Ala Ariz Ark Colo \
               Ga Kan Ky Md Mich Minn Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo Del La n.j n.m n.c n.d w.va \
               s.c s.d r.i n.h u.s.s.r u.a.e r.i.p b.c a.d p.s d.a f.b.i c.i.a esq ~ed b.sc m.sc b.c.e c.e",
    often_last: "",
    months: "mar oct dec",
    starters: "the a an he she it we they i you this that these those there here who what where when why how which and or \
               but so yet also as if because although though while since after before during until unless once in on at \
               by for from to with without within under over between among across against despite according about \
               although however meanwhile moreover instead still then now today yesterday tomorrow not no none nobody \
               nothing some many most all both each every several few more less another other others one two three four \
               five six his her its our their my your is was are were will would can could should may might must did does \
               do has have had last next later earlier even \
               only just perhaps maybe yes officials police officers firefighters crews witnesses investigators deputies detectives residents",
    lettered: "group class plan vitamin hepatitis type grade category influenza section league",
};

pub(super) const GERMAN: Words = Words {
    inside: "hr fr frl dipl ing =phil ~med ~jur rer ~nat ~hon h.c ~Mag pfr bzw d.h z.b u.a evtl ggf inkl exkl zzgl abzgl bspw \
             =sog sogen i.d.r i.a m.e m.w z.t z.zt u.u v.a o.g i.ü ü i.s.d lt ~mind geb gest gegr verh ~bes betr entspr ehem \
             einschl ev kath röm dt engl frz ital österr stellv Fa vors allg Dr.-Ing Dipl.-Ing vgl bzgl a.d v.d e.h \
             ahd mhd wg jew =min =max gem hl bgm vbgm labg lkr dent vet =pol dipl.-kfm =Az =BGBl",
    before_number: "nrn =Mo =Di =Mi =Do =Sa =So abs ziff kap bd bde S f ff Art par § rn anm abb tab bl",
    anywhere: "o.ä u.ä a.D gen std sek tsd mill aufl hrsg jg jh jhd jhdt str =pl e.v v.chr n.chr s.o s.u i.v a.m a.d.s \
               =Min b.w g.m.b.h st.gallen",
    often_last: "usw usf u.v.m u.a.m u.v.a",
    months: "mär mrz okt dez",
    starters: "der die das dem den des ein eine einer einem einen eines er sie es wir ihr ich du man und oder aber denn doch \
               sondern auch als wenn weil da dass ob wie wer wen wem was wo wann warum weshalb woher wohin welche welcher \
               in im ins an am ans auf aus bei beim mit nach nachdem seit seitdem von vom vor zu zum zur für gegen ohne um \
               durch über unter zwischen neben hinter während trotz wegen laut dabei dafür dagegen daher damit danach \
               daneben daran darauf daraus darin darum darunter darüber davon davor dazu deshalb deswegen dennoch dann \
               dort hier hierbei heute gestern morgen jetzt nun noch nur nicht nichts kein keine keiner so sobald sogar \
               sein seine seinen seiner ihre ihren ihrer unser unsere mein meine dieser diese dieses diesem diesen jeder \
               jede jedes alle alles allein viele einige mehrere beide bis bisher bislang zudem außerdem allerdings jedoch \
               zuvor zunächst zuletzt später schon inzwischen insgesamt niemand jemand etwas ja nein vielleicht angeblich \
               offenbar womöglich möglicherweise montag dienstag mittwoch donnerstag freitag samstag sonntag ist war hat \
               wird soll kann muss zwei drei vier fünf sechs dies dass obwohl falls anders erst immer wieder wer polizei polizisten staatsanwaltschaft \
               ermittler verteidiger zeugen anwälte angehörige angeklagter",
    lettered: "gruppe klasse plan vitamin hepatitis typ kategorie liga modell",
};

pub(super) const FRENCH: Words = Words {
    inside: "M MM mmes mlles mme mlle pr sts p.ex av boul bd bld env c.-à-d c.à.d gén lt cdt sgt sté ndlr n.d.l.r \
             préf ~dir vén Me éd ~ap",
    before_number: "~lun ~ven ~sam ~dim ~al rens rés insc chap t alin no n nos tél réf ch vol",
    anywhere: "~ex =min =max =sec hab cie j.-c s.v.p coll éd u.e s.a r.-v n.s apr app ~all =dép",
    often_last: "",
    months: "janv févr fév avr juil juill oct déc",
    starters: "le la les l un une des du de il elle ils elles on nous vous je tu ce cet cette ces c ça cela ceci qui que \
               quoi quand où comment pourquoi combien quel quelle et ou mais donc car or ni si comme lorsque puis puisque \
               ensuite enfin alors ainsi aussi après avant avec sans sous sur dans en par pour pendant depuis dès vers \
               chez contre entre selon malgré parmi au aux à d'après toutefois cependant pourtant néanmoins ici là hier \
               aujourd'hui demain maintenant désormais déjà encore jamais toujours souvent parfois personne rien aucun \
               aucune chaque tout toute tous toutes plusieurs certains quelques beaucoup mon ma mes son sa ses notre nos \
               votre leur leurs lundi mardi mercredi jeudi vendredi samedi dimanche pas ne n s'il est peut-être oui non \
               deux trois quatre cinq six même faute outre lui face reste voici voilà d'autres autre avocats police victimes enquêteurs",
    lettered: "groupe classe plan vitamine hépatite type catégorie grippe ligue",
};

pub(super) const SPANISH: Words = Words {
    inside: "sra srta sres sras dra D D.ª dña dn ud uds vd ~lic ing arq profa gral cnel ~cap capt tte sgto cmte mons pbro \
             ~sto ~sta av avda avd pza plza p.ej aprox hnos depto dpto pdte excmo excma ilmo ilma EE sr dip mtro mtra gob fracc calz blvd cmdte =Ma =Fco ~ej máx mín prol c.p",
    before_number: "núm num n.º n.° nº arts pág págs cap t tfno párr n",
    anywhere: "ee.uu UU gen s.a s.l s.a.s a.c d.c =min =seg hno izq dcha cía ff.aa rr.hh cc.oo jj.oo ss.mm q.e.p.d hab",
    often_last: "",
    months: "ene mar abr may ago set oct dic",
    starters: "el la los las lo un una unos unas él ella ellos ellas nosotros yo tú usted ustedes esto eso este esta estos \
               estas ese esa esos aquel aquella quien que qué quién cuándo cuando dónde donde cómo como por para pero \
               porque pues y e o u ni si aunque mientras luego entonces después antes además también tampoco ya aún \
               todavía así en con sin sobre bajo tras desde hasta hacia según contra entre durante a al de del ante no sí \
               nadie nada nunca siempre algo alguien algunos algunas todo toda todos todas muchos muchas varios cada otro \
               otra otros su sus mi mis nuestro nuestra tu se le les me te nos hoy ayer mañana ahora aquí allí allá sin \
               lunes martes miércoles jueves viernes sábado domingo hay es fue era está ha había será quizá quizás tal dos \
               tres cuatro cinco seis más menos sólo solo incluso igualmente finalmente policía vecinos fiscalía testigos",
    lettered: "grupo clase plan vitamina hepatitis tipo categoría gripe liga",
};

pub(super) const ITALIAN: Words = Words {
    inside: "sig sigg sig.ra sig.na sig.ri dott dott.ssa dott.sse prof.ssa ing avv ~arch geom ~rag ~on onn ~sen cav ~comm gen \
             ~col ~cap ~ten magg serg ~card mons S SS s.s p.za p.zza v.le c.so l.go ~es p.es ~pres egr ~gent gent.mo spett \
             ~ill ten.col f.lli d.lgs lgs fam ~dir ss fraz brig trib isp ~loc ~ass ~cons ~proc",
    before_number: "cell int rid ~lun ~mer ~gio ~ven ~sab ~dom n nn num att artt pag pagg cap tav lett co sez",
    anywhere: "c.a s.p.a s.r.l s.n.c s.r.l.s a.c d.c gg =min =sec c.c c.p ~max ecc.ma s.a.s u.e",
    often_last: "ecc",
    months: "mar mag giu lug ago set sett ott dic",
    starters: "il lo la i gli le l un uno una egli ella lui lei loro noi voi io tu questo questa questi queste quello quella \
               quelli chi che cosa quando dove come perché quanto quale e ed o ma però anche se mentre poi dopo prima così \
               allora inoltre infatti invece intanto tuttavia eppure quindi dunque ora adesso oggi ieri domani qui lì là \
               in nel nella nei nelle negli con senza su sul sulla sotto tra fra per da dal dalla di del della dei degli \
               delle a al alla ai agli alle non nessuno niente nulla mai sempre ancora già forse tutto tutti tutta tutte \
               molti molte alcuni alcune ogni ciascuno altri altre altro suo sua suoi sue mio mia nostro nostra vi ci si \
               secondo contro durante entro verso lunedì martedì mercoledì giovedì venerdì sabato domenica è era sono ha \
               hanno sarà due tre quattro cinque sei più meno solo soltanto neanche nemmeno l'altro dall'altra avvocati carabinieri polizia",
    lettered: "gruppo classe serie piano vitamina epatite tipo categoria",
};
