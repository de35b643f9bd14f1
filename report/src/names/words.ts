// The words that the rule of spellings leaves out of a name or takes for a sign of transliteration. All of them in
// lower case, without diacritics.

/** In front of a person's name. */
export const TITLES = new Set(
  (
    "dr drs ir ing prof mr mrs ms miss sir lord lady dame dhr mevr meneer mevrouw herr frau monsieur madame mme senor " +
    "senora signor signora president presidente minister ministre ministro premier king queen prince princess koning " +
    "koningin prins prinses konig konigin roi reine rey reina pope paus papst pape sheikh sheik sjeik cheikh scheich " +
    "imam mullah mollah ayatollah emir sultan general generaal colonel kolonel captain kapitein sergeant"
  ).split(" "),
);

/** Between the parts of a person's name, or in front of the family name. */
export const PARTICLES = new Set(
  (
    "van de den der het t ten ter te von und zu zum zur vom di da del della dello dei degli dal d du des la le les los " +
    "las do dos das y e af av bin ibn"
  ).split(" "),
);

/** The Arabic article, also as it sounds before some letters; those only before a hyphen. */
export const ARABIC = new Set(["al", "el", "ul"]);
export const ARABIC_SOUNDS = new Set(["ad", "an", "ar", "as", "ash", "at", "az", "ed", "en", "er", "es", "ez", "ech"]);

/** In front of the name of an organisation or a work. */
export const ARTICLES = new Set("the de het der die das le la les el los las il lo gli i".split(" "));

/** Given names whose spellings differ by more than the folds of letters; the first stands for all. */
const SPELLINGS = [
  "mohamed mohammed mohammad muhammad muhammed mohamad mouhamed mahomed",
  "ahmed ahmad achmed achmad",
  "usama osama",
  "umar omar",
  "tariq tarik tarek tareq",
  "yusuf yousef youssef joesoef yussuf yousuf jusuf",
  "bashar bachar basjar baschar",
  "abdullah abdallah abdoullah",
  "vladimir wladimir",
  "alexander aleksander aleksandr alexandr oleksandr",
  "dmitri dmitry dimitri dmitrij",
];
export const GIVEN = new Map(SPELLINGS.flatMap((line) => line.split(" ").map((name) => [name, line.split(" ")[0]!])));

/** Other names that mark a transliteration. */
export const FOREIGN = new Set(
  (
    "abu aboe abou umm oum oem abd abdel abdul abdoel abdoul ibrahim khaled khalid chalid hassan hasan hussein hussain " +
    "husayn hoessein houssein saddam sadam ayman aiman sergei sergey sergej volodymyr mikhail michail yevgeny jevgeni"
  ).split(" "),
);

/** Letters that Dutch, English, German, French, Spanish and Italian names seldom have. */
export const LETTERS =
  /^gh|gh(?=[adeilr])|^kh|kh$|kh(?=[ai])|q(?!u)|^dh|zh|tsj|shch|[a-z]{3}(?:ov|ev|ova|eva|enko)$|sk(?:y|yy|ij|iy|yj|aya|aja)$|(?:vitsj|vich|vitch)$/;

/** Sources that say nothing by themselves, in the six languages. */
export const PRONOUNS = new Set(
  (
    "ik jij je hij zij ze wij we u men hem haar hun hen dit dat die deze i you he she they it we him her them who this that " +
    "ich du er sie es wir ihr man ihn ihm je tu il elle on nous vous ils elles lui yo el ella ellos ellas usted nosotros " +
    "io lui lei noi loro essi"
  ).split(" "),
);
