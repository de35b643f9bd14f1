// What the reader should know before relying on a label: where the labels come from and what they mean. And the
// articles that could not be labelled.

import { LANE_NAMES, LANES } from "../data/label.ts";
import { Fact } from "../parts/fact.tsx";
import { counted, number, Own, Sign, Swatch } from "../parts/text.tsx";
import type { State } from "../state.ts";

const MEANINGS: Record<(typeof LANES)[number], string> = {
  certain: "put forward as fact: plain statements, “blijkt”, “confirmed that”",
  probable: "likely, expected, planned or believed: “waarschijnlijk”, “expected to”",
  possible:
    "possible, or passed on from hearsay: “mogelijk”, “may”, “reportedly”, a reportative “zou”, “soll”, “aurait”",
  uncommitted: "open: unknown, unclear, not confirmed, under investigation",
  denied: "said not to hold, in whatever degree: negated, denied, ruled out",
};

export function About({ state }: { state: State }) {
  const { corpus } = state;
  return (
    <div class="about">
      <h2>About this report</h2>
      <p class="lead">
        A machine’s certainty is not truth. A label says how a text puts a claim, not whether the claim is true; a score
        is the probability of the label, and never that of the claim.
      </p>
      <p>
        Labels are wrong at times, and not at random: irony, headlines, long sentences, quotes without a cue and
        languages with little training data are harder. Read the sentence in its article before you publish, and quote
        the wording, not the label. Two people of one name are one name here.
      </p>
      <h3>What the labels mean</h3>
      <dl class="meanings">
        {LANES.map((lane) => (
          <div key={lane}>
            <dt>
              <Swatch lane={lane} /> <Sign lane={lane} /> {LANE_NAMES[lane]}
            </dt>
            <dd>{MEANINGS[lane]}</dd>
          </div>
        ))}
        <div>
          <dt>author, source, hearsay</dt>
          <dd>
            who answers for the claim: the article itself; somebody named or described; or nobody in particular. The
            degree is the one that the holder gives it: “the police say that X” is certain, and the source answers for
            it.
          </dd>
        </div>
        <div>
          <dt>PER ORG LOC MISC</dt>
          <dd>persons, organisations, places and other names, as in CoNLL-2002</dd>
        </div>
      </dl>
      <h3>How the filters count</h3>
      <p>
        Search, date and language are about articles. All other filters are about sentences and must hold in one and the
        same sentence; an article is left when it has such a sentence. Charts and lists count the sentences that are
        left. A date passes the range when all that it may mean lies inside: an article dated 2017 is not in June 2017.
        Degrees in charts are those of what is said to hold; what is said not to hold is counted by itself.
      </p>
      <h3>What was labelled</h3>
      <dl class="facts column">
        <Fact name="articles" text={number(corpus.id.length)} />
        <Fact name="sentences" text={number(corpus.label.length)} />
        <Fact name="not labelled" text={number(corpus.failures.length)} />
        {corpus.models.map((model, i) => (
          <Fact
            key={i}
            name="models"
            text={`entities: ${model.entities ?? "none"}; claims: ${model.claims ?? "none"}`}
          />
        ))}
        <Fact name="made with" text={`stellig ${corpus.version}`} />
      </dl>
    </div>
  );
}

export function Failures({ state }: { state: State }) {
  const { failures } = state.corpus;
  if (failures.length === 0) return <p class="note">Every article was labelled.</p>;
  return (
    <section aria-labelledby="h-failures">
      <h2 id="h-failures">{counted(failures.length, "article")} could not be labelled</h2>
      <table class="failures">
        <thead>
          <tr>
            <th scope="col">article</th>
            <th scope="col">kind</th>
            <th scope="col">what was wrong</th>
            <th scope="col">read from</th>
          </tr>
        </thead>
        <tbody>
          {failures.map((failure, i) => (
            <tr key={i}>
              <td data-name="article">
                <Own text={failure.id} />
              </td>
              <td data-name="kind">
                <Own text={failure.kind} />
              </td>
              <td data-name="what was wrong">
                <Own text={failure.message} />
              </td>
              <td data-name="read from">{failure.path ? <Own text={failure.path} /> : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
