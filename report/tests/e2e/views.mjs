// Every view of the page of the fixture, by what its address holds.

export const VIEWS = {
  overview: {},
  filtered: {
    certainty: ["uncommitted", "probable"],
    from: "2021-03",
    to: "2021-04",
    score: "55",
    counts: "1",
    holders: ["source", "author"],
  },
  empty: { text: "nothing of the kind" },
  articles: { page: "articles", certainty: ["possible", "certain"] },
  article: { page: "article", article: "bode-2", sentence: "1" },
  rtl: { page: "article", article: "rtl" },
  long: { page: "article", article: "lang" },
  start: { page: "trail" },
  trail: { page: "trail", entities: "PER~Tarik al-Ghazouli" },
  failures: { page: "failures" },
  about: { page: "about" },
};
